namespace Muster.Telemetry.Histograms;

/// <summary>
/// Where exponential buckets end: bucket i of schema s at 2^(i * 2^-s)
/// (<see href="https://prometheus.io/docs/specs/native_histograms/#schema"/>).
/// </summary>
static class BucketBounds
{
    /// <summary>
    /// The upper bound of a bucket. The bucket that would end at 2^1024 ends at the largest finite number, and the one after it at infinity.
    /// </summary>
    public static double Upper(int index, int schema)
    {
        if (schema < 0)
        {
            var power = (long)index << -schema;
            return power == 1024 ? double.MaxValue : Power(power);
        }

        var fraction = index & ((1 << schema) - 1);
        var whole = index >> schema;
        if (fraction == 0) return whole == 1024 ? double.MaxValue : Power(whole);
        return whole > 1023 ? double.PositiveInfinity : Math.ScaleB(Math.Pow(2, fraction / (double)(1 << schema)), whole);
    }

    /// <summary>In which bucket of a schema that is lower by <paramref name="by"/> a bucket lies.</summary>
    public static int Reduced(int index, int by) => by >= 31 ? (index > 0 ? 1 : 0) : ((index - 1) >> by) + 1;

    static double Power(long exponent) => exponent > 1024 ? double.PositiveInfinity : exponent < -1100 ? 0 : Math.ScaleB(1, (int)exponent);
}
