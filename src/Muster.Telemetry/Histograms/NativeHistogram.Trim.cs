namespace Muster.Telemetry.Histograms;

/// <summary>
/// Taking away the observations on one side of a value: the operators <c>&lt;/</c> and <c>&gt;/</c>
/// (<see href="https://prometheus.io/docs/prometheus/latest/querying/operators/#trim-operators"/>). A bucket that is cut keeps the part that
/// interpolation gives it; the new sum takes what is left of each bucket to be in its middle. Where nothing is taken away, all stays as it is.
/// </summary>
public sealed partial class NativeHistogram
{
    /// <summary>Keeps what is up to the limit: <c>&lt;/</c>.</summary>
    public NativeHistogram TrimAbove(double limit) => double.IsPositiveInfinity(limit) ? this : Trimmed(limit, keepsBelow: true);

    /// <summary>Keeps what is above the limit: <c>&gt;/</c>.</summary>
    public NativeHistogram TrimBelow(double limit) => double.IsNegativeInfinity(limit) ? this : Trimmed(limit, keepsBelow: false);

    readonly record struct Rest(double Count, double Middle, bool IsCut);

    NativeHistogram Trimmed(double limit, bool keepsBelow)
    {
        var (count, sum) = (new Compensated(), new Compensated());
        var isCut = false;
        var positive = Cut(Positive, PositiveBucket);
        var negative = Cut(Negative, NegativeBucket);
        var zero = HasCustomBuckets || ZeroCount == 0 ? ZeroCount : Keep(ZeroBucket());
        return isCut ? Copy(positive, negative, zeroCount: zero, count: count.Value, sum: sum.Value) : this;

        double Keep(HistogramBucket bucket)
        {
            var rest = bucket.Count == 0 ? default : RestOf(bucket, limit, keepsBelow);
            isCut |= rest.IsCut;
            if (rest.Count == 0) return 0;
            count.Add(rest.Count);
            sum.Add(rest.Count * rest.Middle);
            return rest.Count;
        }

        SparseBuckets Cut(SparseBuckets buckets, Func<int, double, HistogramBucket> bucket)
        {
            var rest = new BucketWriter(buckets.Counts.Length);
            for (var cursor = buckets.Cursor(); cursor.Next();) rest.Add(cursor.Index, Keep(bucket(cursor.Index, cursor.Count)));
            return rest.Finish();
        }
    }

    Rest RestOf(HistogramBucket whole, double limit, bool keepsBelow)
    {
        if (HasCustomBuckets && !(double.IsFinite(whole.Lower) && double.IsFinite(whole.Upper)) && EndlessRest(whole, limit, keepsBelow) is { } endless) return endless;
        var bucket = Narrowed(whole);
        var even = IsEven(whole);
        if (keepsBelow ? bucket.Upper <= limit : bucket.Lower >= limit) return new(bucket.Count, Middle(bucket.Lower, bucket.Upper, even), false);
        if (!(keepsBelow ? bucket.Lower < limit : bucket.Upper > limit)) return new(0, 0, true);
        var part = Part(bucket, limit);
        return keepsBelow
            ? new(bucket.Count * part, Middle(bucket.Lower, limit, even), true)
            : new(bucket.Count * (1 - part), Middle(limit, bucket.Upper, even), true);
    }

    /// <summary>
    /// An endless bucket cannot be cut: it is kept whole on the side of its end, and taken to be at that end or, beyond it, at the limit. Null: it is
    /// taken to begin at 0 and is cut like any other.
    /// </summary>
    static Rest? EndlessRest(HistogramBucket bucket, double limit, bool keepsBelow)
    {
        var gone = new Rest(0, 0, true);
        if (double.IsInfinity(limit) || double.IsNaN(limit) || (double.IsInfinity(bucket.Lower) && double.IsInfinity(bucket.Upper))) return gone;
        if (double.IsPositiveInfinity(bucket.Upper)) return keepsBelow ? gone : new(bucket.Count, Math.Max(bucket.Lower, limit), limit > bucket.Lower);
        if (bucket.Upper <= 0) return keepsBelow ? new(bucket.Count, Math.Min(bucket.Upper, limit), limit < bucket.Upper) : gone;
        return !keepsBelow && limit < 0 ? gone : null;
    }
}
