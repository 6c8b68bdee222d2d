using Muster.Telemetry.Series;
using Muster.Telemetry.Store;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Tests.Store;

/// <summary>Where one thing ends and another begins, to the millisecond and to the step.</summary>
public sealed class EdgeTests
{
    static readonly long T = Bench.Start;

    [Fact]
    public async Task A_sample_as_late_as_may_be_is_taken()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        Assert.Equal(1, bench.Put("a", T - 3_600_000, 2).Accepted);
        Assert.Equal(1, bench.Put("a", T - 3_600_001, 2).Rejected[Refused.TooOld]);
        Assert.Equal("a -3600000=2 0=1", bench.Ask());
    }

    [Fact]
    public async Task A_block_stays_as_long_as_its_newest_sample_is_within_the_retention()
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(2) });
        bench.Put("a", T, 1);
        bench.Clock.Pass(TimeSpan.FromHours(6));
        bench.Put("a", bench.Now, 2);
        await SealTests.Seal(bench);
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        var rest = TimeSpan.FromDays(2) + TimeSpan.FromHours(6) - (bench.Clock.GetUtcNow() - Bench.Noon);
        bench.Clock.Pass(rest);
        await bench.Tend();
        Assert.Equal("a 0=1 21600000=2", bench.Ask());
        bench.Clock.Pass(TimeSpan.FromMilliseconds(1));
        await bench.Tend();
        Assert.Equal("", bench.Ask());
    }

    /// <summary>The process was killed, so nobody flushed; whoever starts next does, before anything rests on it.</summary>
    [Fact]
    public void What_a_killed_process_left_unflushed_is_there_after_a_power_cut_once_it_has_been_started_again()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Kill();
        bench.CutPower();
        Assert.Equal("a 0=1", bench.Ask());
    }

    [Fact]
    public async Task A_deletion_that_was_carried_out_is_done_with_though_its_block_goes_on()
    {
        await using var bench = new Bench();
        foreach (var job in new[] { "x", "y" })
        {
            for (var at = 0; at < 3; at++) bench.Put("a", T + (at * 10), at, ("job", job));
        }

        await SealTests.Seal(bench);
        bench.Store.Delete([[new("job", MatchKind.Equal, "x")]], T + 5, T + 15, Bench.Cancel);
        await bench.Tend();
        Assert.Equal("a{job=\"x\"} 0=0 20=2\na{job=\"y\"} 0=0 10=1 20=2", bench.Ask());
        Assert.Empty(bench.Store.View.Deletions);
        var files = bench.Files.Paths.ToArray();
        await bench.Tend();
        Assert.Equal(files, bench.Files.Paths);
    }

    [Fact]
    public async Task A_power_cut_at_any_step_of_carrying_out_a_deletion_brings_nothing_back()
    {
        for (var steps = 0; ; steps++)
        {
            await using var bench = new Bench();
            SealTests.Fill(bench, TimeSpan.FromMinutes(20), durable: true);
            await SealTests.Seal(bench);
            bench.Store.Delete([[new("i", MatchKind.Equal, "1")]], long.MinValue, long.MaxValue, Bench.Cancel);
            var left = bench.Ask();
            Assert.DoesNotContain("i=\"1\"", left, StringComparison.Ordinal);
            bench.Files.Changes = steps;
            await bench.Tend();
            var isDone = bench.Files.Changes > 0;
            bench.Files.Changes = int.MaxValue;
            Assert.Equal(left, bench.Ask());
            bench.CutPower();
            Assert.Equal(left, bench.Ask());
            await bench.Tend();
            Assert.Equal(left, bench.Ask());
            Assert.Empty(bench.Store.View.Deletions);
            if (!isDone) continue;
            Assert.True(steps > 5);
            return;
        }
    }

    /// <summary>Whatever room there is, from none to all that is needed.</summary>
    [Fact]
    public async Task A_disk_that_is_full_in_a_merge_loses_nothing_and_leaves_nothing_behind()
    {
        for (var room = 0L; ; room += 97)
        {
            await using var bench = new Bench();
            for (var part = 0; part < 3; part++)
            {
                SealTests.Fill(bench, TimeSpan.FromMinutes(20), durable: true);
                await SealTests.Seal(bench);
            }

            bench.Clock.Pass(TimeSpan.FromHours(30));
            var (before, blocks) = (bench.Ask(), bench.Store.Statistics().Blocks);
            Assert.True(blocks > 1);
            // What a disk says that it has is not what can be written: others write too.
            (bench.Files.Free, bench.Files.Room) = (long.MaxValue, room);
            await bench.Tend();
            (bench.Files.Free, bench.Files.Room) = (null, long.MaxValue);
            Assert.Equal(before, bench.Ask());
            bench.CutPower();
            Assert.Equal(before, bench.Ask());
            Assert.DoesNotContain(bench.Files.Paths, path => path.EndsWith(".part", StringComparison.Ordinal));
            if (bench.Store.Statistics().Blocks == blocks) continue;
            Assert.True(room > 200);
            return;
        }
    }

    [Fact]
    public async Task A_merge_that_would_not_leave_room_for_the_log_is_not_begun()
    {
        await using var bench = new Bench();
        for (var part = 0; part < 3; part++)
        {
            SealTests.Fill(bench, TimeSpan.FromMinutes(20));
            await SealTests.Seal(bench);
        }

        bench.Clock.Pass(TimeSpan.FromHours(30));
        var blocks = bench.Store.Statistics().Blocks;
        bench.Files.Free = 64 << 20;
        await bench.Tend();
        Assert.Equal(blocks, bench.Store.Statistics().Blocks);
        bench.Files.Free = null;
        await bench.Tend();
        Assert.Equal(1, bench.Store.Statistics().Blocks);
    }

    [Fact]
    public void Of_two_samples_of_one_time_the_one_of_the_place_named_first_stays()
    {
        var merge = new SampleMerge();
        foreach (var (place, times) in new[] { (1, new long[] { 10, 30, 20 }), (2, [5, 10, 20, 40]), (3, [40, 50]) })
        {
            var part = merge.Begin();
            foreach (var time in times) part.Add(time, (place * 1000) + time);
        }

        var merged = new SampleBuffer();
        merge.Finish(merged);
        Assert.Equal([5, 10, 20, 30, 40, 50], merged.Times.ToArray());
        Assert.Equal([2005, 1010, 1020, 1030, 2040, 3050], merged.Values.ToArray());
    }
}
