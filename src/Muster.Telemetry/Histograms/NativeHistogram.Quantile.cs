namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>
    /// Below which value a part q of the observations lies, from 0 to 1; -Inf for less and +Inf for more. Not a number where there are no observations, or
    /// where it falls among those that are not a number
    /// (<see href="https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile"/>).
    /// </summary>
    public double Quantile(double q)
    {
        if (double.IsNaN(q) || Count == 0) return q < 0 ? double.NegativeInfinity : q > 1 ? double.PositiveInfinity : double.NaN;
        if (q < 0) return double.NegativeInfinity;
        if (q > 1) return double.PositiveInfinity;
        // From the nearer end, so that an empty stretch in the middle is met from its far side; observations that are not a number count as the highest.
        var upwards = q < 0.5 || double.IsNaN(Sum);
        var rank = (upwards ? q : 1 - q) * Count;
        var (place, passed) = (-1, 0.0);
        for (int at = 0, places = NegativeBuckets.Length + 1 + PositiveBuckets.Length; at < places; at++)
        {
            var next = upwards ? at : places - 1 - at;
            if (CountAt(next) is var count && count == 0) continue;
            place = next;
            passed += count;
            if (passed >= rank) break;
        }

        if (place < 0 || (passed < rank && double.IsNaN(Sum))) return double.NaN;
        var found = Narrowed(BucketAt(place));
        if (HasCustomBuckets && double.IsNegativeInfinity(found.Lower)) return found.Upper;
        if (HasCustomBuckets && double.IsPositiveInfinity(found.Upper)) return found.Lower;
        if (passed < rank) return upwards ? found.Upper : found.Lower;
        var within = Math.Min(passed, Count);
        return At(found, (upwards ? rank - (within - found.Count) : within - rank) / found.Count);
    }

    /// <param name="place">In ascending order of the buckets: the negative ones, the zero bucket, the positive ones.</param>
    double CountAt(int place) => place < NegativeBuckets.Length ? NegativeBuckets[NegativeBuckets.Length - 1 - place]
        : place > NegativeBuckets.Length ? PositiveBuckets[place - NegativeBuckets.Length - 1]
        : HasCustomBuckets ? 0
        : ZeroCount;

    HistogramBucket BucketAt(int place) => place < NegativeBuckets.Length ? NegativeBucket(Negative.IndexAt(NegativeBuckets.Length - 1 - place), CountAt(place))
        : place > NegativeBuckets.Length ? PositiveBucket(Positive.IndexAt(place - NegativeBuckets.Length - 1), CountAt(place))
        : ZeroBucket();
}
