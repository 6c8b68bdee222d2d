using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The three summaries of k6. They look alike and mean opposite things, so each is read as itself and no file as a mixture.</summary>
static class K6Summary
{
    static readonly (string Field, string Value)[] Latencies = [("avg", "avg"), ("min", "min"), ("med", "med"), ("max", "max"), ("p90", "p(90)"), ("p95", "p(95)"), ("p99", "p(99)"), ("p99_9", "p(99.9)")];

    /// <summary>Of --summary-export: flat figures, thresholds as truths that mean "crossed", and no time.</summary>
    public static Report Exported(Value root, ReportFile file)
    {
        var counts = new K6Counts();
        foreach (var (name, metric) in root.Fields("metrics"))
            foreach (var (says, crossed) in metric.Fields("thresholds"))
                counts.Threshold(name, says, crossed is Value.Truth truth ? truth.Is : throw file.Wrong($"has a threshold of {name} that is neither true nor false; it is no --summary-export"), Vacuous(metric));
        return Counted(counts, name => root.At("metrics", name), "value", "summary-export", root, null) with
        {
            Detail = $"{file.Name} is of --summary-export, which does not say when it was made; use handleSummary and add generatedAt, --new-machine-readable-summary or --out json",
        };
    }

    /// <summary>What handleSummary was given and wrote as it was: figures under "values", thresholds as { ok }. The script adds generatedAt and release.</summary>
    public static Report Handled(Value root, ReportFile file)
    {
        var counts = new K6Counts();
        foreach (var (name, metric) in root.Fields("metrics"))
        {
            if (metric.At("values") is not Value.Fields values) throw file.Wrong($"has {name} without values: it is a mixture of two shapes of k6");
            foreach (var (says, threshold) in metric.Fields("thresholds"))
                counts.Threshold(name, says, !(threshold.Truth("ok") ?? throw file.Wrong($"has a threshold of {name} that does not say whether it is ok")), Vacuous(values));
        }

        counts.SawTime("duration", root.Number("state", "testRunDurationMs"));
        return Counted(counts, name => root.At("metrics", name, "values"), "rate", "handleSummary", root, root.Time("generatedAt") ?? root.Time("metadata", "generatedAt")) with
        {
            Detail = root.At("generatedAt") is null && root.At("metadata", "generatedAt") is null ? $"{file.Name} does not say when it was made; let handleSummary add generatedAt: new Date().toISOString()" : null,
        };
    }

    /// <summary>Of --new-machine-readable-summary: a list of metrics, rates with matches and total, no thresholds and no p(99).</summary>
    public static Report MachineReadable(Value root, ReportFile file)
    {
        if (root.Text("version") is { } version && !version.StartsWith("1.", StringComparison.Ordinal)) throw file.Wrong($"is version {Bounded.Start(version, 20)} of k6's summary; 1 is read");
        var metrics = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var metric in root.Items("results", "metrics").Concat(root.Items("results", "checks", "metrics")))
            if (metric.Text("name") is { } name && !metrics.TryAdd(name, metric.At("values") ?? Value.Null)) throw file.Wrong($"has the metric {name} twice");
        var counts = new K6Counts();
        counts.Saw("tool_version", root.Text("metadata", "k6Version"));
        counts.SawTime("duration", root.Number("config", "duration") * 1000);
        return Counted(counts, name => metrics.GetValueOrDefault(name), "rate", "machine-readable", root, root.Time("metadata", "generatedAt"));
    }

    static Report Counted(K6Counts counts, Func<string, Value?> metric, string rate, string shape, Value root, DateTimeOffset? made)
    {
        var (failed, checks) = (metric("http_req_failed"), metric("checks"));
        if (failed.Number("total") is { } total) counts.Failed(failed.Number("matches"), total - failed.Number("matches"));
        else counts.Failed(failed.Number("passes"), failed.Number("fails"));
        if (checks.Number("total") is { } all) counts.Checks(checks.Number("matches"), all - checks.Number("matches"));
        else counts.Checks(checks.Number("passes"), checks.Number("fails"));
        if (failed.Number("passes") is null && failed.Number("total") is null && failed.Number(rate) is { } share) counts.Saw("failed_rate", share);
        var latency = metric("http_req_duration");
        foreach (var (field, value) in Latencies) counts.SawTime(field, latency.Number(value));
        counts.Saw("dropped_iterations", metric("dropped_iterations").Number("count") ?? 0);
        if ((metric("vus_max").Number("max") ?? metric("vus_max").Number("value")) is { } vus) counts.Saw("vus", vus);
        return counts.Report(shape, metric("iterations").Number("count") ?? 0, made,
            [root.Text("release"), root.Text("metadata", "release"), root.Text("options", "tags", "release")]);
    }

    /// <summary>A rate of nothing, or a trend of nothing but noughts: k6 says that a threshold on it held. A counter may rightly be nought.</summary>
    static bool Vacuous(Value values)
    {
        var passes = values.Number("passes");
        if (passes is not null || values.Number("fails") is not null) return (passes ?? 0) + (values.Number("fails") ?? 0) == 0;
        if (values.Number("avg") is not { } average) return false;
        return values.Number("count") is { } count ? count == 0 : average == 0 && values.Number("max") is null or 0 && values.Number("min") is null or 0;
    }
}
