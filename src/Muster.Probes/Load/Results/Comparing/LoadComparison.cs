using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>Two runs side by side, and whether the later is worse by more than it may be.</summary>
/// <param name="Doubts">Why the two cannot be compared; every bound is unproven then.</param>
public sealed record LoadComparison(LoadResult Before, LoadResult After, ImmutableArray<BoundResult> Bounds, ImmutableArray<string> Doubts)
{
    public ThresholdState State =>
        Bounds.Any(bound => bound.State == ThresholdState.Failed) ? ThresholdState.Failed
        : Doubts.IsEmpty && Bounds.All(bound => bound.State == ThresholdState.Met) ? ThresholdState.Met
        : ThresholdState.Unproven;

    public static LoadComparison Of(LoadResult before, LoadResult after, LoadBounds bounds)
    {
        ImmutableArray<string> doubts = [.. Comparability.Doubts(before, after)];
        ImmutableArray<BoundResult> judged = [Throughput(before, after, bounds.Throughput), Latency("p95", 0.95, before, after, bounds.P95), Latency("p99", 0.99, before, after, bounds.P99), Failures(before.All, after.All, bounds.FailedRise)];
        if (!doubts.IsEmpty) judged = [.. judged.Select(bound => bound with { State = ThresholdState.Unproven, Because = $"The two cannot be compared. {bound.Because}" })];
        return new(before, after, judged, doubts);
    }

    static BoundResult Throughput(LoadResult before, LoadResult after, double limit)
    {
        var (one, other) = (before.RequestsPerSecond, after.RequestsPerSecond);
        var told = $"{LoadWords.Number(one)}/s before, {LoadWords.Number(other)}/s after";
        if (one <= 0) return new("throughput", limit, null, null, null, null, null, ThresholdState.Unproven, "Nothing was measured before.");
        if (RateInterval.Of(Rates(before), Rates(after)) is not var (low, high))
            return new("throughput", limit, one, other, other / one, null, null, ThresholdState.Unproven, $"{told}; each run needs {RateInterval.Fewest} windows of equal length to tell a change from chance.");
        var state = low >= limit ? ThresholdState.Met : high < limit ? ThresholdState.Failed : ThresholdState.Unproven;
        return new("throughput", limit, one, other, other / one, low, high, state, $"{told}: {Times(other / one, low, high)}; at least {LoadWords.Digits(limit)} times is asked.");
    }

    static BoundResult Latency(string name, double share, LoadResult before, LoadResult after, double limit)
    {
        var (one, other) = (before.All.Latency, after.All.Latency);
        if (one.Count == 0 || other.Count == 0) return new(name, limit, null, null, null, null, null, ThresholdState.Unproven, "Nothing was measured.");
        double was = one.Quantile(share), now = other.Quantile(share);
        var told = $"{LoadWords.Nanoseconds(was)} before, {LoadWords.Nanoseconds(now)} after";
        var needed = TrendJudge.Needed(share);
        if (one.Count < needed || other.Count < needed) return new(name, limit, was / 1e9, now / 1e9, was > 0 ? now / was : null, null, null, ThresholdState.Unproven, $"{told}; {name} needs {LoadWords.Number(needed)} samples in each run.");
        // Each interval misses its quantile with 2.5 % on a side, so that the ratio's misses with at most 5 %.
        if (was <= 0 || QuantileInterval.Of(one, share, ClopperPearson.Alpha / 2) is not var (oneLow, oneHigh) || QuantileInterval.Of(other, share, ClopperPearson.Alpha / 2) is not var (otherLow, otherHigh) || oneLow <= 0)
            return new(name, limit, was / 1e9, now / 1e9, was > 0 ? now / was : null, null, null, ThresholdState.Unproven, $"{told}; there are too few samples beyond it for an interval.");
        var (low, high) = ((double)otherLow / oneHigh, (double)otherHigh / oneLow);
        var state = high <= limit ? ThresholdState.Met : low > limit ? ThresholdState.Failed : ThresholdState.Unproven;
        return new(name, limit, was / 1e9, now / 1e9, now / was, low, high, state, $"{told}: {Times(now / was, low, high)}; at most {LoadWords.Digits(limit)} times is asked.");
    }

    static BoundResult Failures(Tally before, Tally after, double rise)
    {
        if (before.Requests == 0 || after.Requests == 0) return new("error_rate", rise, null, null, null, null, null, ThresholdState.Unproven, "Nothing was measured.");
        var (was, now) = ((double)before.Failed / before.Requests, (double)after.Failed / after.Requests);
        var high = ClopperPearson.Upper(after.Failed, after.Requests) - ClopperPearson.Lower(before.Failed, before.Requests);
        var low = ClopperPearson.Lower(after.Failed, after.Requests) - ClopperPearson.Upper(before.Failed, before.Requests);
        var told = $"{LoadWords.Percent(was)} of {LoadWords.Number(before.Requests)} failed before, {LoadWords.Percent(now)} of {LoadWords.Number(after.Requests)} after";
        if (now > was && Chance(before, after) < ClopperPearson.Alpha) return new("error_rate", rise, was, now, now - was, low, high, ThresholdState.Failed, $"{told}: more than chance explains (p {LoadWords.Digits(Chance(before, after))}).");
        var state = high <= rise ? ThresholdState.Met : ThresholdState.Unproven;
        return new("error_rate", rise, was, now, now - was, low, high, state, $"{told}: it rose by {LoadWords.Percent(Math.Max(0, high))} at most, and {LoadWords.Percent(rise)} is taken for no worse.");
    }

    /// <summary>Were both rates equal, all failures would fall on the two runs by their requests: the chance that so many or more fall on the later.</summary>
    static double Chance(Tally before, Tally after) =>
        IncompleteBeta.Of((double)after.Requests / (before.Requests + after.Requests), after.Failed, before.Failed + 1);

    static string Times(double change, double low, double high) => $"{Two(change)} times, with 95 % confidence {Two(low)} to {Two(high)}";

    static string Two(double number) => number.ToString(number < 10 ? "0.000" : "0.0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Of windows in which load was begun from end to end.</summary>
    static double[] Rates(LoadResult result)
    {
        var counted = result.Windows.Where(window => !window.WarmUp && !window.Draining && window.Length > TimeSpan.Zero).ToList();
        if (counted.Count == 0) return [];
        // Beside the usual length and not the longest: the last window may have taken in what was left over after it.
        var usual = counted.Select(window => window.Length).Order().ElementAt(counted.Count / 2);
        return [.. counted.Where(window => Math.Abs(window.Length / usual - 1) <= 0.1).Select(window => window.Requests / window.Length.TotalSeconds)];
    }
}
