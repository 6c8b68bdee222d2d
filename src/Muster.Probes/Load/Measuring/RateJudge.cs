namespace Muster.Probes.Load;

/// <summary>A share of requests or checks against a limit: the estimate can refute it, only a bound can prove it.</summary>
static class RateJudge
{
    public static ThresholdResult Of(Threshold threshold, ThresholdExpression expression, MetricSeen seen, bool exact)
    {
        var (count, samples) = ((long)seen.Count, seen.Samples);
        if (samples == 0) return new(threshold, ThresholdState.Unproven, null, null, 0, $"{threshold.Metric} has no sample, which proves nothing.");
        var estimate = (double)count / samples;
        var told = threshold.Metric == "checks"
            ? $"{LoadWords.Number(count)} of {LoadWords.Count(samples, "check")} passed ({LoadWords.Percent(estimate)})"
            : $"{LoadWords.Number(count)} of {LoadWords.Count(samples, "request")} failed ({LoadWords.Percent(estimate)})";
        if (exact || !expression.Holds(estimate))
            return new(threshold, expression.Holds(estimate) ? ThresholdState.Met : ThresholdState.Failed, estimate, null, samples, $"{told}; asked is {threshold.Expression}.");
        if (expression.IsUpperLimit) return Bounded(threshold, expression, samples, estimate, ClopperPearson.Upper(count, samples), ClopperPearson.Needed(estimate, expression.Limit), told, "at most");
        // From below it is the same question of those that are not counted.
        if (expression.IsLowerLimit) return Bounded(threshold, expression, samples, estimate, ClopperPearson.Lower(count, samples), ClopperPearson.Needed(1 - estimate, 1 - expression.Limit), told, "at least");
        if (expression.Comparison == Comparison.NotEqual && (ClopperPearson.Upper(count, samples) < expression.Limit || ClopperPearson.Lower(count, samples) > expression.Limit))
            return new(threshold, ThresholdState.Met, estimate, null, samples, $"{told}, and with 95 % confidence it is another rate than {LoadWords.Percent(expression.Limit)}.");
        return new(threshold, ThresholdState.Unproven, estimate, null, samples, $"{told}, but no number of samples proves an exact rate; ask for a limit, such as {(expression.Limit >= 0.5 ? "rate>0.999" : "rate<0.001")}.");
    }

    static ThresholdResult Bounded(Threshold threshold, ThresholdExpression expression, long samples, double estimate, double bound, long? needed, string told, string side)
    {
        var within = $"{told}, with 95 % confidence {side} {LoadWords.Percent(bound)}";
        if (expression.Holds(bound)) return new(threshold, ThresholdState.Met, estimate, bound, samples, $"{within}; asked is {threshold.Expression}.");
        var then = needed is { } more ? $"about {LoadWords.Number(more)} are needed at this rate" : "no number of samples proves a limit that the estimate stands on";
        return new(threshold, ThresholdState.Unproven, estimate, bound, samples, $"{within}, which does not prove {threshold.Expression}: {then}.");
    }
}
