using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The rungs above a running server: what is restored beside what was captured in the backup's own snapshot.</summary>
sealed class RestoreLadder(DrillRoom room, Restoring restoring, PostgresSession session, IReadOnlySet<string> only)
{
    /// <summary>Where the restored server stands, and how much would be lost: from the newest record that it has until the drill, or until the fault that the question names.</summary>
    public async Task<Value.Fields> State(DateTimeOffset began, double restored, CancellationToken cancel)
    {
        var row = (await session.Query("select pg_database_size(current_database()), pg_last_wal_replay_lsn()::text, pg_last_xact_replay_timestamp(), (select system_identifier from pg_control_system())", cancel)).Only;
        var bytes = long.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
        var found = Value.Of(("restored", bytes)).With(("rate", restored > 0 ? bytes / restored : (Value?)null));
        if (row[1] is { } lsn) found = found.With("recovered_to", Value.Of(("lsn", lsn)).With("time", Time(row[2]) is { } last ? last : (Value?)null));
        // A dump goes into a cluster that is new, and whose number says nothing.
        if (!restoring.BringsUnlogged) found = found.With("system_identifier", row[3]);
        var fault = room.Given.Text("fault_at") is not { } said ? began : Instant.TryRead(said, out var at) ? at : throw Given.Wrong("fault_at", "is no instant with its zone, as 2026-03-01T09:00:00Z");
        var (newest, by) = await Newest(row[2], cancel);
        if (newest > fault + BackupTimes.Ahead)
            throw room.Given.Text("fault_at") is null ? new Unseen(Blind.Unreadable, $"the newest record that was restored is of {Instant.Write(newest)}, which is yet to come; one of the clocks is wrong")
                : Given.Wrong("fault_at", $"lies before the newest record that was restored, {Instant.Write(newest)}: what would have been lost cannot be told; recover to before the fault");
        return found.With(("rpo", Math.Max(0, Math.Round((fault - newest).TotalSeconds, 3))), ("rpo_by", by), ("newest_record", newest));
    }

    async Task<(DateTimeOffset At, string By)> Newest(string? lastCommit, CancellationToken cancel)
    {
        if (room.Given.Text("canary") is { } sql)
        {
            var answer = await session.Query(SqlArguments.OneQuestion(sql), cancel);
            var text = answer is { Rows: [[var only]] } ? only : throw Given.Wrong("canary", "is no statement that gives one instant");
            if (text is null) throw new RungFailed(2, "the canary's newest record is not there: it was never written, or is lost");
            return (Time(text) ?? throw Given.Wrong("canary", "gives no instant with its zone; add \"at time zone 'UTC'\" where the column has none"), "canary");
        }

        // A dump that is older than what was captured does not hold that moment, even where the rows are the same.
        if (restoring.NotOfManifest is null && room.Manifest is { } manifest) return restoring.IsBefore(manifest) ? (restoring.Made.At, "backup") : (manifest.Taken, "manifest");
        return Time(lastCommit) is { } last ? (last, "last transaction") : (restoring.Made.At, "backup");
    }

    /// <summary>Rungs three to five.</summary>
    public async Task<Value.Fields> Compare(Value.Fields found, int level, CancellationToken cancel)
    {
        if (room.Manifest is not { } manifest) throw new Unseen(Blind.NotReached, $"{room.Backup.Name} came to L2 (it is readable, restored and running); beyond that nobody captured what it must hold: \"muster manifest postgres\" writes {room.Backup.Name}{RestoreManifest.Ending}");
        if (restoring.NotOfManifest is { } other) throw new Unseen(Blind.NotReached, $"{room.Backup.Name} came to L2 (it is readable, restored and running); beyond that it cannot be compared: {other}");
        if (!restoring.BringsUnlogged && found.Text("system_identifier") is { } system && manifest.SystemIdentifier is { } captured && system != captured) throw new RungFailed(3, $"it is of another cluster: {system}, and the manifest of {captured}");
        await Schema(manifest, cancel);
        if (level == 3) return found;
        return await Rows(found, manifest, level, cancel);
    }

    async Task Schema(RestoreManifest manifest, CancellationToken cancel)
    {
        var began = room.Report.Elapsed;
        var (schema, objects) = await PostgresCapture.Schema(session, cancel);
        if (schema != manifest.Schema)
        {
            var there = (await session.Query("select format('%I.%I', schemaname, tablename) from pg_tables", cancel)).Rows.Select(row => row[0]).ToHashSet();
            foreach (var gone in manifest.Tables.Where(table => !there.Contains(table.Name))) room.Report.Differs($"{gone.Name}: the table is not there");
            throw new RungFailed(3, string.Create(CultureInfo.InvariantCulture, $"the schema is another: {objects} objects, and {manifest.Objects} were captured{(room.Report.Differing > 0 ? $"; {room.Report.Differing} tables are not there" : "")}"));
        }

        room.Report.Climbed(3, string.Create(CultureInfo.InvariantCulture, $"{objects} objects, the same as were captured"), (room.Report.Elapsed - began).TotalSeconds);
    }

    async Task<Value.Fields> Rows(Value.Fields found, RestoreManifest manifest, int level, CancellationToken cancel)
    {
        var expected = manifest.Tables.Where(table => (only.Count == 0 || only.Contains(table.Name)) && (!table.Unlogged || restoring.BringsUnlogged)).ToArray();
        if (expected.Sum(table => table.Rows) == 0) throw new RungFailed(4, $"the manifest names {(expected.Length == 0 ? "no table" : "no row in any table")}, so that there is nothing to compare");
        var began = room.Report.Elapsed;
        var read = (await TableDigests.Read(session, only, Told, cancel)).ToDictionary(table => table.Name);
        var took = (room.Report.Elapsed - began).TotalSeconds;
        var compared = expected.Sum(table => read.GetValueOrDefault(table.Name)?.Rows ?? 0);
        found = found.With(("tables", expected.Length), ("rows", compared), ("rows_per_second", took > 0 ? Math.Round(compared / took) : null));
        foreach (var table in expected)
            if (!read.TryGetValue(table.Name, out var there)) room.Report.Differs($"{table.Name}: the table is not there");
            else if (there.Rows != table.Rows) room.Report.Differs(string.Create(CultureInfo.InvariantCulture, $"{table.Name}: {there.Rows} rows, and {table.Rows} were captured"));
        if (room.Report.Differing > 0) throw new RungFailed(4, string.Create(CultureInfo.InvariantCulture, $"the counts of rows differ in {room.Report.Differing} of {expected.Length} tables"));
        room.Report.Climbed(4, string.Create(CultureInfo.InvariantCulture, $"{compared} rows in {expected.Length} tables, as many as were captured"), took);
        if (level == 4) return found;
        foreach (var table in expected.Where(table => read[table.Name].Digest != table.Digest)) room.Report.Differs($"{table.Name}: as many rows, and others than were captured");
        if (room.Report.Differing > 0) throw new RungFailed(5, string.Create(CultureInfo.InvariantCulture, $"the rows differ in {room.Report.Differing} of {expected.Length} tables"));
        room.Report.Climbed(5, string.Create(CultureInfo.InvariantCulture, $"{compared} rows in {expected.Length} tables are those that were captured"), took);
        return found;

        void Told(string table, long rows, long done, long all) => room.Context.Tell(string.Create(CultureInfo.InvariantCulture, $"comparing {table}, {(all > 0 ? 100.0 * done / all : 0):F0} % done, {rows} rows so far"));
    }

    /// <summary>The sixth rung: what an application would ask first.</summary>
    public async Task Ask(IReadOnlyList<(string Sql, string? Value)> smoke, CancellationToken cancel)
    {
        var began = room.Report.Elapsed;
        await session.Query("set local search_path to default", cancel);
        for (var i = 0; i < smoke.Count; i++)
        {
            var (rows, state, _) = await session.Try(smoke[i].Sql, cancel);
            var name = string.Create(CultureInfo.InvariantCulture, $"query {i + 1}");
            if (rows is null) throw new RungFailed(6, $"{name} is refused with {state}");
            if (rows.Rows is not [[var first, ..], ..]) throw new RungFailed(6, $"{name} gives no row");
            if (smoke[i].Value is { } expected && first != (expected switch { "true" => "t", "false" => "f", _ => expected })) throw new RungFailed(6, $"{name} gives {(first is null ? "nothing" : "another value")}, and {expected} was expected");
            if (smoke[i].Value is null && rows is { Rows: [["f" or null]], Types: [16] }) throw new RungFailed(6, $"{name} is not true");
        }

        room.Report.Climbed(6, string.Create(CultureInfo.InvariantCulture, $"{smoke.Count} queries gave what they should"), (room.Report.Elapsed - began).TotalSeconds);
    }

    static DateTimeOffset? Time(string? text) => PostgresRows.Type(text, 1184) is Value.Text written && Instant.TryRead(written.Is, out var instant) ? instant : null;
}
