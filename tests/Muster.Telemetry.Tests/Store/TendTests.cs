using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

public sealed class TendTests
{
    static readonly long T = Bench.Start;

    [Fact]
    public async Task Blocks_of_a_day_that_is_over_become_one_and_read_as_before()
    {
        await using var bench = new Bench();
        for (var part = 0; part < 5; part++)
        {
            SealTests.Fill(bench, TimeSpan.FromMinutes(30));
            bench.Clock.Pass(TimeSpan.FromMinutes(90));
            await bench.Tend();
        }

        Assert.InRange(bench.Store.Statistics().Blocks, 1, 4);
        bench.Clock.Pass(TimeSpan.FromHours(30));
        var before = bench.Ask();
        await bench.Tend();
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        Assert.Equal(1, bench.Files.Paths.Count(path => path.EndsWith(".block", StringComparison.Ordinal)));
        Assert.Equal(before, bench.Ask());
        bench.CutPower();
        Assert.Equal(before, bench.Ask());
    }

    [Fact]
    public async Task A_query_reads_on_while_its_blocks_are_merged_and_dropped()
    {
        await using var bench = new Bench();
        for (var part = 0; part < 3; part++)
        {
            SealTests.Fill(bench, TimeSpan.FromMinutes(30));
            await SealTests.Seal(bench);
        }

        var before = bench.Ask();
        var selected = bench.Store.Select([Bench.Named("m")], long.MinValue, long.MaxValue, Bench.Cancel);
        bench.Clock.Pass(TimeSpan.FromHours(40));
        await bench.Tend();
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        var buffer = new SampleBuffer();
        foreach (var series in selected) series.Read(long.MinValue, long.MaxValue, buffer);
        Assert.Equal(before.Split(['\n', ' ']).Count(word => word.Contains('=', StringComparison.Ordinal) && !word.Contains('{', StringComparison.Ordinal)), buffer.Count);
    }

    [Fact]
    public async Task What_is_past_its_retention_is_dropped_and_nothing_else()
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(2) });
        bench.Put("old", T, 1);
        await SealTests.Seal(bench);
        bench.Clock.Pass(TimeSpan.FromDays(1.5));
        bench.Put("new", bench.Now, 1);
        await SealTests.Seal(bench);
        Assert.Equal(2, bench.Store.Statistics().Blocks);
        bench.Clock.Pass(TimeSpan.FromDays(0.5));
        bench.Put("newer", bench.Now, 1);
        await bench.Tend();
        Assert.DoesNotContain("old", bench.Ask(), StringComparison.Ordinal);
        Assert.Contains("new ", bench.Ask(), StringComparison.Ordinal);
        Assert.Equal(1, bench.Put("x", bench.Now - (3 * 86_400_000), 1).Rejected[Refused.TooOld]);
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_drops_nothing_and_one_that_runs_does()
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(2) });
        bench.Put("a", T, 1);
        await SealTests.Seal(bench);
        bench.Clock.Wrong = TimeSpan.FromDays(400);
        await bench.Tend();
        await bench.Restart();
        await bench.Tend();
        Assert.Equal("a 0=1", bench.Ask());
        bench.Clock.Wrong = default;
        bench.Clock.Pass(TimeSpan.FromDays(3));
        await bench.Tend();
        Assert.Equal("", bench.Ask());
    }

    [Fact]
    public async Task A_clock_that_jumped_ahead_is_believed_when_it_has_stayed_there_for_an_hour()
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(2) });
        bench.Put("a", T, 1);
        await SealTests.Seal(bench);
        bench.Clock.Wrong = TimeSpan.FromDays(10);
        await bench.Tend();
        bench.Clock.Pass(TimeSpan.FromMinutes(50));
        await bench.Tend();
        Assert.Equal("a 0=1", bench.Ask());
        bench.Clock.Pass(TimeSpan.FromMinutes(20));
        await bench.Tend();
        Assert.Equal("", bench.Ask());
        bench.Put("b", bench.Now, 1);
        await SealTests.Seal(bench);
        bench.Clock.Wrong = TimeSpan.FromDays(20);
        await bench.Tend();
        Assert.NotEqual("", bench.Ask());
    }

    [Fact]
    public async Task A_day_without_samples_between_two_that_have_some_costs_no_file()
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(4000) });
        bench.Put("a", T - (3000 * 86_400_000L), 1);
        bench.Put("a", T, 2);
        bench.Clock.Pass(TimeSpan.FromHours(2.1));
        bench.Files.Changes = 100;
        await bench.Tend();
        Assert.Empty(bench.Store.Problems);
        Assert.Equal(2, bench.Store.Statistics().Blocks);
    }

    [Fact]
    public async Task A_time_that_no_calendar_has_is_too_old_whatever_the_retention()
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(10_000_000) });
        Assert.Equal(1, bench.Put("a", -100_000_000_000_000, 1).Rejected[Refused.TooOld]);
        bench.Put("a", 0, 1);
        await SealTests.Seal(bench);
        Assert.Equal(1, bench.Store.Statistics().Blocks);
    }

    [Fact]
    public async Task What_fits_the_budget_once_the_log_is_sealed_is_not_dropped_for_it()
    {
        await using var bench = new Bench(new() { MaxBytes = 1 << 20 });
        bench.Put("old", T, 1);
        await SealTests.Seal(bench);
        for (var at = 0; at < 40_000; at += 100)
        {
            var batch = new SampleBatch();
            var series = batch.Open(Bench.Key("a"));
            for (var one = 0; one < 100; one++) batch.Add(series, bench.Now + at + one, 1 / 3.0);
            bench.Put(batch);
        }

        bench.Options = bench.Options with { MaxBytes = 200_000 };
        bench.Kill();
        Assert.InRange(bench.Store.Statistics().BytesOnDisk, 200_000, 1 << 20);
        bench.Clock.Pass(TimeSpan.FromHours(2.1));
        await bench.Tend();
        Assert.InRange(bench.Store.Statistics().BytesOnDisk, 100, 200_000);
        Assert.Contains("old 0=1", bench.Ask(Bench.Named("old")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_past_its_retention_is_dropped_from_a_disk_without_any_room(bool killed)
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(2) });
        for (var at = 0; at < 100; at++) bench.Put("old", T + at, at / 3.0);
        await SealTests.Seal(bench);
        bench.Clock.Pass(TimeSpan.FromDays(2));
        bench.Files.Room = 0;
        await bench.Tend();
        Assert.DoesNotContain(bench.Files.Paths, path => path.Contains("20261128-", StringComparison.Ordinal));
        Assert.DoesNotContain("old", bench.Ask(), StringComparison.Ordinal);
        bench.Put("new", bench.Now + 1, 2);
        if (killed) bench.Kill();
        bench.Files.Room = long.MaxValue;
        await bench.Tend();
        bench.CutPower();
        Assert.Equal(!killed, bench.Store.Recovery.IsClean);
        Assert.StartsWith("new ", bench.Ask(), StringComparison.Ordinal);
        Assert.DoesNotContain("old", bench.Ask(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_its_budget_the_oldest_goes_first()
    {
        await using var bench = new Bench(new() { MaxBytes = 30_000 });
        for (var day = 0; day < 12; day++)
        {
            for (var at = 0; at < 40; at++) bench.Put($"day{day}", bench.Now + at, at * 1.1, ("text", new string((char)('a' + at), 100) + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([(byte)day, (byte)at]))));
            bench.Clock.Pass(TimeSpan.FromDays(1));
            await bench.Tend();
        }

        Assert.InRange(bench.Store.Statistics().BytesOnDisk, 10_000, 30_000);
        var left = bench.Store.LabelValues("__name__", [], long.MinValue, long.MaxValue, 0, Bench.Cancel);
        Assert.Contains("day11", left);
        Assert.DoesNotContain("day0", left);
        Assert.Equal(bench.Store.Statistics().Blocks, bench.Files.Paths.Count(path => path.EndsWith(".block", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_damaged_block_is_not_merged_and_what_is_left_of_it_stays()
    {
        await using var bench = new Bench();
        for (var part = 0; part < 3; part++)
        {
            SealTests.Fill(bench, TimeSpan.FromMinutes(30));
            await SealTests.Seal(bench);
        }

        bench.Files.Change(bench.Files.Paths.First(one => one.EndsWith(".block", StringComparison.Ordinal)), bytes =>
        {
            bytes[3] ^= 4;
            return bytes;
        });
        bench.Kill();
        var before = bench.Ask();
        bench.Clock.Pass(TimeSpan.FromHours(30));
        await bench.Tend();
        Assert.Equal(2, bench.Store.Statistics().Blocks);
        Assert.Equal(2, bench.Files.Paths.Count(path => path.Contains("blocks/", StringComparison.Ordinal)));
        Assert.Equal(before, bench.Ask());
    }

    [Fact]
    public async Task A_damage_that_is_found_in_a_merge_stops_it()
    {
        await using var bench = new Bench();
        for (var part = 0; part < 3; part++)
        {
            SealTests.Fill(bench, TimeSpan.FromMinutes(30));
            await SealTests.Seal(bench);
        }

        bench.Files.Change(bench.Files.Paths.First(one => one.EndsWith(".block", StringComparison.Ordinal)), bytes =>
        {
            bytes[3] ^= 4;
            return bytes;
        });
        bench.Kill();
        bench.Clock.Pass(TimeSpan.FromHours(30));
        await bench.Tend();
        Assert.Equal(2, bench.Store.Statistics().Blocks);
        Assert.Equal(2, bench.Files.Paths.Count(path => path.Contains("blocks/", StringComparison.Ordinal)));
        Assert.Contains(bench.Store.Problems, problem => problem.Contains("checksum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_left_over_of_work_that_did_not_end_is_removed()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Files.Change("/store/blocks/20261128-0000000009.block.part", _ => [1]);
        bench.Files.Change("/store/blocks/20261128-0000000008.block", _ => [1]);
        bench.Kill();
        Assert.DoesNotContain(bench.Files.Paths, path => path.Contains("blocks/", StringComparison.Ordinal));
        Assert.Equal("a 0=1", bench.Ask());
    }
}
