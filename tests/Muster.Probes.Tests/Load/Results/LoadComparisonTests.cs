using System.Collections.Immutable;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class LoadComparisonTests
{
    static readonly LoadBounds Usual = new();

    [Fact]
    public void The_same_build_twice_shows_no_regression()
    {
        var failed = 0;
        for (var seed = 1; seed <= 12; seed++)
        {
            var comparison = LoadComparison.Of(LoadResults.Shop(seed), LoadResults.Shop(seed + 100), Usual);
            if (comparison.State == ThresholdState.Failed) failed++;
            Assert.Empty(comparison.Doubts);
            Assert.Equal(ThresholdState.Met, Bound(comparison, "throughput").State);
            Assert.Equal(ThresholdState.Met, Bound(comparison, "p95").State);
        }

        Assert.Equal(0, failed);
    }

    [Fact]
    public void A_run_against_itself_is_met_in_every_bound()
    {
        // Its p99 lies in the gap between what is usual and what stalls, where an interval is wide.
        var result = LoadResults.Shop();
        Assert.Equal(ThresholdState.Met, LoadComparison.Of(result, result, Usual with { P99 = 20 }).State);
    }

    /// <summary>All windows were measured beside the longest once, and a last one that had taken in a leftover tick left no other: throughput was unproven now and then.</summary>
    [Fact]
    public void A_last_window_with_what_was_left_over_does_not_push_out_the_others()
    {
        var result = LoadResults.Shop(seconds: 30);
        var longer = result with { Windows = [.. result.Windows[..^1], result.Windows[^1] with { Length = result.Windows[^1].Length * 1.4 }] };

        Assert.Equal(ThresholdState.Met, Bound(LoadComparison.Of(longer, result, Usual), "throughput").State);
        Assert.Equal(ThresholdState.Met, Bound(LoadComparison.Of(result, longer, Usual), "throughput").State);
    }

    /// <summary>What drains after the plan's end is no throughput: it once halved the mean of one run and made another, slower one hold.</summary>
    [Fact]
    public void Windows_that_drain_tell_of_no_throughput()
    {
        var result = LoadResults.Shop(seconds: 30);
        var last = result.Windows[^1];
        var draining = Enumerable.Range(1, 30).Select(i => last with { From = last.From + last.Length * i, Requests = 0, Failed = 0, Draining = true, Latency = new() });
        var slower = LoadResults.Shop(2, seconds: 30, perSecond: 120) with { Plan = result.Plan };

        Assert.Equal(ThresholdState.Failed, Bound(LoadComparison.Of(result with { Windows = [.. result.Windows, .. draining] }, slower, Usual), "throughput").State);
    }

    [Fact]
    public void A_build_that_is_a_quarter_slower_fails_for_its_latency_and_says_by_how_much()
    {
        var comparison = LoadComparison.Of(LoadResults.Shop(1), LoadResults.Shop(2, slower: 1.25), Usual);
        var p95 = Bound(comparison, "p95");
        Assert.Equal((ThresholdState.Failed, ThresholdState.Failed), (comparison.State, p95.State));
        Assert.InRange(p95.Change!.Value, 1.2, 1.3);
        Assert.InRange(1.25, p95.Low!.Value, p95.High!.Value);
        Assert.Equal(ThresholdState.Met, Bound(comparison, "throughput").State);
        Assert.Equal(ThresholdState.Failed, LoadComparison.Of(LoadResults.Shop(1), LoadResults.Shop(2, perSecond: 150) with { Plan = LoadResults.Shop(1).Plan }, Usual).State);
    }

    [Fact]
    public void A_change_that_chance_may_have_made_is_neither_met_nor_failed()
    {
        var comparison = LoadComparison.Of(LoadResults.Shop(1, seconds: 20), LoadResults.Shop(2, slower: 1.09, seconds: 20), Usual);
        Assert.Equal(ThresholdState.Unproven, Bound(comparison, "p95").State);
    }

    [Fact]
    public void Other_plans_machines_places_or_doubts_prove_nothing_and_are_named()
    {
        var result = LoadResults.Shop(seconds: 30);
        foreach (var (other, says) in ((LoadResult, string)[])
        [
            (result with { Plan = [("browse", "1/s for 1 s")] }, "two plans"),
            (result with { Target = result.Target with { Url = "http://other.example/" } }, "two places"),
            (result with { Engine = result.Engine with { Machine = result.Engine.Machine.With("cores", 64) } }, "cores 2 before, 64 after"),
            (result with { Engine = result.Engine with { Protocol = "HTTP/2" } }, "two ways"),
            (result with { Doubts = ["The generator was overloaded."] }, "The run after proves nothing by itself: The generator was overloaded."),
            (result with { Target = result.Target with { After = Value.Of(("address", "10.0.0.1")) } }, "another one at its end"),
        ])
        {
            var comparison = LoadComparison.Of(result, other, Usual);
            Assert.Equal(ThresholdState.Unproven, comparison.State);
            Assert.All(comparison.Bounds, bound => Assert.Equal(ThresholdState.Unproven, bound.State));
            Assert.Contains(says, Assert.Single(comparison.Doubts), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(10_000, 2, 10_000, 30, ThresholdState.Failed)]
    [InlineData(10_000, 2, 10_000, 3, ThresholdState.Met)]
    [InlineData(500, 0, 500, 0, ThresholdState.Unproven)]
    [InlineData(10_000, 0, 10_000, 0, ThresholdState.Met)]
    [InlineData(100, 0, 100, 100, ThresholdState.Failed)]
    [InlineData(10_000, 30, 10_000, 2, ThresholdState.Met)]
    public void The_error_rate_is_no_worse_only_where_that_many_requests_show_it(int before, int failedBefore, int after, int failedAfter, ThresholdState state)
    {
        var result = LoadResults.Shop(seconds: 12);
        var comparison = LoadComparison.Of(result with { All = Loads.Failing(before, failedBefore) }, result with { All = Loads.Failing(after, failedAfter) }, Usual);
        Assert.Equal(state, Bound(comparison, "error_rate").State);
    }

    [Fact]
    public void The_interval_of_a_quantile_holds_it_in_at_least_95_percent_of_samplings()
    {
        var missed = 0;
        for (var seed = 0; seed < 1_000; seed++)
        {
            var random = new Random(seed);
            var seen = new Latencies();
            for (var i = 0; i < 2_000; i++) seen.Add((long)(1e6 * -Math.Log(1 - random.NextDouble())));
            var (low, high) = QuantileInterval.Of(seen, 0.95, 0.025)!.Value;
            var truth = 1e6 * -Math.Log(0.05);
            if (truth < low || truth > high) missed++;
        }

        Assert.InRange(missed, 10, 62);
    }

    [Fact]
    public void Too_few_samples_have_no_interval_and_too_few_windows_no_throughput()
    {
        Assert.Null(QuantileInterval.Of(Loads.Slow(50).Latency, 0.99, 0.025));
        Assert.Null(QuantileInterval.Of(new(), 0.5, 0.025));
        var result = LoadResults.Shop(seconds: 30);
        var few = result with { Windows = [.. result.Windows.Take(14)] };
        Assert.Contains("needs 8 windows", Bound(LoadComparison.Of(few, few, Usual), "throughput").Because, StringComparison.Ordinal);
        Assert.Equal(ThresholdState.Unproven, LoadComparison.Of(result with { All = new() }, result, Usual).State);
    }

    [Fact]
    public void It_says_the_same_every_time_as_json_and_as_text()
    {
        var (before, after) = (LoadResults.Shop(1, seconds: 40), LoadResults.Shop(2, seconds: 40));
        Assert.Equal(LoadComparisonReport.Json(LoadComparison.Of(before, after, Usual)), LoadComparisonReport.Json(LoadComparison.Of(LoadResultJson.Read(LoadResultJson.Bytes(before)), LoadResultJson.Read(LoadResultJson.Bytes(after)), Usual)));
        var json = LoadComparisonReport.Of(LoadComparison.Of(before, after, Usual));
        Assert.Equal("muster/load-compare/1", json.Text("schema"));
        Assert.Equal(["throughput", "p95", "p99", "error_rate"], json.Items("bounds").Select(bound => bound.Text("name")));
        Assert.Contains("throughput", LoadComparisonReport.Text(LoadComparison.Of(before, after, Usual), new TextStyle()), StringComparison.Ordinal);
    }

    static BoundResult Bound(LoadComparison comparison, string name) => comparison.Bounds.Single(bound => bound.Name == name);
}
