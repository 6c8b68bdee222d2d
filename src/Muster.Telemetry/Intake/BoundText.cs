using System.Globalization;
using System.Text;

namespace Muster.Telemetry.Intake;

/// <summary>
/// The bound of a bucket, or a quantile, as the value of its label: one spelling for each number, whoever sent it and however, so that one bucket is one
/// series (<see href="https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values"/>). Whole numbers end in <c>.0</c>; from a
/// million on, and below a ten-thousandth, there is an exponent: <c>0.25</c>, <c>5.0</c>, <c>1e+06</c>, <c>2.5e-05</c>, <c>+Inf</c>.
/// </summary>
public static class BoundText
{
    public static string Of(double bound)
    {
        if (double.IsNaN(bound)) return "NaN";
        if (double.IsInfinity(bound)) return bound > 0 ? "+Inf" : "-Inf";
        if (bound == 0) return double.IsNegative(bound) ? "-0.0" : "0.0";
        var sign = bound < 0 ? "-" : "";
        // One digit, a point, the others, and the exponent; as few as tell the number apart.
        var (digits, exponent) = Parts(Math.Abs(bound).ToString("R", CultureInfo.InvariantCulture));
        if (exponent is < -4 or >= 6)
        {
            var point = digits.Length > 1 ? "." : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{point}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return exponent + 1 >= digits.Length ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0" : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>Significant digits, and which power of ten the first of them has.</summary>
    static (string Digits, int Exponent) Parts(string text)
    {
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var plain = mark < 0 ? text : text[..mark];
        var point = plain.IndexOf('.', StringComparison.Ordinal);
        var all = plain.Replace(".", "", StringComparison.Ordinal);
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), exponent + (point < 0 ? plain.Length : point) - 1 - leading);
    }

    /// <summary>Whether a spelling is the one already; most are, and nothing needs to be made then. False may also be said of one that is.</summary>
    internal static bool Is(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("+Inf"u8)) return true;
        var point = text.IndexOf((byte)'.');
        if (point is < 1 or > 6 || text.Length > 15) return false;
        var whole = text[..point];
        var part = text[(point + 1)..];
        if (whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || part.IsEmpty || part.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        if (whole[0] == '0' && (whole.Length > 1 || (part.Length > 4 && part.StartsWith("0000"u8)))) return false;
        return part.Length == 1 || part[^1] != '0';
    }

    /// <summary>The one spelling of what is a number; else what was given.</summary>
    internal static ReadOnlySpan<byte> Normal(ReadOnlySpan<byte> text) =>
        !Is(text) && Exposition.Numbers.TryValue(text, out var number) ? Encoding.UTF8.GetBytes(Of(number)) : text;
}
