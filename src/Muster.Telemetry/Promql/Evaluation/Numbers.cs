using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Arithmetic that more than one function needs.</summary>
static class Numbers
{
    /// <summary>As Prometheus writes a value: the shortest that reads back, without an exponent.</summary>
    public static string Text(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? Plain(text) : text;
    }

    /// <summary>As Go has it: nothing is larger than infinity, not even what is no number.</summary>
    public static double Max(double a, double b) => double.IsPositiveInfinity(a) || double.IsPositiveInfinity(b) ? double.PositiveInfinity : Math.Max(a, b);

    public static double Min(double a, double b) => double.IsNegativeInfinity(a) || double.IsNegativeInfinity(b) ? double.NegativeInfinity : Math.Min(a, b);

    /// <summary>Neumaier's compensated sum: what the sum loses is kept beside it (<see href="https://en.wikipedia.org/wiki/Kahan_summation_algorithm"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(double more, ref double sum, ref double lost)
    {
        var total = sum + more;
        if (double.IsInfinity(total)) lost = 0;
        else if (Math.Abs(sum) >= Math.Abs(more)) lost += (sum - total) + more;
        else lost += (more - total) + sum;
        sum = total;
    }

    /// <summary>
    /// The same without a branch on which is larger, as the rounding error of a sum of two is exact either way (Knuth's TwoSum). Once the sum is
    /// infinite, what was lost is no number: the caller looks.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddFinite(double more, ref double sum, ref double lost)
    {
        var total = sum + more;
        var part = total - sum;
        lost += (sum - (total - part)) + (more - part);
        sum = total;
    }

    /// <summary>Four of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddFinite(Vector256<double> more, ref Vector256<double> sum, ref Vector256<double> lost)
    {
        var total = sum + more;
        var part = total - sum;
        lost += (sum - (total - part)) + (more - part);
        sum = total;
    }

    /// <summary>A compensated sum and what it lost. Where it overflows on the way, the sum is infinite or no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Sum, double Lost) Total(ReadOnlySpan<double> values)
    {
        double sum = 0, lost = 0;
        foreach (var value in values)
        {
            AddFinite(value, ref sum, ref lost);
        }

        return double.IsFinite(lost) ? (sum, lost) : (sum, 0);
    }

    /// <summary>The q-quantile by linear interpolation between the closest ranks; not-a-number counts as the smallest.</summary>
    public static double Quantile(double q, List<double> values)
    {
        if (values.Count == 0 || double.IsNaN(q)) return double.NaN;
        if (q < 0) return double.NegativeInfinity;
        if (q > 1) return double.PositiveInfinity;
        values.Sort(); // .NET sorts not-a-number first.
        var rank = q * (values.Count - 1);
        var lower = (int)Math.Max(0, Math.Floor(rank));
        var upper = Math.Min(values.Count - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return (values[lower] * (1 - weight)) + (values[upper] * weight);
    }

    static string Plain(string text)
    {
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var minus = text[0] == '-' ? "-" : "";
        var digits = text[minus.Length..mark].Replace(".", "", StringComparison.Ordinal);
        var point = 1 + exponent;
        if (point <= 0) return $"{minus}0.{new string('0', -point)}{digits}";
        return point >= digits.Length ? minus + digits + new string('0', point - digits.Length) : $"{minus}{digits[..point]}.{digits[point..]}";
    }
}
