using System.Globalization;

namespace Muster.Telemetry.Histograms;

/// <summary>Numbers as Prometheus writes them in a histogram: the shortest digits that read back, with an exponent below 1e-4 and from 1e+21 on.</summary>
static class HistogramText
{
    public static string Of(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        if (value == 0) return double.IsNegative(value) ? "-0" : "0";
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 21 && !digits.Contains('E', StringComparison.Ordinal)) return digits;
        if (exponent is >= -4 and < 21) return ((decimal)value == 0 ? value.ToString("F0", CultureInfo.InvariantCulture) : decimal.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
        var mark = digits.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mark < 0 ? digits : digits[..mark];
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }
}
