using System.Globalization;

namespace Muster.Readiness;

/// <summary>Instants for people, always in UTC and saying so. Machines read <see cref="Instant"/>.</summary>
static class InstantWords
{
    public static string Of(DateTimeOffset instant) => Write(instant, "yyyy-MM-dd HH:mm 'UTC'");

    public static string Exact(DateTimeOffset instant) => Write(instant, "yyyy-MM-dd HH:mm:ss 'UTC'");

    public static string Long(DateTimeOffset instant) => Write(instant, "d MMMM yyyy, HH:mm 'UTC'");

    /// <summary>Beside <paramref name="now"/>: <c>3h 20m ago</c>, <c>in 2d</c>, <c>now</c>.</summary>
    public static string Beside(DateTimeOffset instant, DateTimeOffset now)
    {
        var apart = instant - now;
        if (apart.Duration() < TimeSpan.FromSeconds(1)) return "now";
        return apart < TimeSpan.Zero ? DurationWords.Of(-apart) + " ago" : "in " + DurationWords.Of(apart);
    }

    static string Write(DateTimeOffset instant, string form) => instant.ToUniversalTime().ToString(form, CultureInfo.InvariantCulture);
}
