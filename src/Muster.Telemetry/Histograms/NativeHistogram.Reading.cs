namespace Muster.Telemetry.Histograms;

/// <summary>How observations lie within a bucket: what quantiles, fractions and cuts all assume.</summary>
public sealed partial class NativeHistogram
{
    /// <summary>
    /// A zero bucket beside positive buckets only holds what is positive, and beside negative ones only what is negative; a first bucket of own bounds that
    /// ends above 0 begins at 0, as with classic histograms.
    /// </summary>
    HistogramBucket Narrowed(HistogramBucket bucket)
    {
        if (HasCustomBuckets) return double.IsNegativeInfinity(bucket.Lower) && bucket.Upper > 0 && double.IsFinite(bucket.Upper) ? bucket with { Lower = 0 } : bucket;
        if (!IsZero(bucket)) return bucket;
        if (NegativeBuckets.IsEmpty && !PositiveBuckets.IsEmpty) return bucket with { Lower = 0 };
        return PositiveBuckets.IsEmpty && !NegativeBuckets.IsEmpty ? bucket with { Upper = 0 } : bucket;
    }

    /// <summary>Within the zero bucket and buckets of own bounds observations lie evenly; within exponential ones their logarithms do.</summary>
    bool IsEven(HistogramBucket bucket) => HasCustomBuckets || IsZero(bucket);

    static bool IsZero(HistogramBucket bucket) => bucket is { Lower: <= 0, Upper: >= 0 };

    /// <summary>Up to where the given part of a bucket's observations lies.</summary>
    double At(HistogramBucket bucket, double part)
    {
        if (part <= 0) return bucket.Lower;
        if (part >= 1) return bucket.Upper;
        if (IsEven(bucket)) return bucket.Lower + ((bucket.Upper - bucket.Lower) * part);
        var (lower, upper) = (Math.Log2(Math.Abs(bucket.Lower)), Math.Log2(Math.Abs(bucket.Upper)));
        return Math.CopySign(Math.Pow(2, lower + ((upper - lower) * part)), bucket.Lower);
    }

    /// <summary>Which part of a bucket's observations lies up to a value that is within it.</summary>
    double Part(HistogramBucket bucket, double value)
    {
        if (IsEven(bucket)) return (value - bucket.Lower) / (bucket.Upper - bucket.Lower);
        var (lower, upper) = (Math.Log2(Math.Abs(bucket.Lower)), Math.Log2(Math.Abs(bucket.Upper)));
        return (Math.Log2(Math.Abs(value)) - lower) / (upper - lower);
    }

    /// <summary>Where the middle of what lies between two values of one bucket is.</summary>
    static double Middle(double lower, double upper, bool even) => even ? (lower / 2) + (upper / 2) : Math.CopySign(Math.Sqrt(Math.Abs(lower)) * Math.Sqrt(Math.Abs(upper)), lower);
}
