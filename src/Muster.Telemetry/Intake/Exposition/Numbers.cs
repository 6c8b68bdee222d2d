using System.Globalization;
using System.Text;

namespace Muster.Telemetry.Intake.Exposition;

/// <summary>Numbers as both formats write them: decimal, with an exponent or without, <c>NaN</c>, <c>Inf</c> and <c>Infinity</c> in capitals or not, the latter two with a sign or without.</summary>
static class Numbers
{
    /// <summary>Longest spelling that is read; no number needs more.</summary>
    const int Longest = 1100;

    /// <returns>False also for what is beyond the range of a double, and not called infinite.</returns>
    public static bool TryValue(ReadOnlySpan<byte> token, out double value)
    {
        if (TryWhole(token, out var whole))
        {
            value = whole;
            return true;
        }

        value = 0;
        if (token.IsEmpty || token.Length > Longest) return false;
        var isNegative = token[0] == '-';
        var bare = isNegative || token[0] == '+' ? token[1..] : token;
        if (bare.IsEmpty) return false;
        if (bare[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'.')
            return double.TryParse(token, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        if (Ascii.EqualsIgnoreCase(token, "nan"u8)) value = double.NaN;
        else if (Ascii.EqualsIgnoreCase(bare, "inf"u8) || Ascii.EqualsIgnoreCase(bare, "infinity"u8)) value = isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        else return false;
        return true;
    }

    /// <summary>Milliseconds: the text format has them as a whole number, OpenMetrics as seconds.</summary>
    public static bool TryTime(ReadOnlySpan<byte> token, ExpositionFormat format, out long time)
    {
        time = 0;
        if (format == ExpositionFormat.Text) return token.Length is > 0 and <= 20 && long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out time);
        if (!TryValue(token, out var seconds) || !(Math.Abs(seconds) < 9e15)) return false;
        time = (long)Math.Round(seconds * 1000);
        return true;
    }

    /// <summary>Most samples are short whole numbers, for which nothing needs to be rounded. Minus zero is none.</summary>
    static bool TryWhole(ReadOnlySpan<byte> token, out long value)
    {
        value = 0;
        if (token.Length is 0 or > 15) return false;
        foreach (var digit in token)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
