using System.Collections.Immutable;

namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    internal SparseBuckets Positive => new(PositiveSpans, PositiveBuckets);

    internal SparseBuckets Negative => new(NegativeSpans, NegativeBuckets);

    public NativeHistogram WithHint(ResetHint hint) => hint == Hint ? this : Copy(Positive, Negative, hint: hint);

    /// <summary>Without empty buckets, in as few spans as can be; what is in it stays the same.</summary>
    public NativeHistogram Compact()
    {
        var (positive, negative) = (Positive.Compact(), Negative.Compact());
        return positive == Positive && negative == Negative ? this : Copy(positive, negative);
    }

    /// <summary>
    /// How many observations were not a number: they are in the count and in no bucket, and make the sum not a number. 0 where the sum is a number.
    /// </summary>
    public double NotANumberCount() => double.IsNaN(Sum) ? Math.Max(0, Count - ZeroCount - Positive.Total() - Negative.Total()) : 0;

    internal NativeHistogram Copy(
        SparseBuckets positive, SparseBuckets negative, int? schema = null, double? zeroThreshold = null, double? zeroCount = null, double? count = null,
        double? sum = null, ImmutableArray<double>? bounds = null, ResetHint? hint = null) => new()
        {
            Schema = schema ?? Schema,
            ZeroThreshold = zeroThreshold ?? ZeroThreshold,
            ZeroCount = zeroCount ?? ZeroCount,
            Count = count ?? Count,
            Sum = sum ?? Sum,
            PositiveSpans = positive.Spans,
            PositiveBuckets = positive.Counts,
            NegativeSpans = negative.Spans,
            NegativeBuckets = negative.Counts,
            CustomBounds = bounds ?? CustomBounds,
            Hint = hint ?? Hint,
        };
}
