namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>
    /// Which part of the observations lies between two values, from 0 to 1; those that are not a number lie nowhere. Not a number for an empty histogram
    /// (<see href="https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction"/>).
    /// </summary>
    public double Fraction(double lower, double upper)
    {
        if (Count == 0 || double.IsNaN(lower) || double.IsNaN(upper)) return double.NaN;
        if (lower >= upper) return 0;
        var buckets = Buckets();
        return (UpTo(upper, buckets) - UpTo(lower, buckets)) / Count;
    }

    /// <summary>How many observations lie up to a value. An endless bucket cannot be cut: the first is taken whole, the last is left.</summary>
    double UpTo(double value, HistogramBucket[] buckets)
    {
        var passed = 0.0;
        foreach (var one in buckets)
        {
            var bucket = Narrowed(one);
            if (bucket.Lower >= value) break;
            if (bucket.Upper > value)
            {
                if (double.IsNegativeInfinity(bucket.Lower) && double.IsPositiveInfinity(bucket.Upper)) break;
                if (double.IsNegativeInfinity(bucket.Lower)) return Math.Min(passed + bucket.Count, Count);
                if (double.IsPositiveInfinity(bucket.Upper)) break;
                passed += bucket.Count * Part(bucket, value);
                break;
            }

            passed += bucket.Count;
        }

        return Math.Min(passed, Count);
    }
}
