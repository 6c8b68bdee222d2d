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
        for (var cursor = Negative.Cursor(); cursor.Next(); at++) buckets[at] = new(-UpperBound(cursor.Index), -UpperBound(cursor.Index - 1), true, false, cursor.Count);
        Array.Reverse(buckets, 0, at);
        if (hasZero) buckets[at++] = new(-ZeroThreshold, ZeroThreshold, true, true, ZeroCount);
        for (var cursor = Positive.Cursor(); cursor.Next(); at++) buckets[at] = new(UpperBound(cursor.Index - 1), UpperBound(cursor.Index), HasCustomBuckets && cursor.Index == 0, true, cursor.Count);
        return at == buckets.Length ? buckets : buckets[..at];
    }

    internal double UpperBound(int index) => !HasCustomBuckets ? BucketBounds.Upper(index, Schema)
        : index < 0 ? double.NegativeInfinity
        : index < CustomBounds.Length ? CustomBounds[index]
        : double.PositiveInfinity;
}
