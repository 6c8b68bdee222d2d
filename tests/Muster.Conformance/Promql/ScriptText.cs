using System.Globalization;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Conformance.Promql;

/// <summary>Numbers and times as scripts write them. No hexadecimal ones: 0x1 is a zero, twice.</summary>
static class ScriptText
{
    public static bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        var sign = 1.0;
        if (text.Length > 0 && text[0] is '+' or '-')
        {
            if (text[0] == '-') sign = -1;
            text = text[1..];
        }

        number = 0;
        if (text.IsEmpty || text[0] is '+' or '-') return false;
        if (text.Equals("inf", StringComparison.OrdinalIgnoreCase)) number = double.PositiveInfinity;
        else if (text.Equals("nan", StringComparison.OrdinalIgnoreCase)) number = double.NaN;
        else if (!double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)) return false;

        number *= sign;
        return true;
    }

    /// <summary>A duration such as 1m30s, or seconds; in milliseconds.</summary>
    public static bool TryTime(ReadOnlySpan<char> text, out long milliseconds)
    {
        var negative = text.Length > 0 && text[0] == '-';
        if (Durations.TryRead(text.Length > 0 && text[0] is '+' or '-' ? text[1..] : text, out milliseconds))
        {
            if (negative) milliseconds = -milliseconds;
            return true;
        }

        if (!TryNumber(text, out var seconds) || !(Math.Abs(seconds) < 1e15)) return false;
        milliseconds = (long)Math.Round(seconds * 1000);
        return true;
    }
}
