using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// Periods when no promotion happens, as UTC intervals: <c>{ from, to, because }</c>, perhaps only on some <c>days</c> and <c>hours</c> of a <c>zone</c>.
/// Where the clocks change, the longer reading counts, since a freeze that is an hour short is worse than one that is an hour long.
/// </summary>
sealed class FreezeReader(ZoneLookup zones, Problems problems)
{
    const int MostWindows = 100;
    static readonly TimeSpan Longest = TimeSpan.FromDays(3 * 366);
    static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public ImmutableArray<Freeze> Read(YamlNode? node, string path)
    {
        if (node is null) return [];
        var windows = Typed.Nodes(node);
        if (windows.Length > MostWindows) problems.Error(node.Place, path, $"There are more than {MostWindows} freezes.", "Use days and hours for those that recur.");
        return Merged(windows.Take(MostWindows).SelectMany(window => Typed.Map(window, path, problems) is { } map ? One(new(map, path, problems)) : []));
    }

    IEnumerable<Freeze> One(Keys keys)
    {
        var because = keys.Require("because", "Say why, in a sentence.") is null ? null : keys.Text("because");
        var zone = Zone(keys);
        var days = keys.Take("days") is { } list ? Typed.Nodes(list).Select(day => Typed.Word(day, keys.At("days"), problems, Days)).OfType<string>().Select(day => (DayOfWeek)Array.IndexOf(Days, day)).ToHashSet() : null;
        var hours = Hours(keys);
        var (from, to) = (End(keys, "from", zone, last: false), End(keys, "to", zone, last: true));
        keys.Done("a freeze");
        if (because is null || from is not { } start || to is not { } end) return [];
        if (end <= start) return Wrong(keys, "to", "The freeze ends before it begins.", "Swap the two.");
        if (days is null && hours is null) return [new(start, end, because)];
        if (end - start > Longest) return Wrong(keys, "to", "A freeze with days or hours lasts at most three years.", "Let it end sooner, and renew it.");
        if (zone is null) return keys.Has("zone") ? [] : Wrong(keys, "from", "Days and hours need a zone.", "Add zone: Europe/Berlin, or zone: UTC.");
        return Recurring(start, end, because, days, hours ?? (TimeOnly.MinValue, TimeOnly.MinValue), zone);
    }

    static IEnumerable<Freeze> Recurring(DateTimeOffset start, DateTimeOffset end, string because, HashSet<DayOfWeek>? days, (TimeOnly From, TimeOnly To) hours, TimeZoneInfo zone)
    {
        // One day early and late, since the zone's day is not the day of UTC.
        var last = DateOnly.FromDateTime(end.UtcDateTime).AddDays(2);
        for (var day = DateOnly.FromDateTime(start.UtcDateTime).AddDays(-2); day <= last; day = day.AddDays(1))
        {
            if (days is not null && !days.Contains(day.DayOfWeek)) continue;
            var from = Utc(day.ToDateTime(hours.From), zone, last: false);
            var to = Utc((hours.To > hours.From ? day : day.AddDays(1)).ToDateTime(hours.To), zone, last: true);
            if (from < start) from = start;
            if (to > end) to = end;
            if (from < to) yield return new(from, to, because);
        }
    }

    TimeZoneInfo? Zone(Keys keys)
    {
        if (keys.Take("zone") is not { } node || Typed.Text(node, keys.At("zone"), problems) is not { } name) return null;
        if (name == "UTC") return TimeZoneInfo.Utc;
        if (name.Length <= 64 && zones(name) is { } zone) return zone;
        problems.Error(node.Place, keys.At("zone"), $"There is no time zone \"{name}\".", "Write a name of the IANA list, as Europe/Berlin, or UTC.");
        return null;
    }

    DateTimeOffset? End(Keys keys, string name, TimeZoneInfo? zone, bool last)
    {
        if (keys.Require(name, "Write a date as 2026-12-20, or an instant as 2026-12-20T18:00:00Z.") is not { } node || Typed.Text(node, keys.At(name), problems) is not { } text) return null;
        if (!Typed.TryDate(text, out var day)) return keys.Date(name);
        if (zone is not null) return Utc((last ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue), zone, last);
        if (!keys.Has("zone")) problems.Error(node.Place, keys.At(name), $"\"{text}\" begins at another time in each zone.", "Add zone: Europe/Berlin, or write an instant.");
        return null;
    }

    (TimeOnly From, TimeOnly To)? Hours(Keys keys)
    {
        if (keys.Take("hours") is not { } node || Typed.Text(node, keys.At("hours"), problems) is not { } text) return null;
        if (text.Split('-') is [var from, var to] && Clock(from.Trim()) is { } start && Clock(to.Trim()) is { } end && start != end) return (start, end);
        problems.Error(node.Place, keys.At("hours"), $"\"{text}\" are no hours of a day.", "Write \"16:00-08:00\"; to 24:00 is to midnight.");
        return null;
    }

    static TimeOnly? Clock(string text) =>
        text == "24:00" ? TimeOnly.MinValue : TimeOnly.TryParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time) ? time : null;

    /// <summary>A wall-clock time in UTC. In the hour that is skipped it is the moment of the change; in the hour that comes twice, a beginning is the first and an end the last.</summary>
    static DateTimeOffset Utc(DateTime local, TimeZoneInfo zone, bool last)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(last ? 1 : -1);
        if (zone.IsAmbiguousTime(local))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(local);
            return new DateTimeOffset(local, last ? offsets.Min() : offsets.Max()).ToUniversalTime();
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>Sorted and not touching; where two overlap, both reasons stand.</summary>
    static ImmutableArray<Freeze> Merged(IEnumerable<Freeze> windows)
    {
        var merged = new List<Freeze>();
        foreach (var window in windows.OrderBy(window => window.From).ThenBy(window => window.To).ThenBy(window => window.Because, StringComparer.Ordinal))
            if (merged is [.., var before] && window.From <= before.To)
                merged[^1] = before with
                {
                    To = window.To > before.To ? window.To : before.To,
                    Because = before.Because.Split("; ").Contains(window.Because) ? before.Because : $"{before.Because}; {window.Because}",
                };
            else merged.Add(window);
        return [.. merged];
    }

    IEnumerable<Freeze> Wrong(Keys keys, string name, string says, string fix)
    {
        problems.Error((keys.Take(name) ?? keys.Map).Place, keys.At(name), says, fix);
        return [];
    }
}
