using System.Globalization;
using System.Text;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Durations as <c>1h30m</c>: units from long to short, each once (<see href="https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations"/>).</summary>
public static class Durations
{
    static readonly (string Unit, long Milliseconds)[] Units = [("y", 365L * 86_400_000), ("w", 7L * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    public static bool TryRead(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text is "0") return true;
        var next = 0;
        var any = false;
        while (!text.IsEmpty)
        {
            var digits = 0;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            var letters = digits;
            while (letters < text.Length && char.IsAsciiLetter(text[letters])) letters++;
            if (digits == 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
            var unit = text[digits..letters].ToString();
            var index = Array.FindIndex(Units, candidate => candidate.Unit == unit);
            if (index < next || count > long.MaxValue / Units[index].Milliseconds) return false;
            var more = count * Units[index].Milliseconds;
            if (milliseconds > long.MaxValue - more) return false;
            milliseconds += more;
            next = index + 1;
            any = true;
            text = text[letters..];
        }

        return any;
    }

    public static string Text(long milliseconds)
    {
        if (milliseconds == 0) return "0s";
        var text = new StringBuilder(milliseconds < 0 ? "-" : "");
        var rest = Math.Abs(milliseconds);
        foreach (var (unit, size) in Units)
        {
            // Years and weeks only where they come out even, so that 30d stays 30d.
            if (rest < size || (unit is "y" or "w" && rest % size != 0)) continue;
            text.Append(CultureInfo.InvariantCulture, $"{rest / size}{unit}");
            rest %= size;
        }

        return text.ToString();
    }

    internal static bool IsUnit(string text, int at) => text[at] is 's' or 'm' or 'h' or 'd' or 'w' or 'y';
}
