using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>When the backups are of: how old, with which gaps, and kept for how long.</summary>
static class BackupTimes
{
    const int Shown = 30;

    /// <summary>Clocks of machines that copy to each other differ a little.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>A job does not end at the same minute each time.</summary>
    const double Late = 1.25;

    public static Value.Fields Seen(Value.Fields seen, ImmutableArray<KeptBackup> backups, Given given, DateTimeOffset now)
    {
        var future = backups.Where(one => one.At > now + Ahead).ToList();
        ImmutableArray<KeptBackup> past = [.. backups.Except(future)];
        seen = seen.With(("future", Names(future)), ("dated_by_modified", backups.Count(one => !one.Named)),
            ("older_than_named", Names(backups.Where(one => one.Named && one.Files.Max(file => file.Modified) < one.At.AddDays(-1)))));
        if (past.IsEmpty) return seen;
        var (newest, oldest) = (past[^1], past[0]);
        seen = seen.With(("newest", Bounded.Start(newest.Name, 200)), ("newest_at", newest.At), ("newest_age", Age(newest, now)), ("oldest_at", oldest.At), ("oldest_age", Age(oldest, now)));
        ImmutableArray<DateTimeOffset> moments = [.. past.Select(one => one.At), now];
        seen = seen.With("longest_gap", moments.Zip(moments.Skip(1), (from, to) => to > from ? to - from : TimeSpan.Zero).Max());
        var every = given["every"] is null ? (TimeSpan?)null : Span(given, "every");
        if (every is { } step)
            seen = seen.With("gaps", Value.Texts(moments.Zip(moments.Skip(1)).Where(pair => pair.Second - pair.First > step * Late).TakeLast(Shown).Select(pair => $"from {Day(pair.First)} to {(pair.Second == now ? "now" : Day(pair.Second))}")));
        if (given["keep"] is null) return seen;
        var keep = Span(given, "keep");
        return seen.With(("kept", past.Count(one => now - one.At <= keep)), ("overdue", Names(past.Where(one => now - one.At > keep + (every ?? TimeSpan.Zero) * Late))));
    }

    static TimeSpan Span(Given given, string name) => given.Seconds(name, 0) is > 0 and <= 3e9 and var seconds ? TimeSpan.FromSeconds(seconds) : throw Given.Wrong(name, "is not a duration over 0, as 24h or 30d");

    static TimeSpan Age(KeptBackup one, DateTimeOffset now) => now > one.At ? now - one.At : TimeSpan.Zero;

    static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    static Value.Items Names(IEnumerable<KeptBackup> backups) => Value.Texts(backups.Take(Shown).Select(one => Bounded.Start(one.Name, 200)));
}
