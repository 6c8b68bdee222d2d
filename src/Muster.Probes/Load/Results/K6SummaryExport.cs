using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// The summary as k6 gives it to <c>handleSummary</c>, for tools that read that: figures under <c>values</c>, thresholds as <c>{ ok }</c>. A threshold that is unproven is not ok. Here
/// <c>http_req_duration</c> is the latency from the intended start; what k6 calls so stands beside it as <c>http_req_service</c>.
/// </summary>
public static class K6SummaryExport
{
    static readonly string[] Stats = ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "p(99.9)"];

    public static byte[] Bytes(LoadResult result) => CanonicalJson.Bytes(Of(result));

    public static Value.Fields Of(LoadResult result)
    {
        var measured = new Measured(result.Tallies, result.Iterations, result.Over) { Sockets = result.Sockets };
        var metrics = Metric.All.Select(metric => (metric.Name, Value: Of(metric, ImmutableSortedDictionary<string, string>.Empty, measured, result))).Where(metric => metric.Value is not null)
            .Concat(result.Thresholds.Where(threshold => threshold.Threshold.Tags.Count > 0 && Metric.Named(threshold.Threshold.Metric) is not null).DistinctBy(threshold => threshold.Threshold.Name)
                .Select(threshold => (Name: threshold.Threshold.Name, Value: Of(Metric.Named(threshold.Threshold.Metric)!, threshold.Threshold.Tags, measured, result))));
        return Value.Of(
            ("generatedAt", result.Finished),
            ("metrics", new Value.Fields(metrics.Select(metric => KeyValuePair.Create(metric.Name, (Value)metric.Value!)))),
            ("options", Value.Of(("summaryTrendStats", Value.Texts(Stats)), ("summaryTimeUnit", ""), ("noColor", true))),
            ("root_group", Value.Of(("name", ""), ("path", ""), ("id", "d41d8cd98f00b204e9800998ecf8427e"), ("groups", Value.Items.Empty), ("checks", Value.Items.Empty))),
            ("state", Value.Of(("isStdOutTTY", false), ("isStdErrTTY", false), ("testRunDurationMs", result.Took.TotalMilliseconds))));
    }

    /// <summary>Null for what has no sample and no threshold, which k6 leaves out too.</summary>
    static Value.Fields? Of(Metric metric, ImmutableSortedDictionary<string, string> tags, Measured measured, LoadResult result)
    {
        var judged = result.Thresholds.Where(threshold => threshold.Threshold.Metric == metric.Name && threshold.Threshold.Tags.SequenceEqual(tags)).DistinctBy(threshold => threshold.Threshold.Expression).ToList();
        var seen = MetricSeen.Of(metric, tags, measured);
        if (seen.Samples == 0 && judged.Count == 0) return null;
        var values = metric.Kind switch
        {
            MetricKind.Trend => Trend(seen.Trend!),
            MetricKind.Rate => Value.Of(("rate", seen.Samples > 0 ? seen.Count / seen.Samples : 0), ("passes", seen.Count), ("fails", seen.Samples - seen.Count)),
            MetricKind.Counter => Value.Of(("count", seen.Count), ("rate", measured.Took > TimeSpan.Zero ? seen.Count / measured.Took.TotalSeconds : 0)),
            _ => Value.Of(("value", seen.Count), ("min", 0), ("max", Most(metric, measured, seen))),
        };
        var fields = Value.Of(("type", metric.Kind.ToString().ToLowerInvariant()), ("contains", metric.Kind == MetricKind.Trend ? "time" : metric.Bytes ? "data" : "default"), ("values", values));
        return judged.Count == 0 ? fields : fields.With("thresholds", new Value.Fields(judged.Select(threshold =>
            KeyValuePair.Create(threshold.Threshold.Expression, (Value)Value.Of(("ok", threshold.State == ThresholdState.Met))))));
    }

    static double Most(Metric metric, Measured measured, MetricSeen seen) => metric.Name == "vus" ? Math.Max(seen.Count, measured.Iterations.Sum(scenario => (double)scenario.MostUsers)) : seen.Count;

    static Value.Fields Trend(Latencies seen) => Value.Of(
        ("count", seen.Count), ("avg", Figures.Ms(seen.Mean)), ("min", seen.Count == 0 ? 0 : Figures.Ms(seen.Least)), ("med", At(seen, 0.5)), ("max", Figures.Ms(seen.Greatest)),
        ("p(90)", At(seen, 0.9)), ("p(95)", At(seen, 0.95)), ("p(99)", At(seen, 0.99)), ("p(99.9)", At(seen, 0.999)));

    static double At(Latencies seen, double share) => Figures.Ms(seen.Quantile(share));
}
