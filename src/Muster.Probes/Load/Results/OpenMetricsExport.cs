using System.Globalization;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>A result in the OpenMetrics text format 1.0, for whoever keeps load runs beside what the target itself measured.</summary>
public static class OpenMetricsExport
{
    /// <summary>Seconds; the bounds of the buckets, each about 1.5 to 2.5 times the one before.</summary>
    static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

    public static string Text(LoadResult result)
    {
        var to = new StringBuilder();
        var over = result.Tallies.Select(tally => (Labels: Labels(("scenario", tally.Scenario), ("name", tally.Request)), tally.Tally)).GroupBy(one => one.Labels, one => one.Tally, StringComparer.Ordinal)
            .Select(same => { var all = new Tally(); foreach (var tally in same) all.Add(tally); return (Labels: same.Key, Tally: all); }).ToList();
        Histogram(to, "muster_load_latency_seconds", "From the intended start of a request to its end.", over.Select(one => (one.Labels, one.Tally.Latency)));
        Histogram(to, "muster_load_service_seconds", "From the first byte of a request written to its end.", over.Select(one => (one.Labels, one.Tally.Service)));
        Family(to, "muster_load_requests", "counter", "Requests that ended.", over.Select(one => ($"_total{{{one.Labels}}}", (double)one.Tally.Requests)));
        Family(to, "muster_load_failed", "counter", "Requests that failed, by why.", over.SelectMany(one =>
            ResultWords.Failures.Where(failure => one.Tally.Failures[(int)failure.Is] > 0).Select(failure => ($"_total{{{one.Labels},{Labels(("why", failure.Word))}}}", (double)one.Tally.Failures[(int)failure.Is]))));
        Family(to, "muster_load_sent_bytes", "counter", "Bytes sent.", over.Select(one => ($"_total{{{one.Labels}}}", (double)one.Tally.BytesOut)), "bytes");
        Family(to, "muster_load_received_bytes", "counter", "Bytes received.", over.Select(one => ($"_total{{{one.Labels}}}", (double)one.Tally.BytesIn)), "bytes");
        Family(to, "muster_load_iterations", "counter", "Iterations that were done.", Iterations(result, seen => seen.Done));
        Family(to, "muster_load_dropped_iterations", "counter", "Iterations that were due and never begun.", Iterations(result, seen => seen.Dropped));
        Family(to, "muster_load_queued_iterations", "counter", "Iterations that were due while every user was busy.", Iterations(result, seen => seen.Queued));
        Family(to, "muster_load_threshold_met", "gauge", "1 for a threshold that is met, 0 for one that failed or is unproven.", result.Thresholds.DistinctBy(threshold => (threshold.Threshold.Name, threshold.Threshold.Expression))
            .Select(threshold => ($"{{{Labels(("metric", threshold.Threshold.Name), ("expression", threshold.Threshold.Expression))}}}", threshold.State == ThresholdState.Met ? 1.0 : 0)));
        Histogram(to, "muster_load_lateness_seconds", "How late the generator took up what was due.", [("", result.Self.Lateness)]);
        Family(to, "muster_load_measured_seconds", "gauge", "Over how long it was measured.", [("", result.Over.TotalSeconds)], "seconds");
        Family(to, "muster_load_doubts", "gauge", "Reasons for which the run proves nothing.", [("", result.Doubts.Length)]);
        return to.Append("# EOF\n").ToString();
    }

    static IEnumerable<(string, double)> Iterations(LoadResult result, Func<Iterations, long> count) => result.Iterations.Select(seen => ($"_total{{{Labels(("scenario", seen.Scenario))}}}", (double)count(seen)));

    static void Family(StringBuilder to, string name, string type, string help, IEnumerable<(string Series, double Value)> samples, string? unit = null)
    {
        to.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
        if (unit is not null) to.Append(CultureInfo.InvariantCulture, $"# UNIT {name} {unit}\n");
        to.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n");
        foreach (var (series, value) in samples) to.Append(CultureInfo.InvariantCulture, $"{name}{series} {value:R}\n");
    }

    static void Histogram(StringBuilder to, string name, string help, IEnumerable<(string Labels, Latencies Seen)> histograms)
    {
        Family(to, name, "histogram", help, [], "seconds");
        foreach (var (labels, seen) in histograms)
        {
            var (comma, held, passed) = (labels.Length > 0 ? "," : "", 0L, 0);
            var buckets = seen.Buckets().ToList();
            foreach (var bound in Bounds)
            {
                // A sample in a bucket that the bound cuts counts above it: no share is told better than it was.
                for (; passed < buckets.Count && buckets[passed].To - 1 <= bound * 1e9; passed++) held += buckets[passed].Count;
                to.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"{(bound == Math.Floor(bound) ? bound.ToString("0.0", CultureInfo.InvariantCulture) : bound.ToString(CultureInfo.InvariantCulture))}\"}} {held}\n");
            }

            to.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {seen.Count}\n");
            var braces = labels.Length > 0 ? $"{{{labels}}}" : "";
            to.Append(CultureInfo.InvariantCulture, $"{name}_count{braces} {seen.Count}\n{name}_sum{braces} {seen.Sum / 1e9:R}\n");
        }
    }

    static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var to = new StringBuilder();
        foreach (var (name, value) in labels)
            to.Append(to.Length > 0 ? "," : "").Append(name).Append("=\"").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        return to.ToString();
    }
}
