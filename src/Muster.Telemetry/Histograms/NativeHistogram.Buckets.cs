namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>
    /// Every bucket, ascending: the negative ones from the lowest up, the zero bucket when something is in it, the positive ones. Empty buckets that
    /// stand in the spans come too. With bounds of its own the first begins at -Inf and the last ends at +Inf.
    /// </summary>
    public HistogramBucket[] Buckets()
    {
        var hasZero = !HasCustomBuckets && ZeroCount != 0;
        var buckets = new HistogramBucket[NegativeBuckets.Length + (hasZero ? 1 : 0) + PositiveBuckets.Length];
        var at = 0;
        for (var cursor = Negative.Cursor(); cursor.Next(); at++) buckets[at] = NegativeBucket(cursor.Index, cursor.Count);
        Array.Reverse(buckets, 0, at);
        if (hasZero) buckets[at++] = ZeroBucket();
        for (var cursor = Positive.Cursor(); cursor.Next(); at++) buckets[at] = PositiveBucket(cursor.Index, cursor.Count);
        return at == buckets.Length ? buckets : buckets[..at];
    }

    HistogramBucket PositiveBucket(int index, double count) => new(UpperBound(index - 1), UpperBound(index), HasCustomBuckets && index == 0, true, count);

    HistogramBucket NegativeBucket(int index, double count) => new(-UpperBound(index), -UpperBound(index - 1), true, false, count);

    HistogramBucket ZeroBucket() => new(-ZeroThreshold, ZeroThreshold, true, true, ZeroCount);

    internal double UpperBound(int index) => !HasCustomBuckets ? BucketBounds.Upper(index, Schema)
        : index < 0 ? double.NegativeInfinity
        : index < CustomBounds.Length ? CustomBounds[index]
        : double.PositiveInfinity;
}
