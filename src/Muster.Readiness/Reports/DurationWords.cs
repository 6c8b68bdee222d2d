namespace Muster.Readiness;

/// <summary>Durations for people: the two largest units that say something (<c>1h 30m</c>, <c>2d</c>), rounded down.</summary>
static class DurationWords
{
    static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    public static string Of(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) return "-" + Of(duration.Negate());
        for (var i = 0; i < Units.Length; i++)
        {
            var (unit, ticks) = Units[i];
            if (duration.Ticks < ticks) continue;
            var first = CountWords.Number(duration.Ticks / ticks) + unit;
            if (i + 1 >= Units.Length || unit == "s") return first;
            var next = duration.Ticks % ticks / Units[i + 1].Ticks;
            return next == 0 ? first : first + " " + CountWords.Number(next) + Units[i + 1].Unit;
        }

        return "0s";
    }

    /// <summary><c>1h to 2h</c>, or the one duration when both ends agree.</summary>
    public static string Of(Span span) => span.Least == span.Most ? Of(span.Least) : Of(span.Least) + " to " + Of(span.Most);
}
