using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

public sealed class SealTests
{
    static readonly long T = Bench.Start;

    [Fact]
    public async Task The_head_is_sealed_after_two_hours_and_reads_as_before()
    {
        await using var bench = new Bench();
        bench.Clock.Pass(TimeSpan.FromMinutes(5));
        await bench.Restart();
        Fill(bench, TimeSpan.FromMinutes(105));
        var before = bench.Ask();
        await bench.Tend();
        Assert.Equal(0, bench.Store.Statistics().Blocks);
        bench.Clock.Pass(TimeSpan.FromMinutes(13));
        await bench.Tend();
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        Assert.Empty(bench.Store.View.Frozen);
        Assert.Equal(before, bench.Ask());
        Assert.Equal(0, bench.Store.Statistics().LiveSeries);
        Assert.DoesNotContain("/store/log/000000000001.log", bench.Files.Paths);
        bench.CutPower();
        Assert.Equal(before, bench.Ask());
        Assert.True(bench.Store.Recovery.IsClean);
    }

    [Fact]
    public async Task A_series_goes_on_through_a_block_and_the_head_and_keeps_its_duplicates_out()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("a", T + 10, 2);
        await Seal(bench);
        Assert.Equal(1, bench.Put("a", T + 10, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal(1, bench.Put("a", T, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal(1, bench.Put("a", T + 10, 2).Accepted);
        bench.Put("a", T + 20, 3);
        bench.Put("a", T + 5, 9);
        bench.Put("a", T - 5, 8);
        Assert.Equal("a -5=8 0=1 5=9 10=2 20=3", bench.Ask());
        Assert.Equal("a 5=9 10=2", bench.Ask(T + 5, T + 10));
        bench.Kill();
        Assert.Equal("a -5=8 0=1 5=9 10=2 20=3", bench.Ask());
        Assert.Equal(1, bench.Put("a", T, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal(1, bench.Put("a", T - 4_000_000, 3).Rejected[Refused.TooOld]);
        await Seal(bench);
        Assert.Equal("a -5=8 0=1 5=9 10=2 20=3", bench.Ask());
    }

    [Fact]
    public async Task A_series_that_is_new_since_a_restart_is_judged_by_what_blocks_know()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        await Seal(bench);
        bench.Kill();
        Assert.Equal(1, bench.Put("a", T - 4_000_000, 3).Rejected[Refused.TooOld]);
        Assert.Equal(1, bench.Put("a", T, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal(1, bench.Put("a", T - 1000, 3).Accepted);
        Assert.Equal("a -1000=3 0=1", bench.Ask());
    }

    [Fact]
    public async Task A_sample_that_was_refused_hides_nothing_of_what_blocks_know()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        await Seal(bench);
        bench.Kill();
        Assert.Equal(1, bench.Put("a", T + 86_400_000, 3).Rejected[Refused.TooFarAhead]);
        Assert.Equal(1, bench.Put("a", T, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal(1, bench.Put("a", T - 4_000_000, 3).Rejected[Refused.TooOld]);
        Assert.Equal(1, bench.Put("a", T + 1, 3).Accepted);
        Assert.Equal(1, bench.Put("a", T, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal("a 0=1 1=3", bench.Ask());
    }

    [Fact]
    public async Task Samples_of_two_days_stand_in_two_blocks()
    {
        await using var bench = new Bench();
        var midnight = T - (12 * 3_600_000);
        bench.Put("a", midnight - 1, 1);
        bench.Put("a", midnight, 2);
        bench.Put("b", midnight + 1, 2);
        await Seal(bench);
        Assert.Equal(2, bench.Store.Statistics().Blocks);
        Assert.Equal(2, bench.Files.Paths.Count(path => path.EndsWith(".block", StringComparison.Ordinal)));
        Assert.Contains(bench.Files.Paths, path => path.Contains("20261127-", StringComparison.Ordinal));
        Assert.Equal($"a {midnight - 1 - T}=1 {midnight - T}=2\nb {midnight + 1 - T}=2", bench.Ask());
        Assert.Equal(["a", "b"], bench.Store.LabelValues("__name__", [], long.MinValue, long.MaxValue, 0, Bench.Cancel));
        Assert.Equal(["a"], bench.Store.LabelValues("__name__", [], midnight - 1, midnight - 1, 0, Bench.Cancel));
    }

    [Fact]
    public async Task Histograms_floats_and_stale_markers_come_back_from_a_block()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("a", T + 10, AppendTests.Histogram(7));
        bench.Put("a", T + 20, StaleMarker.Value);
        bench.Put("a", T + 30, 2.5);
        bench.Put("a", T + 5, AppendTests.Histogram(6));
        await Seal(bench);
        Assert.Equal("a 0=1 5=h6 10=h7 20=stale 30=2.5", bench.Ask());
    }

    [Fact]
    public async Task Many_large_histograms_go_into_as_many_chunks_as_they_need()
    {
        await using var bench = new Bench();
        var expected = new List<string>();
        for (var at = 0; at < 700; at++)
        {
            bench.Put("h", T + at, new NativeHistogram { Count = at, PositiveSpans = [new(-500, 8000)], PositiveBuckets = [.. new double[8000]] });
            expected.Add($"{at}=h{at}");
        }

        bench.Put("h", T + 700, 1);
        Assert.Equal($"h {string.Join(' ', expected)} 700=1", bench.Ask());
        await Seal(bench);
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        Assert.Equal($"h {string.Join(' ', expected)} 700=1", bench.Ask());
        Assert.Equal("h 300=h300", bench.Ask(T + 300, T + 300));
    }

    [Fact]
    public async Task A_long_log_is_sealed_early()
    {
        await using var bench = new Bench(new() { MaxLogBytes = 4000 });
        Fill(bench, TimeSpan.FromMinutes(100));
        var before = bench.Ask();
        await bench.Tend();
        Assert.True(bench.Store.Statistics().Blocks > 0);
        Assert.True(bench.Store.Statistics().LogBytes < 5000);
        Assert.Equal(before, bench.Ask());
    }

    [Fact]
    public async Task When_nothing_is_sealed_the_log_is_bounded_and_the_sender_is_told()
    {
        await using var bench = new Bench(new() { MaxLogBytes = 1000 });
        var unavailable = Assert.Throws<StoreUnavailable>(() => Fill(bench, TimeSpan.FromHours(30)));
        Assert.Contains("sealed", unavailable.Message, StringComparison.Ordinal);
        var before = bench.Ask();
        bench.Kill();
        Assert.Equal(before, bench.Ask());
        await bench.Tend();
        Assert.Equal(before, bench.Ask());
        bench.Put("after", bench.Now, 1);
    }

    [Fact]
    public async Task Without_room_the_head_stays_as_it_is_and_is_sealed_later()
    {
        await using var bench = new Bench();
        Fill(bench, TimeSpan.FromMinutes(60));
        bench.Clock.Pass(TimeSpan.FromHours(2));
        var before = bench.Ask();
        bench.Files.Room = 200;
        await bench.Tend();
        Assert.Equal(0, bench.Store.Statistics().Blocks);
        Assert.Contains(bench.Store.Problems, problem => problem.Contains("No space", StringComparison.Ordinal));
        Assert.Equal(before, bench.Ask());
        bench.Kill();
        Assert.Equal(before, bench.Ask());
        bench.Files.Room = long.MaxValue;
        await bench.Tend();
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        Assert.Equal(before, bench.Ask());
        Assert.DoesNotContain(bench.Files.Paths, path => path.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_begun_when_the_room_ended_takes_none_from_the_log()
    {
        await using var bench = new Bench();
        for (var at = 0; at < 100; at++) bench.Put("a", T + at, at / 3.0);
        bench.Clock.Pass(TimeSpan.FromHours(2.1));
        bench.Files.Room = 400;
        await bench.Tend();
        Assert.Equal(0, bench.Store.Statistics().Blocks);
        Assert.DoesNotContain(bench.Files.Paths, path => path.Contains(".block", StringComparison.Ordinal));
        for (var at = 0; at < 5; at++) bench.Put("a", bench.Now + at, 1);
    }

    [Fact]
    public async Task A_block_that_was_damaged_while_it_was_written_is_told_and_the_head_is_kept()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Files.Before = path =>
        {
            if (!path.EndsWith(".block", StringComparison.Ordinal)) return;
            bench.Files.Change(path + ".part", static bytes =>
            {
                bytes[^1] ^= 1;
                return bytes;
            });
        };
        await Seal(bench);
        Assert.Contains(bench.Store.Problems, static one => one.Contains("checksum", StringComparison.Ordinal));
        Assert.Equal("a 0=1", bench.Ask());
        bench.Files.Before = null;
        await bench.Tend();
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        Assert.Equal("a 0=1", bench.Ask());
    }

    [Fact]
    public async Task A_power_cut_at_any_step_of_sealing_and_merging_loses_nothing()
    {
        for (var steps = 0; ; steps++)
        {
            var bench = new Bench();
            for (var part = 0; part < 4; part++)
            {
                Fill(bench, TimeSpan.FromMinutes(20), durable: true);
                bench.Clock.Pass(TimeSpan.FromHours(2));
                if (part < 3) await bench.Tend();
            }

            var before = bench.Ask();
            bench.Files.Changes = steps;
            try { await bench.Tend(); }
            catch (IOException) { }
            var done = bench.Files.Changes > 0;
            bench.Files.Changes = int.MaxValue;
            Assert.Equal(before, bench.Ask());
            bench.CutPower();
            Assert.Equal(before, bench.Ask());
            await bench.Tend();
            Assert.Equal(before, bench.Ask());
            Assert.DoesNotContain(bench.Files.Paths, path => path.EndsWith(".part", StringComparison.Ordinal));
            Assert.Equal(bench.Store.Statistics().Blocks, bench.Files.Paths.Count(path => path.EndsWith(".block", StringComparison.Ordinal)));
            if (!done) continue;
            Assert.Equal(1, bench.Store.Statistics().Blocks);
            Assert.True(steps > 20);
            return;
        }
    }

    [Fact]
    public async Task Metadata_outlives_the_log_it_came_in()
    {
        await using var bench = new Bench();
        var batch = new SampleBatch();
        batch.Add(batch.Open(Bench.Key("a")), T, 1);
        batch.Metadata.Add(new("a", "counter", "Things.", "things"));
        bench.Put(batch);
        await Seal(bench);
        bench.Kill();
        Assert.Equal("counter", bench.Store.Metadata("a", 0).Single().Kind);
    }

    [Fact]
    public async Task Metadata_that_a_log_begins_with_is_no_reason_to_begin_another()
    {
        await using var bench = new Bench(new() { MaxLogBytes = 2000 });
        var batch = new SampleBatch();
        batch.Add(batch.Open(Bench.Key("a")), T, 1);
        for (var at = 0; at < 5; at++) batch.Metadata.Add(new($"a{at}", "counter", new string('x', 1000), ""));
        bench.Put(batch);
        for (var at = 1; at < 30; at++) bench.Put("a", T + at, 1);
        Assert.Single(bench.Store.View.Frozen);
    }

    [Fact]
    public void All_metadata_together_is_bounded()
    {
        var map = new Muster.Telemetry.Store.Head.MetadataMap(50_000);
        for (var at = 0; at < 6000; at++) map.Add(new($"a{at}", "counter", new string('x', 4096), ""));
        Assert.InRange(map.All.Count(), 4000, 4096);
        map.Add(new("a1", "counter", "short", ""));
        map.Add(new("b1", "counter", new string('x', 4000), ""));
        Assert.NotNull(map.Of("b1"));
        map.Add(new("c", new string('x', 100), "", ""));
        Assert.Null(map.Of("c"));
    }

    [Fact]
    public async Task Metadata_outlives_its_log_through_a_power_cut()
    {
        await using var bench = new Bench();
        var batch = new SampleBatch();
        batch.Add(batch.Open(Bench.Key("a")), T, 1);
        batch.Metadata.Add(new("a", "counter", "Things.", "things"));
        bench.Put(batch, durable: true);
        await Seal(bench);
        bench.CutPower();
        Assert.Equal("counter", bench.Store.Metadata("a", 0).Single().Kind);
    }

    [Fact]
    public async Task A_damaged_chunk_is_left_out_and_told_and_never_answered()
    {
        await using var bench = new Bench();
        Fill(bench, TimeSpan.FromMinutes(20));
        await Seal(bench);
        var path = bench.Files.Paths.Single(one => one.EndsWith(".block", StringComparison.Ordinal));
        bench.Files.Change(path, bytes =>
        {
            bytes[3] ^= 4;
            return bytes;
        });
        bench.Kill();
        Assert.Single(bench.Ask().Split('\n'), line => !line.Contains('=', StringComparison.Ordinal) || line.EndsWith('}'));
        Assert.Contains(bench.Store.Problems, problem => problem.Contains("checksum", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(130)]
    public async Task A_damaged_footer_or_index_is_told(int fromEnd)
    {
        await using var bench = new Bench();
        Fill(bench, TimeSpan.FromMinutes(20));
        await Seal(bench);
        bench.Files.Change(bench.Files.Paths.Single(one => one.EndsWith(".block", StringComparison.Ordinal)), bytes =>
        {
            bytes[^fromEnd] ^= 4;
            return bytes;
        });
        bench.Kill();
        Assert.Equal("", bench.Ask());
        Assert.Contains([.. bench.Store.Problems, .. bench.Store.Recovery.Findings], problem => problem.Contains("checksum", StringComparison.Ordinal));
        bench.Put("a", bench.Now, 1);
    }

    [Fact]
    public async Task Any_bytes_for_a_block_or_a_manifest_are_read_or_refused()
    {
        var random = new Random(11);
        var bench = new Bench();
        Fill(bench, TimeSpan.FromMinutes(20));
        bench.Put("h", bench.Now, AppendTests.Histogram(3));
        await Seal(bench);
        foreach (var path in bench.Files.Paths.Where(one => !one.EndsWith(".log", StringComparison.Ordinal)).ToArray())
        {
            var whole = bench.Files.Read(path);
            for (var round = 0; round < 100; round++)
            {
                bench.Files.Change(path, _ => Mutation.Of(whole, random));
                bench.Kill();
                bench.Ask();
            }

            bench.Files.Change(path, _ => whole);
        }
    }

    [Fact]
    public async Task Without_its_manifest_what_is_there_is_taken_and_told()
    {
        await using var bench = new Bench();
        Fill(bench, TimeSpan.FromMinutes(20));
        await Seal(bench);
        var before = bench.Ask();
        bench.Files.Change("/store/manifest", _ => [1, 2, 3]);
        bench.Kill();
        Assert.Equal(before, bench.Ask());
        Assert.Single(bench.Store.Recovery.Findings);
    }

    internal static async Task Seal(Bench bench)
    {
        bench.Clock.Pass(TimeSpan.FromHours(2.1));
        await bench.Tend();
    }

    /// <summary>Five series, a sample a minute each, up to the clock that goes on.</summary>
    internal static void Fill(Bench bench, TimeSpan length, bool durable = false)
    {
        for (var minute = 0; minute < length.TotalMinutes; minute++)
        {
            var batch = new SampleBatch();
            for (var series = 0; series < 5; series++) batch.Add(batch.Open(Bench.Key("m", ("i", $"{series}"))), bench.Now + series, minute * series);
            bench.Put(batch, durable);
            bench.Clock.Pass(TimeSpan.FromMinutes(1));
        }
    }
}
