using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>Times of a trap: an instant, or so long before or after T, as <c>-2h</c> and <c>+7d</c>.</summary>
static class Moment
{
    public static readonly DateTimeOffset Usual = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Read(string? text, DateTimeOffset t, DateTimeOffset otherwise)
    {
        if (text is null) return otherwise;
        if (Instant.TryRead(text, out var instant)) return instant;
        if (text is "0" or "T") return t;
        return Quantity.TryRead(text[1..], Shape.Duration, out var seconds, out _) && text[0] is '-' or '+'
            ? t + TimeSpan.FromSeconds(text[0] == '-' ? -seconds : seconds)
            : throw new InvalidDataException($"{text} is neither an instant nor, as -2h, a time from T");
    }
}

/// <summary>A clock that stands where it is put, and goes on from there while something real is looked at.</summary>
sealed class TrapClock : TimeProvider
{
    DateTimeOffset _at;
    long? _since;

    public void Put(DateTimeOffset at) => (_at, _since) = (at, null);

    public void Go() => _since = GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _since is { } since ? _at + GetElapsedTime(since) : _at;
}
