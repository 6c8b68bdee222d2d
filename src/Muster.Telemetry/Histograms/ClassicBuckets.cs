namespace Muster.Telemetry.Histograms;

/// <summary>
/// A classic histogram (a count for each bound, of everything up to it) as a native one with the same bounds
/// (<see href="https://prometheus.io/docs/specs/native_histograms/#custom-buckets"/>).
/// </summary>
public static class ClassicBuckets
{
    /// <param name="buckets">Bounds, in any order, each with how many observations are up to it. A bound that comes again is left out.</param>
    /// <param name="count">Of all; null: what the highest bound says.</param>
    /// <param name="sum">Null: 0.</param>
    /// <returns>Null: these are no buckets; a count falls from a bound to the next, or is negative or not a number.</returns>
    public static NativeHistogram? ToNative(IEnumerable<(double Bound, double Count)> buckets, double? count = null, double? sum = null)
    {
        var ordered = buckets.DistinctBy(bucket => bucket.Bound).OrderBy(bucket => bucket.Bound).ToArray();
        if (ordered.Any(bucket => double.IsNaN(bucket.Bound))) return null;
        var all = count ?? (ordered.Length > 0 ? ordered[^1].Count : 0);
        var bounds = ordered.Where(bucket => !double.IsPositiveInfinity(bucket.Bound)).ToArray();
        var counts = new double[bounds.Length + 1];
        var passed = 0.0;
        for (var at = 0; at < bounds.Length; at++)
        {
            if (!(bounds[at].Count >= passed)) return null;
            counts[at] = bounds[at].Count - passed;
            passed = bounds[at].Count;
        }

        if (!(all >= passed)) return null;
        counts[^1] = all - passed;
        return new NativeHistogram
        {
            Schema = NativeHistogram.CustomBuckets,
            Count = all,
            Sum = sum ?? 0,
            CustomBounds = [.. bounds.Select(bucket => bucket.Bound)],
            PositiveSpans = [new(0, (uint)counts.Length)],
            PositiveBuckets = [.. counts],
        }.Compact();
    }
}
