using System.Collections.Immutable;
using System.Diagnostics;

namespace Muster.Probes.Load;

/// <summary>
/// Judges thresholds over what was measured. No sample proves nothing; a percentile needs ten samples beyond it; a rate is met only when its exact 95 % bound is on the right side of the limit. Under
/// <c>exact</c> the estimate decides, as k6 reads it, except that no sample still proves nothing.
/// </summary>
public static class ThresholdJudge
{
    public static ImmutableArray<ThresholdResult> Of(IEnumerable<Threshold> thresholds, Measured measured, bool exact)
    {
        var anything = measured.Tallies.Any(tally => tally.Tally.Requests > 0) || measured.Sockets.Sessions > 0;
        return [.. thresholds.Select(threshold => Of(threshold, measured, exact || threshold.Implied, anything) is var result && threshold.Implied ? result with { Because = $"{result.Because} Nothing was asked about failures, so this is." } : result)];
    }

    public static ThresholdResult Of(Threshold threshold, Measured measured, bool exact) => Of([threshold], measured, exact)[0];

    /// <summary>Of a threshold that limits a latency from above, the limit in milliseconds; else null.</summary>
    internal static double? LatencyLimit(Threshold threshold) =>
        Metric.Named(threshold.Metric) is { Kind: MetricKind.Trend } && ThresholdExpression.Read(threshold.Expression, out _) is { IsUpperLimit: true, Limit: > 0 and var limit } ? limit : null;

    static ThresholdResult Of(Threshold threshold, Measured measured, bool exact, bool anything)
    {
        if (Metric.Named(threshold.Metric) is not { } metric || ThresholdExpression.Read(threshold.Expression, out _) is not { } expression || !metric.Allows(expression.Aggregation))
            return new(threshold, ThresholdState.Unproven, null, null, 0, $"{threshold.Metric} {threshold.Expression} is no threshold that can be read.");
        var seen = MetricSeen.Of(metric, threshold.Tags, measured);
        return metric.Kind switch
        {
            MetricKind.Trend => TrendJudge.Of(threshold, expression, seen.Trend!, exact),
            MetricKind.Rate => RateJudge.Of(threshold, expression, seen, exact),
            MetricKind.Counter => Counter(threshold, expression, metric, seen, measured.Took, anything),
            MetricKind.Gauge => Plain(threshold, expression, seen.Count, seen.Samples, anything, LoadWords.Number(seen.Count), mayBeNought: false),
            _ => throw new UnreachableException(),
        };
    }

    static ThresholdResult Counter(Threshold threshold, ThresholdExpression expression, Metric metric, MetricSeen seen, TimeSpan took, bool anything)
    {
        // Nothing dropped is good news where something was due; nothing requested is no news at all.
        var mayBeNought = metric.Name == "dropped_iterations" && seen.Samples > 0;
        if (expression.Aggregation == Aggregation.Count) return Plain(threshold, expression, seen.Count, seen.Samples, anything, metric.Bytes ? LoadWords.Bytes(seen.Count) : LoadWords.Number(seen.Count), mayBeNought);
        if (took <= TimeSpan.Zero) return new(threshold, ThresholdState.Unproven, null, null, seen.Samples, "Nothing was measured for any length of time, so there is no rate.");
        var rate = seen.Count / took.TotalSeconds;
        return Plain(threshold, expression, rate, seen.Samples, anything, (metric.Bytes ? LoadWords.Bytes(rate) : LoadWords.Number(rate)) + "/s", mayBeNought);
    }

    static ThresholdResult Plain(Threshold threshold, ThresholdExpression expression, double value, long samples, bool anything, string words, bool mayBeNought)
    {
        if (!anything) return new(threshold, ThresholdState.Unproven, null, null, 0, "The run made no request, so it proves nothing.");
        var holds = expression.Holds(value);
        if (holds && value == 0 && !mayBeNought) return new(threshold, ThresholdState.Unproven, null, null, 0, $"{threshold.Metric} has no sample, which proves nothing.");
        return new(threshold, holds ? ThresholdState.Met : ThresholdState.Failed, value, null, samples, $"It is {words}; asked is {threshold.Expression}.");
    }
}
