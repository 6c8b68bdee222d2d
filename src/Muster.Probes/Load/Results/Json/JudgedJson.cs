using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What was concluded: thresholds, steps, capacity, drift.</summary>
static class JudgedJson
{
    public static Value Of(ThresholdResult result) => Value.Of(
        ("metric", result.Threshold.Metric), ("expression", result.Threshold.Expression), ("state", ResultWords.Of(result.State)), ("samples", result.Samples), ("because", result.Because))
        .With(
            ("tags", result.Threshold.Tags.Count > 0 ? ScenarioJson.Tags(result.Threshold.Tags) : null),
            ("implied", result.Threshold.Implied ? true : null),
            ("abort_on_fail", result.Threshold.AbortOnFail ? true : null), ("delay", result.Threshold.Delay > TimeSpan.Zero ? result.Threshold.Delay : null),
            ("observed", result.Observed is { } observed ? observed : null), ("bound", result.Bound is { } bound ? bound : null));

    public static ThresholdResult Threshold(JsonAt at) => new(
        new(at["metric"].Text, ScenarioJson.Tags(at["tags"]), at["expression"].Text) { Implied = at["implied"].TruthOrFalse, AbortOnFail = at["abort_on_fail"].TruthOrFalse, Delay = at["delay"].IsThere ? at["delay"].Seconds : TimeSpan.Zero },
        at["state"].One(ResultWords.States), at["observed"].NumberOrNone, at["bound"].NumberOrNone, at["samples"].Few, at["because"].Text);

    public static Value Of(StepSeen step) => Value.Of(
        ("rate", step.Rate), ("achieved", step.Achieved), ("requests", step.Requests), ("failed", step.Failed), ("because", step.Because), ("histogram", HistogramJson.Of(step.Latency)))
        .With(("held", step.Held is { } held ? held : null), ("latency_ms", Figures.Of(step.Latency)));

    public static StepSeen Step(JsonAt at)
    {
        var latency = new Latencies();
        HistogramJson.Read(at["histogram"], latency);
        return new(at["rate"].Number, at["achieved"].Number, latency, at["requests"].Few, at["failed"].Few, at["held"].IsThere ? at["held"].TruthOrFalse : null, at["because"].Text);
    }

    public static Value Of(Capacity capacity) => Value.Of(("rate", capacity.Rate)).With(
        ("knee", capacity.Knee is { } knee ? knee : null), ("peak", capacity.Peak is { } peak ? peak : null), ("headroom", capacity.Headroom is { } headroom ? headroom : null));

    public static Capacity Capacity(JsonAt at) => new(at["rate"].Number, at["knee"].NumberOrNone, at["peak"].NumberOrNone);

    public static Value Of(Drift drift) => Value.Fields.Empty.With(
        ("latency_p50", Of(drift.LatencyP50)), ("latency_p99", Of(drift.LatencyP99)), ("failed_rate", Of(drift.FailedRate)), ("memory", Of(drift.Memory)));

    public static Drift Drift(JsonAt at) => new(Slope(at["latency_p50"]), Slope(at["latency_p99"]), Slope(at["failed_rate"]), Slope(at["memory"]));

    static Value.Fields? Of(Slope? slope) => slope is null ? null : Value.Of(("per_hour", slope.PerHour), ("upper", slope.Upper), ("relative", slope.Relative), ("points", slope.Points));

    static Slope? Slope(JsonAt at) => at.IsThere ? new(at["per_hour"].Number, at["upper"].Number, at["relative"].Number, at["points"].Small) : null;
}
