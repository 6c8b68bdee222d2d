namespace Muster.Probes.Load;

/// <summary>Latencies against a limit.</summary>
static class TrendJudge
{
    /// <summary>How many samples must lie beyond a percentile before it is told.</summary>
    const int Beyond = 10;

    /// <summary>How many samples a percentile needs: p99 1,000, p95 200, p50 20. The extremes are exact and need one.</summary>
    public static long Needed(double share)
    {
        var beyond = Math.Min(share, 1 - share);
        return beyond <= 0 ? 1 : (long)Math.Ceiling(Beyond / beyond * (1 - 1e-12));
    }

    public static ThresholdResult Of(Threshold threshold, ThresholdExpression expression, Latencies seen, bool exact)
    {
        if (seen.Count == 0) return new(threshold, ThresholdState.Unproven, null, null, 0, $"{threshold.Metric} has no sample, which proves nothing.");
        var value = 1e-6 * expression.Aggregation switch
        {
            Aggregation.Average => seen.Mean,
            Aggregation.Least => seen.Least,
            Aggregation.Greatest => seen.Greatest,
            _ => seen.Quantile(expression.Share),
        };
        var told = $"{Name(expression)} is {LoadWords.Milliseconds(value)} over {LoadWords.Count(seen.Count, "sample")}";
        var isPercentile = expression.Aggregation is Aggregation.Percentile or Aggregation.Median;
        if (isPercentile && !exact && seen.Count < Needed(expression.Share)) return TooFew(threshold, expression, seen, value, told);
        return new(threshold, expression.Holds(value) ? ThresholdState.Met : ThresholdState.Failed, value, null, seen.Count, $"{told}; asked is {threshold.Expression}.");
    }

    /// <summary>
    /// Too few to tell the percentile, yet perhaps enough to refute the limit: were p95 under it, at most 5 % of all requests would be over it. If even the lower 95 % bound of that share, from those that
    /// were, is more, the limit does not hold.
    /// </summary>
    static ThresholdResult TooFew(Threshold threshold, ThresholdExpression expression, Latencies seen, double value, string told)
    {
        var limit = expression.Limit * 1e6;
        var needed = $"{Name(expression)} needs {LoadWords.Number(Needed(expression.Share))}";
        if (expression.IsUpperLimit && limit < Latencies.Beyond)
        {
            var over = seen.AtOrAbove((long)Math.Max(0, Math.Floor(limit) + (expression.Comparison == Comparison.LessOrEqual || limit != Math.Floor(limit) ? 1 : 0)));
            if (ClopperPearson.Lower(over, seen.Count) > 1 - expression.Share) return Refuted($"{LoadWords.Number(over)} of {LoadWords.Count(seen.Count, "sample")} are over the limit");
        }

        if (expression.IsLowerLimit && limit is >= 0 and < Latencies.Beyond)
        {
            var under = seen.AtOrBelow((long)(Math.Ceiling(limit) - (expression.Comparison == Comparison.GreaterOrEqual || limit != Math.Ceiling(limit) ? 1 : 0)));
            if (ClopperPearson.Lower(under, seen.Count) > expression.Share) return Refuted($"{LoadWords.Number(under)} of {LoadWords.Count(seen.Count, "sample")} are under the limit");
        }

        return new(threshold, ThresholdState.Unproven, value, null, seen.Count, $"{told}, which are too few: {needed}.");

        ThresholdResult Refuted(string because) => new(threshold, ThresholdState.Failed, value, null, seen.Count, $"{because}, so that {threshold.Expression} does not hold with 95 % confidence, though {needed} to be told.");
    }

    static string Name(ThresholdExpression expression) => expression.Aggregation switch
    {
        Aggregation.Average => "The mean",
        Aggregation.Least => "The minimum",
        Aggregation.Greatest => "The maximum",
        Aggregation.Median => "The median",
        _ => FormattableString.Invariant($"p({Math.Round(expression.Share * 100, 10)})"),
    };
}
