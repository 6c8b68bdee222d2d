using System.Globalization;

namespace Muster.Telemetry.Histograms;

/// <summary>Numbers as Prometheus writes them in a histogram: Go's <c>%g</c>, the shortest digits that read back, with an exponent below 1e-4 and from 1e+06 on (<see href="https://pkg.go.dev/fmt"/>).</summary>
static class HistogramText
{
    public static string Of(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        if (value == 0) return double.IsNegative(value) ? "-0" : "0";
        // .NET writes an exponent below 1e-5 and from 1e15 on only.
        return Math.Abs(value) is >= 1e-4 and < 1e6 ? value.ToString("R", CultureInfo.InvariantCulture) : Scientific(value);
    }

    static string Scientific(double value)
    {
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? text : text[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        exponent += (point < 0 ? mantissa.Length : point) - 1 - (all.Length - digits.Length);
        digits = digits.TrimEnd('0');
        return $"{(value < 0 ? "-" : "")}{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }
}
