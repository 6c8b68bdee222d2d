using Muster.Readiness;

namespace Muster.Cli;

static class Durations
{
    /// <summary>A duration as documents write it: <c>90s</c>, <c>4h</c>, <c>14d</c>.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    public static TimeSpan Read(string text, string option) =>
        Quantity.TryRead(text, Shape.Duration, out var seconds, out _) && seconds is > 0 and < 1e10
            ? TimeSpan.FromSeconds(seconds)
            : throw Refusal.Usage($"{option} {text}: not a duration", "write a number and a unit: ms, s, m, h, d, w");
}
