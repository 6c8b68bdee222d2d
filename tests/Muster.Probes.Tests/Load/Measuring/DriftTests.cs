using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class DriftTests
{
    [Fact]
    public void A_straight_line_has_its_slope_and_no_doubt_about_it()
    {
        var (slope, upper) = TheilSen.Of([.. Enumerable.Range(0, 50).Select(i => ((double)i, 3.0 * i + 7))])!.Value;
        Assert.Equal(3, slope, 1e-12);
        Assert.Equal(3, upper, 1e-12);
    }

    [Fact]
    public void A_quarter_of_wild_points_does_not_move_it()
    {
        var random = new Random(5);
        var (slope, _) = TheilSen.Of([.. Enumerable.Range(0, 400).Select(i => ((double)i, i % 4 == 0 ? random.NextDouble() * 1e9 : 2.0 * i))])!.Value;
        Assert.InRange(slope, 1.9, 2.6);
    }

    [Fact]
    public void The_bound_is_under_the_true_slope_in_at_most_about_5_percent_of_series()
    {
        var missed = 0;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var (_, upper) = TheilSen.Of([.. Enumerable.Range(0, 30).Select(i => ((double)i, 0.1 * i + random.NextDouble() * random.NextDouble() * 10))])!.Value;
            if (upper < 0.1) missed++;
        }

        Assert.InRange(missed, 40, 130);
    }

    [Fact]
    public void Fewer_than_four_points_or_all_at_one_time_have_no_slope()
    {
        Assert.Null(TheilSen.Of([(1, 1), (2, 2), (3, 3)]));
        Assert.Null(TheilSen.Of([.. Enumerable.Repeat((1.0, 2.0), 50)]));
    }

    [Fact]
    public void Hours_of_windows_are_reckoned_as_a_few_hundred()
    {
        var (slope, upper) = TheilSen.Of([.. Enumerable.Range(0, 86_400).Select(i => (i / 3600.0, 5.0 * i / 3600 + i % 7))])!.Value;
        Assert.Equal(5, slope, 0.05);
        Assert.InRange(upper, slope, 5.2);
    }

    [Fact]
    public void Memory_that_leaks_shows_in_bytes_an_hour_and_what_warms_up_does_not_count()
    {
        var drift = Drifting.Of(LoadResults.Shop(seconds: 60).Windows)!;
        Assert.Equal(40_000 * 3_600.0, drift.Memory!.PerHour, 1);
        Assert.Equal(50, drift.Memory.Points);
        Assert.InRange(drift.LatencyP50!.Relative, -3, 3);
        Assert.NotNull(drift.FailedRate);
    }

    [Fact]
    public void Latency_that_creeps_shows_and_a_run_without_windows_has_no_drift()
    {
        var windows = Enumerable.Range(0, 60).Select(minute =>
        {
            var latency = new Latencies();
            for (var i = 0; i < 200; i++) latency.Add((20 + minute) * Loads.Ms + i * 10_000);
            return new LoadWindow { From = TimeSpan.FromMinutes(minute), Length = TimeSpan.FromMinutes(1), Requests = 200, Failed = 0, Users = 3, Latency = latency };
        }).ToList();
        var drift = Drifting.Of(windows)!;
        Assert.Equal(60, drift.LatencyP50!.PerHour, 0.5);
        Assert.Equal(60, drift.LatencyP99!.Upper, 0.5);
        Assert.Equal(0, drift.FailedRate!.PerHour);
        Assert.Null(drift.Memory);
        Assert.Null(Drifting.Of([]));
        Assert.Null(Drifting.Of(windows.Take(7)));
    }
}
