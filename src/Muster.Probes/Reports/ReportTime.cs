using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The times that tools write: RFC 3339 with any number of digits after the second, and those without a zone, which are instants only if somebody says of which zone.</summary>
static class ReportTime
{
    const int MostDigits = 7;

    public static DateTimeOffset? Read(string? text, TimeSpan? zone)
    {
        if (text is not { Length: >= 16 and <= 64 } || text[4] != '-' || text[10] is not ('T' or 't' or ' ')) return null;
        var cut = Cut(text);
        if (Instant.TryRead(cut, out var instant)) return instant;
        return zone is { } offset && DateTime.TryParse(cut, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Kind == DateTimeKind.Unspecified && Within(local, offset)
            ? Instant.Cut(new DateTimeOffset(local, offset)) : null;
    }

    static bool Within(DateTime local, TimeSpan offset) => local.Ticks - offset.Ticks > 0 && local.Ticks - offset.Ticks < DateTime.MaxValue.Ticks;

    /// <summary>More digits of a second than .NET reads are taken off; Go writes nine.</summary>
    static string Cut(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return text;
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - dot - 1 > MostDigits ? text[..(dot + 1 + MostDigits)] + text[end..] : text;
    }

    /// <summary>The parameter <c>zone</c>: "UTC" or an offset as +02:00.</summary>
    public static TimeSpan? Zone(Given given) => given.Text("zone") switch
    {
        null => null,
        "UTC" or "Z" => TimeSpan.Zero,
        { Length: 6 } text when text[0] is '+' or '-' && TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var offset) && offset <= TimeSpan.FromHours(14) => text[0] == '-' ? -offset : offset,
        _ => throw Given.Wrong("zone", "is neither UTC nor an offset as +02:00"),
    };
}
