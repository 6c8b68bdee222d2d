using System.Globalization;

namespace Muster.Probes;

/// <summary>Durations as programs in Go write them, several units in a row: <c>1m30s</c>.</summary>
static class GoDuration
{
    static readonly (string Unit, double Seconds)[] Units =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604800), ("y", 31536000)];

    /// <summary>Its seconds, or null if it is none.</summary>
    public static double? Seconds(string? text)
    {
        if (text is not { Length: > 0 and <= 64 }) return null;
        double sum = 0;
        for (var at = 0; at < text.Length;)
        {
            var digits = at;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.')) digits++;
            var unit = digits;
            while (unit < text.Length && !char.IsAsciiDigit(text[unit]) && text[unit] != '.') unit++;
            var name = text[digits..unit];
            var known = Array.FindIndex(Units, one => one.Unit == name);
            if (known < 0 || !double.TryParse(text.AsSpan(at, digits - at), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            sum += number * Units[known].Seconds;
            at = unit;
        }

        return sum;
    }
}
