using System.Text;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

/// <summary>Hours of a run in a moment: what the lanes would hand over, without the waiting.</summary>
public class MergingTests
{
    static LoadPlan Plan(TimeSpan lasts, int threads = 1) => new()
    {
        Target = new("http://127.0.0.1:1/"), Threads = threads,
        Scenarios = [new() { Name = "load", Model = new LoadModel.ConstantRate(5, lasts), Requests = [new() { Name = "one", Url = Template.Of(Encoding.UTF8.GetBytes("/")) }] }],
    };

    /// <summary>Five requests a second, whose latency is told by the second in which they end.</summary>
    static Merging Feed(TimeSpan planned, int seconds, Func<int, long> nanoseconds, Action<int, Merging>? each = null)
    {
        var merging = new Merging(Plan(planned), TimeSpan.FromSeconds(1));
        var tick = new Tick([1]);
        for (var second = 0; second < seconds; second++)
        {
            (tick.Index, tick.Last) = (second, second == seconds - 1);
            for (var i = 0; i < 5; i++)
            {
                var done = second * 1_000_000_000L + nanoseconds(second);
                var sample = new Probes.Load.Sample { Intended = second * 1_000_000_000L, Sent = second * 1_000_000_000L, FirstByte = done, Done = done, Status = 200 };
                tick.All.Add(sample.Latency);
                tick.Counted[0][0].Add(sample);
            }

            foreach (var _ in merging.Take(tick, static back => back.Clear())) each?.Invoke(second, merging);
        }

        return merging;
    }

    [Fact]
    public void Ten_hours_are_at_most_six_hundred_windows_and_lose_no_request()
    {
        var merging = Feed(TimeSpan.FromHours(10), 36_000, _ => 3_000_000);

        var windows = merging.Windows;
        Assert.InRange(windows.Length, 300, 600);
        Assert.Equal(180_000, windows.Sum(window => window.Requests));
        Assert.Equal(180_000, windows.Sum(window => window.Latency.Count));
        Assert.Equal(36_000, windows.Sum(window => window.Length.TotalSeconds), 6);
        Assert.Equal(180_000, merging.Now(TimeSpan.FromHours(10)).Tallies.Sum(tally => tally.Tally.Requests));
        Assert.True(merging.IsComplete);
    }

    [Fact]
    public void A_run_that_goes_on_beyond_its_plan_gets_coarser_windows_and_not_more()
    {
        var merging = Feed(TimeSpan.FromMinutes(1), 20_000, _ => 3_000_000);

        Assert.InRange(merging.Windows.Length, 600, 1201);
        Assert.Equal(100_000, merging.Windows.Sum(window => window.Requests));
        Assert.Equal(20_000, merging.Windows.Sum(window => window.Length.TotalSeconds), 6);
        Assert.All(merging.Windows.Zip(merging.Windows.Skip(1)), pair => Assert.Equal(pair.First.From + pair.First.Length, pair.Second.From));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_hours()
    {
        var after = new List<long>();

        Feed(TimeSpan.FromHours(10), 36_000, second => 2_000_000 + second % 1000 * 1000, (second, _) =>
        {
            if (second % 9_000 == 8_999) after.Add(GC.GetTotalMemory(forceFullCollection: true));
        });

        // Six hundred windows of some octaves each; what others in this process hold stands on both sides.
        Assert.True(after[^1] - after[0] < 64 << 20, string.Join(", ", after));
    }

    [Fact]
    public void What_creeps_up_over_hours_is_told_by_the_hour()
    {
        // A millisecond an hour above three, and a leak of ten megabytes an hour.
        var crept = Feed(TimeSpan.FromHours(10), 36_000, second => 3_000_000 + second * 1_000_000L / 3600, (second, merging) => merging.Remember(1e8 + second * 1e7 / 3600));
        var still = Feed(TimeSpan.FromHours(10), 36_000, second => 3_000_000 + second % 7 * 1000, (_, merging) => merging.Remember(1e8));

        var drift = Drift.Of(crept.Windows)!;
        Assert.InRange(drift.LatencyP50!.PerHour, 0.95, 1.05);
        Assert.InRange(drift.Memory!.PerHour, 0.98e7, 1.02e7);
        Assert.Equal(0, drift.FailedRate!.PerHour);
        Assert.InRange(Drift.Of(still.Windows)!.LatencyP50!.PerHour, -0.001, 0.001);
        Assert.Equal(0, Drift.Of(still.Windows)!.Memory!.PerHour);
    }

    [Theory]
    [InlineData(2_050_000_000, 2, 1.05)]
    [InlineData(2_700_000_000, 3, 0.7)]
    public void What_is_left_over_at_the_end_makes_no_rate_of_its_own(long until, int windows, double last)
    {
        var merging = new Merging(Plan(TimeSpan.FromSeconds(2)), TimeSpan.FromSeconds(1));

        for (var index = 0; index < 3; index++)
            Assert.Single(merging.Take(new([1]) { Index = index, Last = index == 2, Until = index == 2 ? until : 0 }, static _ => { }));

        Assert.Equal(windows, merging.Windows.Length);
        Assert.Equal(last, merging.Windows[^1].Length.TotalSeconds, 6);
    }

    [Fact]
    public void A_tick_is_whole_only_when_every_lane_has_handed_it_over()
    {
        var merging = new Merging(Plan(TimeSpan.FromSeconds(10), threads: 2), TimeSpan.FromSeconds(1));
        Tick Of(int lane, int index, bool last = false) => new([1]) { Lane = lane, Index = index, Last = last };

        Assert.Empty(merging.Take(Of(0, 0), static _ => { }));
        Assert.Empty(merging.Take(Of(0, 1), static _ => { }));
        Assert.Single(merging.Take(Of(1, 0), static _ => { }).ToList());
        Assert.Empty(merging.Take(Of(0, 2, last: true), static _ => { }));
        Assert.Equal(2, merging.Take(Of(1, 1, last: true), static _ => { }).Count());
        Assert.True(merging.IsComplete);
    }
}
