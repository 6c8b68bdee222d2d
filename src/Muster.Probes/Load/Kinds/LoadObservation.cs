using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A result as a kind shows it: seconds, ratios, and only those percentiles that there are samples for.</summary>
static class LoadObservation
{
    const int Coarse = 32;

    static readonly (string Name, double Share)[] Percentiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99_9", 0.999)];

    public static Value.Fields Of(LoadResult result) => Requests(result.All, result.Over)
        .With("met", result.Thresholds.Any(threshold => threshold.State == ThresholdState.Failed) ? Value.False
            : result.Thresholds.Length > 0 && result.Thresholds.All(threshold => threshold.State == ThresholdState.Met) ? Value.True : null)
        .With("service", Times(result.All.Service))
        .With("histogram", Histogram(result.All.Latency))
        .With("failures", new Value.Fields(ResultWords.Failures.Where(failure => result.All.Failures[(int)failure.Is] > 0).Select(failure => KeyValuePair.Create(failure.Word, (Value)result.All.Failures[(int)failure.Is]))))
        .With("statuses", new Value.Fields(Enumerable.Range(1, result.All.Statuses.Length - 1).Where(status => result.All.Statuses[status] > 0).Select(status => KeyValuePair.Create(status.ToString(CultureInfo.InvariantCulture), (Value)result.All.Statuses[status]))))
        .With("scenarios", Value.List(result.Tallies.Select(tally => (Value)Requests(tally.Tally, result.Over).With("scenario", tally.Scenario).With("request", tally.Request))))
        .With("thresholds", Value.List(result.Thresholds.Select(Threshold)))
        .With("duration", result.Over)
        .With("users", result.Iterations.Sum(iterations => iterations.MostUsers))
        .With("queued", result.Iterations.Sum(iterations => iterations.Queued))
        .With("lateness", result.Self.Lateness.Count > 0 ? Seconds(result.Self.Lateness.Quantile(0.99)) : (Value?)null)
        .With("memory_growth", result.Drift?.Memory is { } memory ? memory.Relative : (Value?)null)
        .With("says", result.Target.After?["says"])
        .With("engine", Value.Of(("wire", result.Engine.Wire), ("protocol", result.Engine.Protocol), ("machine", result.Engine.Machine)));

    public static Value.Fields Times(Latencies latencies)
    {
        if (latencies.Count == 0) return Value.Fields.Empty;
        var times = Value.Of(("min", Seconds(latencies.Least)), ("mean", latencies.Mean / 1e9), ("max", Seconds(latencies.Greatest)));
        foreach (var (name, share) in Percentiles)
            if (latencies.Count >= TrendJudge.Needed(share)) times = times.With(name, Seconds(latencies.Quantile(share)));
        return times;
    }

    static Value.Fields Requests(Tally tally, TimeSpan over) =>
        Value.Of(("requests", tally.Requests), ("failed", tally.Failed), ("latency", Times(tally.Latency)))
            .With("requests_per_second", over > TimeSpan.Zero ? tally.Requests / over.TotalSeconds : (Value?)null)
            .With("failed_rate", tally.Requests > 0 ? (double)tally.Failed / tally.Requests : (Value?)null);

    static Value Threshold(ThresholdResult result) => Value.Of(
            ("threshold", $"{result.Threshold.Name} {result.Threshold.Expression}"), ("state", ResultWords.Of(result.State)), ("samples", result.Samples))
        .With("observed", result.Observed is { } observed && double.IsFinite(observed) ? observed : (Value?)null).With("bound", result.Bound is { } bound && double.IsFinite(bound) ? bound : (Value?)null);

    /// <summary>Merged to bounds 1/32 apart, so that evidence stays small; the file that muster load writes keeps all of it.</summary>
    static Value.Items Histogram(Latencies latencies)
    {
        var merged = new SortedDictionary<double, long>();
        foreach (var (from, _, count) in latencies.Buckets())
        {
            var octave = Math.Floor(Math.Log2(Math.Max(from, 1)));
            var bound = Math.Pow(2, octave) * (1 + (Math.Floor((from / Math.Pow(2, octave) - 1) * Coarse) + 1) / Coarse);
            merged[bound] = merged.GetValueOrDefault(bound) + count;
        }

        return Value.List(merged.Select(bucket => (Value)Value.List([Math.Round(bucket.Key / 1e6, 6), bucket.Value])));
    }

    static double Seconds(long nanoseconds) => nanoseconds / 1e9;
}
