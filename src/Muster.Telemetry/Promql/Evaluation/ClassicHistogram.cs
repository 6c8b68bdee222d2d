namespace Muster.Telemetry.Promql.Evaluation;

/// <param name="Count">Cumulative: all observations up to the bound.</param>
readonly record struct Bucket(double Bound, double Count);

/// <summary>Buckets whose counts had to be raised so that none is below the one before.</summary>
readonly record struct Forced(double From, double To, double MaxDifference);

/// <summary>A histogram of cumulative buckets, interpolated linearly within them (<see href="https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile"/>).</summary>
static class ClassicHistogram
{
    /// <summary>Relative difference below which a smaller count is taken for the rounding of floats.</summary>
    const double Small = 1e-12;

    public static double Quantile(double q, List<Bucket> buckets, out Forced? forced)
    {
        forced = null;
        if (double.IsNaN(q)) return double.NaN;
        if (q < 0) return double.NegativeInfinity;
        if (q > 1) return double.PositiveInfinity;
        if (!Ordered(buckets, out forced) || buckets.Count < 2) return double.NaN;
        var observations = buckets[^1].Count;
        if (observations == 0) return double.NaN;
        var rank = q * observations;
        var at = buckets.FindIndex(0, buckets.Count - 1, bucket => bucket.Count >= rank);
        if (at < 0) return buckets[^2].Bound;
        if (at == 0 && buckets[0].Bound <= 0) return buckets[0].Bound;
        var (from, before) = at == 0 ? (0, 0) : (buckets[at - 1].Bound, buckets[at - 1].Count);
        return from + ((buckets[at].Bound - from) * ((rank - before) / (buckets[at].Count - before)));
    }

    public static double Fraction(double lower, double upper, List<Bucket> buckets)
    {
        if (!Ordered(buckets, out _)) return double.NaN;
        var count = buckets[^1].Count;
        if (count == 0 || double.IsNaN(lower) || double.IsNaN(upper)) return double.NaN;
        if (lower >= upper) return 0;
        return (RankOf(upper, buckets) - RankOf(lower, buckets)) / count;
    }

    /// <summary>How many observations are below a value; nothing is interpolated within a bucket without an end.</summary>
    static double RankOf(double value, List<Bucket> buckets)
    {
        double rank = 0;
        for (var at = 0; at < buckets.Count; at++)
        {
            var from = at > 0 ? buckets[at - 1].Bound : buckets[0].Bound > 0 ? 0 : double.NegativeInfinity;
            if (from >= value) return rank;
            var (bound, upTo) = buckets[at];
            if (bound > value) return double.IsNegativeInfinity(from) ? upTo : rank + ((upTo - rank) * (value - from) / (bound - from));
            rank = upTo;
        }

        return buckets[^1].Count;
    }

    /// <summary>Sorts, brings equal bounds together, and lets no count fall.</summary>
    /// <returns>False: there is no last bucket without a bound, so nothing can be said.</returns>
    static bool Ordered(List<Bucket> buckets, out Forced? forced)
    {
        forced = null;
        buckets.Sort(static (a, b) => a.Bound.CompareTo(b.Bound));
        if (buckets.Count == 0 || !double.IsPositiveInfinity(buckets[^1].Bound)) return false;
        var last = 0;
        for (var at = 1; at < buckets.Count; at++)
        {
            if (buckets[at].Bound == buckets[last].Bound) buckets[last] = buckets[last] with { Count = buckets[last].Count + buckets[at].Count };
            else buckets[++last] = buckets[at];
        }

        buckets.RemoveRange(last + 1, buckets.Count - last - 1);
        var before = buckets[0].Count;
        for (var at = 1; at < buckets.Count; at++)
        {
            var now = buckets[at].Count;
            if (now == before) continue;
            if (IsNear(before, now)) buckets[at] = buckets[at] with { Count = before };
            else if (now < before)
            {
                buckets[at] = buckets[at] with { Count = before };
                forced = forced is { } was ? new(was.From, buckets[at].Bound, Math.Max(was.MaxDifference, before - now)) : new(buckets[at].Bound, buckets[at].Bound, before - now);
            }
            else before = now;
        }

        return true;
    }

    static bool IsNear(double a, double b) => Math.Abs(a - b) / Math.Min(Math.Abs(a) + Math.Abs(b), double.MaxValue) < Small;
}
