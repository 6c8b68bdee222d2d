using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Whether a server's log reaches its archive: as it counts it, or by ending a segment now and waiting until that one has arrived.</summary>
static class ArchiveRoundTrip
{
    internal const string State = """
        select current_setting('archive_mode'), archived_count, coalesce(last_archived_wal, ''), extract(epoch from clock_timestamp() - last_archived_time), failed_count, last_failed_time is not null and (last_archived_time is null or last_failed_time >= last_archived_time)
        from pg_stat_archiver
        """;

    // Without a record of its own a segment that has just begun is not ended.
    internal const string Mark = "select pg_logical_emit_message(false, 'muster', 'archive round trip')";
    internal const string Switch = "select pg_walfile_name(pg_switch_wal())";
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>What the server counts. A count of failures never goes back, so that the last of each kind is compared.</summary>
    public static async Task<Value.Fields> Counted(PostgresSession session, CancellationToken cancel)
    {
        var row = (await session.Query(State, cancel)).Only;
        var seen = Value.Of(("archive_mode", row[0] ?? ""), ("archiving", row[0] is "on" or "always" && row[3] is not null && row[5] != "t"));
        return Seconds(row[3]) is { } age ? seen.With("archive_age", age) : seen;
    }

    public static async Task<Value.Fields> Tried(PostgresSession session, TimeSpan patience, ProbeContext context, CancellationToken cancel)
    {
        if (session.InRecovery) throw new Unseen(Blind.NotCapable, "this server is a standby, which ends no segment; ask the primary");
        var before = (await session.Query(State, cancel)).Only;
        var began = context.Clock.GetTimestamp();
        await session.Query(Mark, cancel);
        var segment = (await session.Query(Switch, cancel)).Only[0] ?? throw new Unseen(Blind.Unreadable, "the server does not name the segment that it ended");
        while (true)
        {
            var row = (await session.Query(State, cancel)).Only;
            var waited = context.Clock.GetElapsedTime(began);
            // Names of one timeline follow each other by their letters.
            var arrived = row[2] is { Length: 24 } last && segment.Length == 24 && string.CompareOrdinal(last, segment) >= 0 && row[5] != "t";
            if (!arrived && waited < patience)
            {
                await Task.Delay(Pace, context.Clock, cancel);
                continue;
            }

            var seen = Value.Of(("archived", arrived), ("segment", segment), ("archive_failures", (Seconds(row[4]) ?? 0) - (Seconds(before[4]) ?? 0)));
            return arrived ? seen.With("archived_in", HttpProbe.Seconds(waited)) : seen;
        }
    }

    static double? Seconds(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? Math.Round(seconds, 3) : null;
}
