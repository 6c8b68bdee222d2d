using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

public sealed class DeleteTests
{
    static readonly long T = Bench.Start;

    [Fact]
    public async Task What_is_deleted_is_hidden_at_once_in_memory_and_in_blocks_and_after_a_restart()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1, ("job", "x"));
        bench.Put("a", T, 1, ("job", "y"));
        bench.Put("a", T + 10, 2, ("job", "x"));
        await SealTests.Seal(bench);
        bench.Put("a", T + 20, 3, ("job", "x"));
        Assert.Equal(1, bench.Store.Delete([[new("job", MatchKind.Equal, "x")]], T + 5, T + 25, Bench.Cancel));
        const string Left = "a{job=\"x\"} 0=1\na{job=\"y\"} 0=1";
        Assert.Equal(Left, bench.Ask());
        bench.CutPower();
        Assert.Equal(Left, bench.Ask());
        await SealTests.Seal(bench);
        Assert.Equal(Left, bench.Ask());
        Assert.Empty(bench.Store.View.Deletions);
        Assert.Equal(2, bench.Store.Statistics().Samples);
        bench.CutPower();
        Assert.Equal(Left, bench.Ask());
    }

    [Fact]
    public async Task What_comes_in_after_a_deletion_is_seen()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Store.Delete([[Bench.Named("a")]], long.MinValue, long.MaxValue, Bench.Cancel);
        Assert.Equal("", bench.Ask());
        Assert.Empty(bench.Store.LabelNames([], long.MinValue, long.MaxValue, 0, Bench.Cancel));
        bench.Put("a", T + 10, 2);
        bench.Put("b", T + 10, 2);
        Assert.Equal("a 10=2\nb 10=2", bench.Ask());
        await SealTests.Seal(bench);
        Assert.Equal("a 10=2\nb 10=2", bench.Ask());
        bench.CutPower();
        Assert.Equal("a 10=2\nb 10=2", bench.Ask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_wrong_can_be_deleted_and_put_in_again(bool isSealed)
    {
        await using var bench = new Bench();
        for (var at = 0; at < 3; at++) bench.Put("a", T + (at * 10), 1);
        if (isSealed) await SealTests.Seal(bench);
        bench.Store.Delete([[Bench.Named("a")]], T + 10, T + 20, Bench.Cancel);
        if (isSealed) await SealTests.Seal(bench);
        Assert.Equal(1, bench.Put("a", T, 2).Rejected[Refused.DuplicateOtherValue]);
        for (var at = 2; at >= 1; at--) Assert.Equal(1, bench.Put("a", T + (at * 10), 2).Accepted);
        Assert.Equal(1, bench.Put("a", T + 20, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal("a 0=1 10=2 20=2", bench.Ask());
        await SealTests.Seal(bench);
        bench.CutPower();
        Assert.Equal("a 0=1 10=2 20=2", bench.Ask());
    }

    [Fact]
    public async Task Others_append_while_a_deletion_is_written_down()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        var other = Task.CompletedTask;
        var done = false;
        bench.Files.Before = path =>
        {
            if (!path.Contains("deletions", StringComparison.Ordinal)) return;
            other = Task.Run(() => bench.Put("b", T, 2));
            done |= other.Wait(TimeSpan.FromSeconds(10));
        };
        bench.Store.Delete([[Bench.Named("a")]], long.MinValue, long.MaxValue, Bench.Cancel);
        bench.Files.Before = null;
        await other;
        Assert.True(done);
        Assert.Equal("b 0=2", bench.Ask());
    }

    [Fact]
    public async Task What_is_deleted_while_it_is_sealed_can_be_put_in_again()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("b", T, 1);
        bench.Files.Before = path =>
        {
            if (!path.EndsWith("/manifest", StringComparison.Ordinal)) return;
            bench.Files.Before = null;
            bench.Store.Delete([[Bench.Named("a")]], T, T, Bench.Cancel);
        };
        await SealTests.Seal(bench);
        Assert.Equal("b 0=1", bench.Ask());
        Assert.Equal(1, bench.Put("a", T, 2).Accepted);
        Assert.Equal(1, bench.Put("b", T, 2).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal("a 0=2\nb 0=1", bench.Ask());
    }

    [Fact]
    public async Task A_deletion_hides_nothing_that_comes_in_after_logs_and_manifest_are_lost()
    {
        await using var bench = new Bench();
        for (var part = 0; part < 3; part++)
        {
            bench.Put("a", bench.Now, 1);
            await SealTests.Seal(bench);
        }

        bench.Store.Delete([[Bench.Named("a")]], long.MinValue, long.MaxValue, Bench.Cancel);
        foreach (var path in bench.Files.Paths.Where(one => one.Contains("/log/", StringComparison.Ordinal) || one.EndsWith("/manifest", StringComparison.Ordinal)).ToArray()) bench.Files.Delete(path);
        bench.Kill();
        Assert.Equal("", bench.Ask());
        bench.Put("a", bench.Now, 2);
        Assert.NotEqual("", bench.Ask());
        await SealTests.Seal(bench);
        Assert.NotEqual("", bench.Ask());
    }

    [Fact]
    public async Task A_deletion_is_not_forgotten_while_a_block_that_it_goes_for_cannot_be_read()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        await SealTests.Seal(bench);
        bench.Store.Delete([[Bench.Named("a")]], long.MinValue, long.MaxValue, Bench.Cancel);
        var path = bench.Files.Paths.Single(one => one.EndsWith(".block", StringComparison.Ordinal));
        var whole = bench.Files.Read(path);
        bench.Files.Change(path, static _ => []);
        bench.Kill();
        await bench.Tend();
        bench.Files.Change(path, _ => whole);
        bench.Kill();
        Assert.Equal("", bench.Ask());
    }

    [Fact]
    public async Task A_snapshot_of_a_store_with_a_damaged_block_is_refused_by_its_name()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        await SealTests.Seal(bench);
        var path = bench.Files.Paths.Single(one => one.EndsWith(".block", StringComparison.Ordinal));
        bench.Files.Change(path, static bytes =>
        {
            bytes[^1] ^= 1;
            return bytes;
        });
        bench.Kill();
        var refused = await Assert.ThrowsAsync<IOException>(() => bench.Store.Snapshot("/copy", Bench.Cancel));
        Assert.Contains(Path.GetFileName(path), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deletion_that_meets_nothing_is_none()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        Assert.Equal(0, bench.Store.Delete([[Bench.Named("b")]], long.MinValue, long.MaxValue, Bench.Cancel));
        Assert.Empty(bench.Store.View.Deletions);
    }

    [Fact]
    public async Task A_deletion_that_cannot_be_written_hides_nothing()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Files.Room = 100;
        Assert.Throws<StoreUnavailable>(() => bench.Store.Delete([[Bench.Named("a"), new("long", MatchKind.NotEqual, new string('x', 200))]], long.MinValue, long.MaxValue, Bench.Cancel));
        Assert.Equal("a 0=1", bench.Ask());
        bench.Files.Room = long.MaxValue;
        bench.CutPower();
        Assert.Equal("", bench.Ask());
    }

    [Fact]
    public async Task A_damaged_file_of_deletions_is_told()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Store.Delete([[Bench.Named("a")]], long.MinValue, long.MaxValue, Bench.Cancel);
        var random = new Random(3);
        var whole = bench.Files.Read("/store/deletions");
        for (var round = 0; round < 100; round++)
        {
            bench.Files.Change("/store/deletions", _ => Mutation.Of(whole, random));
            bench.Kill();
            if (bench.Store.Recovery.IsClean) continue;
            Assert.Contains("deletions", bench.Store.Recovery.Findings[0], StringComparison.Ordinal);
            Assert.Equal("a 0=1", bench.Ask());
        }
    }

    [Fact]
    public async Task A_copy_holds_what_had_been_acknowledged_and_opens_by_itself()
    {
        await using var bench = new Bench();
        SealTests.Fill(bench, TimeSpan.FromMinutes(10));
        await SealTests.Seal(bench);
        bench.Put("b", bench.Now, 1);
        var before = bench.Ask();
        await bench.Store.Snapshot("/copy", Bench.Cancel);
        bench.Put("c", bench.Now, 1);
        await using var copy = MetricStore.Open("/copy", new(), bench.Clock, bench.Files, background: false);
        Assert.True(copy.Recovery.IsClean);
        Assert.Equal(before.Split('\n').Length, copy.Select([], long.MinValue, long.MaxValue, Bench.Cancel).Count);
        Assert.Equal(11, copy.Statistics().Samples - 40);
        await Assert.ThrowsAsync<IOException>(() => bench.Store.Snapshot("/copy", Bench.Cancel));
    }

    [Fact]
    public async Task A_copy_of_a_damaged_store_is_refused()
    {
        await using var bench = new Bench();
        SealTests.Fill(bench, TimeSpan.FromMinutes(10));
        await SealTests.Seal(bench);
        bench.Files.Change(bench.Files.Paths.Single(one => one.EndsWith(".block", StringComparison.Ordinal)), bytes =>
        {
            bytes[^120] ^= 1;
            return bytes;
        });
        await Assert.ThrowsAsync<IOException>(() => bench.Store.Snapshot("/copy", Bench.Cancel));
    }
}
