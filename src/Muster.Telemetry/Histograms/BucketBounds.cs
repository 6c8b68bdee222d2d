namespace Muster.Telemetry.Histograms;

/// <summary>
/// Where exponential buckets end: bucket i of schema s at 2^(i * 2^-s)
/// (<see href="https://prometheus.io/docs/specs/native_histograms/#schema"/>).
/// </summary>
static class BucketBounds
{
    /// <summary>For each schema from 0 to 8 the bounds from 1 up to 2, which every power of two repeats.</summary>
    static readonly double[][] Roots = [.. Enumerable.Range(0, 9).Select(schema => Enumerable.Range(0, 1 << schema).Select(index => Math.Pow(2, index / (double)(1 << schema))).ToArray())];

    /// <summary>
    /// The upper bound of a bucket. The bucket that would end at 2^1024 ends at the largest finite number, and the one after it at infinity.
    /// </summary>
    /// <param name="schema">From -4 to 8.</param>
    public static double Upper(int index, int schema)
    {
        if (schema < 0)
        {
            var power = (long)index << -schema;
            return power == 1024 ? double.MaxValue : Power(power);
        }

        var root = Roots[schema][index & ((1 << schema) - 1)];
        var whole = index >> schema;
        if (whole is > -1022 and < 1024) return root * BitConverter.Int64BitsToDouble((whole + 1023L) << 52);
        if (whole < 0) return Math.ScaleB(root, whole);
        return whole == 1024 && root == 1 ? double.MaxValue : double.PositiveInfinity;
    }

    /// <summary>In which bucket of a schema that is lower by <paramref name="by"/> a bucket lies.</summary>
    public static int Reduced(int index, int by) => ((index - 1) >> by) + 1;

    static double Power(long exponent) => exponent > 1024 ? double.PositiveInfinity : exponent < -1100 ? 0 : Math.ScaleB(1, (int)exponent);
}
