using System.Collections.Immutable;

namespace Muster.Telemetry.Histograms;

/// <summary>Bringing two histograms to the same buckets (<see href="https://prometheus.io/docs/specs/native_histograms/#buckets"/>).</summary>
public sealed partial class NativeHistogram
{
    /// <summary>With the buckets of a lower schema, each made of 2^n of ours. Itself where the schema is no lower, or the bounds are its own.</summary>
    public NativeHistogram ReducedTo(int schema)
    {
        if (HasCustomBuckets || schema >= Schema) return this;
        var by = Schema - schema;
        return Copy(Positive.Regrouped(index => BucketBounds.Reduced(index, by)), Negative.Regrouped(index => BucketBounds.Reduced(index, by)), schema: schema);
    }

    /// <summary>Both with a zero bucket of the same width: the wider of the two, or wider still where that would cut a bucket that is not empty.</summary>
    internal static (NativeHistogram, NativeHistogram) WithSameZero(NativeHistogram a, NativeHistogram b)
    {
        while (a.ZeroThreshold != b.ZeroThreshold)
        {
            (a, b) = a.ZeroThreshold < b.ZeroThreshold ? (a.WithZeroOf(b.ZeroThreshold), b) : (a, b.WithZeroOf(a.ZeroThreshold));
        }

        return (a, b);
    }

    /// <summary>With at least so wide a zero bucket, which takes up the buckets within it.</summary>
    internal NativeHistogram WithZeroOf(double threshold)
    {
        if (!(threshold > ZeroThreshold)) return this;
        for (var wider = threshold; ; threshold = wider)
        {
            wider = Math.Max(Uncut(Positive, threshold), Uncut(Negative, threshold));
            if (wider == threshold) break;
        }

        var zeroCount = ZeroCount + Within(Positive, threshold) + Within(Negative, threshold);
        return Copy(Positive.Regrouped(Outside), Negative.Regrouped(Outside), zeroThreshold: threshold, zeroCount: zeroCount);

        int? Outside(int index) => UpperBound(index - 1) < threshold ? null : index;
    }

    /// <summary>The bounds both have, ascending.</summary>
    internal static ImmutableArray<double> CommonBounds(ImmutableArray<double> a, ImmutableArray<double> b)
    {
        var common = ImmutableArray.CreateBuilder<double>(Math.Min(a.Length, b.Length));
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] == b[j]) common.Add(a[i]);
            var (first, second) = (a[i], b[j]);
            if (first <= second) i++;
            if (second <= first) j++;
        }

        return common.DrainToImmutable();
    }

    internal bool HasBoundsOf(NativeHistogram other) => CustomBounds == other.CustomBounds || CustomBounds.AsSpan().SequenceEqual(other.CustomBounds.AsSpan());

    /// <param name="bounds">Some of ours.</param>
    internal NativeHistogram MappedTo(ImmutableArray<double> bounds)
    {
        if (bounds.Length == CustomBounds.Length) return this;
        return Copy(Positive.Regrouped(Target), SparseBuckets.None, bounds: bounds);

        int? Target(int index)
        {
            if (index >= CustomBounds.Length) return bounds.Length;
            var found = bounds.BinarySearch(CustomBounds[index]);
            return found < 0 ? ~found : found;
        }
    }

    /// <summary>The end of the bucket that the threshold falls into, if something is in it; else the threshold.</summary>
    double Uncut(SparseBuckets buckets, double threshold)
    {
        for (var cursor = buckets.Cursor(); cursor.Next() && UpperBound(cursor.Index - 1) < threshold;)
        {
            if (cursor.Count != 0 && UpperBound(cursor.Index) > threshold) return UpperBound(cursor.Index);
        }

        return threshold;
    }

    double Within(SparseBuckets buckets, double threshold)
    {
        var total = 0.0;
        for (var cursor = buckets.Cursor(); cursor.Next() && UpperBound(cursor.Index - 1) < threshold;) total += cursor.Count;
        return total;
    }
}
