using System.Globalization;
using Muster.Readiness;

namespace Muster.Cli.Telemetry;

/// <summary>A time as queries are given it: RFC 3339, seconds since 1970, <c>now</c>, or so long ago: <c>-1h</c>.</summary>
static class Moments
{
    /// <returns>Seconds since 1970.</returns>
    /// <exception cref="Refusal">It is none of these.</exception>
    public static double Read(string text, string option, DateTimeOffset now)
    {
        if (text == "now") return Seconds(now);
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 2e11) return seconds;
        if (text is ['-', _, ..] && Quantity.TryRead(text[1..], Shape.Duration, out var ago, out _) && ago < 1e10) return Seconds(now) - ago;
        if (text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)) return Seconds(instant);
        throw Refusal.Usage($"{option} {text}: not a time", "write 2026-05-01T09:00:00Z, seconds since 1970, now, or so long ago: -1h");
    }

    static double Seconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds() / 1000.0;
}
