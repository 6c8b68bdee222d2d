using System.Globalization;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// A row that is written on the primary is looked for on the replica. Neither of the usual questions tells as much: the time since the last replay grows on a primary that is idle,
/// and positions that are equal say nothing of a link that is broken.
/// </summary>
static class PostgresReplicationLagProbe
{
    internal const string Primary = "select system_identifier, timeline_id from pg_control_system(), pg_control_checkpoint()";
    internal const string Replica = "select system_identifier, timeline_id, pg_is_wal_replay_paused(), pg_last_wal_replay_lsn() from pg_control_system(), pg_control_checkpoint()";
    internal const string Receiver = "select status, slot_name from pg_stat_wal_receiver";
    internal const string Position = "select pg_current_wal_lsn()";
    internal const string Behind = "select greatest($1::pg_lsn - pg_last_wal_replay_lsn(), 0)";
    internal const string Slots = "select slot_name, active, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) from pg_replication_slots where slot_type = 'physical' order by 1";
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LongestPace = TimeSpan.FromMilliseconds(250);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var other = given.Other("replica") ?? throw Given.Wrong("replica", "is missing: the target that is the replica");
        var patience = TimeSpan.FromSeconds(given.Seconds("patience", 10));
        var table = Table(given.Text("heartbeat") ?? "muster_heartbeat");
        var (at, from) = (PostgresAddress.Read(given, context), PostgresAddress.Read(other, context));
        await using var primary = await PostgresSession.Open(at, context, cancel, write: true);
        if (primary.InRecovery) throw new Unseen(Blind.BadQuestion, "the target is a standby; the heartbeat is written on the primary");
        await using var replica = await PostgresSession.Open(from, context, cancel, write: true);
        if (!replica.InRecovery) return Shown(Value.Of(("arrived", false), ("in_recovery", false)), primary, replica);
        var seen = await States(primary, replica, cancel);
        var beat = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await Write(primary, table, beat, cancel);
        try { seen = await Await(seen, primary, replica, table, beat, patience, context, cancel); }
        finally { await Clean(primary, table, beat); }
        return Shown(seen, primary, replica);
    }

    static Sight Shown(Value.Fields seen, PostgresSession primary, PostgresSession replica)
    {
        var identity = Value.Of(("primary", primary.Identity), ("replica", replica.Identity));
        return new() { Observation = seen, Population = 1, Before = identity, After = identity };
    }

    /// <summary>What each side says of itself and of the link between them.</summary>
    static async Task<Value.Fields> States(PostgresSession primary, PostgresSession replica, CancellationToken cancel)
    {
        var here = (await primary.Query(Primary, cancel)).Only;
        var there = (await replica.Query(Replica, cancel)).Only;
        var receiver = (await replica.Query(Receiver, cancel)).Rows;
        var slots = (await primary.Query(Slots, cancel)).Rows;
        var seen = Value.Of(
            ("in_recovery", true), ("same_system", here[0] == there[0]), ("same_timeline", here[1] == there[1]), ("timeline", Number(there[1])), ("replay_paused", there[2] == "t"),
            ("receiver", receiver is [[{ } status, ..]] ? status : "none"), ("idle_slots", Value.Texts(slots.Where(slot => slot[1] != "t").Select(slot => slot[0] ?? ""))));
        if (receiver is not [[_, { } name]]) return seen;
        seen = seen.With("slot", name);
        return slots.FirstOrDefault(slot => slot[0] == name) is { } own ? seen.With(("slot_active", own[1] == "t"), ("slot_holds", Number(own[2]))) : seen;
    }

    static async Task Write(PostgresSession primary, string table, string beat, CancellationToken cancel)
    {
        var (_, state, said) = await primary.Try($"create table if not exists {table} (beat text primary key, at timestamptz not null default now())", cancel);
        // One that is there already may be used by a role that may make none.
        var (written, refused, why) = await primary.Try($"insert into {table} (beat) values ($1)", cancel, beat);
        if (written is null) throw new Unseen(refused == "42501" || state == "42501" ? Blind.NotAdmitted : Blind.BadQuestion, $"no heartbeat could be written: {(state is not null ? said + "; " : "")}{why}. Make it once: create table {table} (beat text primary key, at timestamptz not null default now()), and grant select, insert, delete on it");
    }

    static async Task<Value.Fields> Await(Value.Fields seen, PostgresSession primary, PostgresSession replica, string table, string beat, TimeSpan patience, ProbeContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        var position = (await primary.Query(Position, cancel)).Only[0];
        for (var pace = Pace; ; pace = pace * 2 < LongestPace ? pace * 2 : LongestPace)
        {
            // The table itself may be younger than what the replica has replayed.
            var (rows, state, said) = await replica.Try($"select 1 from {table} where beat = $1", cancel, beat);
            if (rows is null && state != "42P01") throw new Unseen(Blind.NotAdmitted, $"the heartbeat could not be looked for on the replica: {said}");
            var waited = context.Clock.GetElapsedTime(began);
            if (rows?.Rows.Length > 0) return seen.With(("arrived", true), ("lag", HttpProbe.Seconds(waited)), ("bytes_behind", 0));
            if (waited >= patience) return seen.With(("arrived", false), ("bytes_behind", Number((await replica.Query(Behind, cancel, position)).Only[0])));
            await Task.Delay(pace, context.Clock, cancel);
        }
    }

    /// <summary>Also when the look was ended: a row that stays would be no harm, and many would be.</summary>
    static async Task Clean(PostgresSession primary, string table, string beat)
    {
        using var longest = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try { await primary.Try($"delete from {table} where beat = $1 or at < now() - interval '1 day'", longest.Token, beat); }
        catch (Exception gone) when (gone is Unseen or OperationCanceledException or Npgsql.NpgsqlException) { return; } // What is left is swept by a later look.
    }

    /// <summary>A name, or a schema and a name; each is quoted, so that it is nothing else.</summary>
    static string Table(string written)
    {
        var parts = written.Split('.');
        if (parts.Length > 2 || parts.Any(part => part.Length is 0 or > 63)) throw Given.Wrong("heartbeat", "is no table: NAME or SCHEMA.NAME");
        return string.Join('.', parts.Select(MigrationTable.Quoted));
    }

    static Value Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new Unseen(Blind.Unreadable, "the server gives no number where one was asked for");
}
