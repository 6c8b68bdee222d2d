using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The newest backup there is, restored into a server of the drill's own, and how far up the ladder it comes: readable, running, schema, counts, rows, queries.
/// A rung that does not hold is what was seen; only what hinders the drill itself leaves it unproven.
/// </summary>
sealed class PostgresRestoreDrillProbe
{
    const int LevelWithRows = 5;
    const int LevelWithQueries = 6;
    readonly Given _given;
    readonly ProbeContext _context;
    readonly string? _format;
    readonly int _level;
    readonly List<(string Sql, string? Value)> _smoke = [];
    readonly HashSet<string> _tables;

    PostgresRestoreDrillProbe(Given given, ProbeContext context)
    {
        (_given, _context) = (given, context);
        _format = given.Text("format");
        if (_format is not (null or "dump" or "basebackup" or "pgbackrest" or "barman")) throw Given.Wrong("format", "is none of dump, basebackup, pgbackrest and barman");
        foreach (var one in given["smoke"] switch { null => [], Value.Items items => items.Are, var single => [single] })
            _smoke.Add(one switch { Value.Text text => (SqlArguments.OneQuestion(text.Is), null), Value.Fields map when map["sql"] is Value.Text sql => (SqlArguments.OneQuestion(sql.Is), map["value"] is { } value ? value is Value.Text text ? text.Is : value.ToString() : null), _ => throw Given.Wrong("smoke", "is a list of statements, or of maps with sql and value") });
        var said = given.Text("level") ?? (_smoke.Count > 0 ? "L6" : "L5");
        _level = said is ['L' or 'l', >= '1' and <= '6'] ? said[1] - '0' : throw Given.Wrong("level", "is none of L1 to L6");
        if (_level == LevelWithQueries && _smoke.Count == 0) throw Given.Wrong("smoke", "is missing, and level L6 asks for it");
        if (_level == 1 && _smoke.Count > 0) throw Given.Wrong("smoke", "asks a running server, and level L1 starts none");
        _tables = given.Texts("tables").ToHashSet(StringComparer.Ordinal);
    }

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => Task.Run(() => new PostgresRestoreDrillProbe(new(question), context).Look(cancel), cancel);

    async Task<Sight> Look(CancellationToken cancel)
    {
        _context.OnlyHere("a restore on this machine");
        var place = FolderWall.Within(_context.Folder, _given.Target, _context.MayLeaveFolder, itself: true);
        if (_format is "pgbackrest" or "barman") DrillRoom.NeedsCommands(_context, $"the configuration of {_format} names programs that it runs");
        var began = _context.Clock.GetUtcNow();
        var report = new DrillReport(_context.Clock);
        await using var scratch = Scratch.Begin(_context, "postgres.restore_drill", user: _given.Text("as") ?? "postgres");
        try
        {
            var (newest, count) = _format switch
            {
                "pgbackrest" => await PgBackRestRestoring.Newest(_given, place, scratch, began, cancel),
                "barman" => await BarmanRestoring.Newest(_given, place, scratch, began, cancel),
                _ => await BackupShelf.Find(place, _format, _given.Text("files"), began, cancel),
            };
            if (newest is null) throw new RungFailed(1, $"there is no backup in {_given.Target}");
            return await Drill(new(_given, _context, scratch, report, newest, await Manifest(newest, cancel)), count, began, cancel);
        }
        catch (RungFailed none)
        {
            report.Broke(none);
            return new() { Observation = report.Seen(_level).With("backups", 0), Population = 1 };
        }
        catch (IOException full) when (DrillFaults.IsFull(full)) { throw DrillFaults.Full(full); }
    }

    async Task<RestoreManifest?> Manifest(FoundBackup newest, CancellationToken cancel)
    {
        if (_given.Text("manifest") is not { } named) return newest.Manifest is { } beside ? await RestoreManifest.Read(beside, cancel) : null;
        var path = FolderWall.Within(_context.Folder, named, _context.MayLeaveFolder);
        if (!Directory.Exists(path)) return await RestoreManifest.Read(path, cancel);
        RestoreManifest? last = null;
        foreach (var file in Directory.EnumerateFiles(path, "*" + RestoreManifest.Ending))
            if (await RestoreManifest.Read(file, cancel) is var one && (last is null || one.Taken > last.Taken)) last = one;
        return last ?? throw new Unseen(Blind.Unreadable, $"the folder {named} holds no manifest");
    }

    async Task<Sight> Drill(DrillRoom room, int count, DateTimeOffset began, CancellationToken cancel)
    {
        var (report, backup) = (room.Report, room.Backup);
        if (room.Manifest is { } captured && _tables.FirstOrDefault(name => captured.Tables.All(table => table.Name != name)) is { } unknown) throw Given.Wrong("tables", $"names {unknown}, which the manifest does not; write it with its schema, as public.orders");
        var before = Identity(backup);
        Restoring restoring = backup.Format switch { "pgbackrest" => new PgBackRestRestoring(room), "barman" => new BarmanRestoring(room), "basebackup" => new BaseBackupRestoring(room), _ => new DumpRestoring(room) };
        var found = Value.Fields.Empty;
        try
        {
            var at = report.Elapsed;
            report.Climbed(1, await restoring.Read(cancel), (report.Elapsed - at).TotalSeconds);
            if (_level > 1) found = await Climb(room, restoring, began, cancel);
        }
        catch (RungFailed failed) { report.Broke(failed); }

        var seen = report.Seen(_level).With(
            ("backups", count), ("age", Math.Max(0, Math.Round((began - restoring.Made.At).TotalSeconds, 3))), ("encrypted", restoring.Encrypted is { } encrypted ? encrypted : null),
            ("backup", Value.Of(("name", backup.Name), ("format", backup.Format), ("made", restoring.Made.At), ("made_by", restoring.Made.By), ("bytes", backup.Bytes)).With(("system_identifier", backup.SystemIdentifier ?? room.Manifest?.SystemIdentifier), ("version", restoring.ServerVersion))),
            ("manifest", room.Manifest is { } manifest ? Value.Of(("taken", manifest.Taken), ("tables", manifest.Tables.Length), ("rows", manifest.Rows)).With("lsn", manifest.Lsn) : null));
        foreach (var (name, value) in found) seen = seen.With(name, value);
        return new() { Observation = seen, Population = 1, Before = before, After = Identity(backup) };
    }

    /// <summary>From the second rung on.</summary>
    async Task<Value.Fields> Climb(DrillRoom room, Restoring restoring, DateTimeOffset began, CancellationToken cancel)
    {
        var (report, at) = (room.Report, room.Report.Elapsed);
        await using var server = await restoring.Restore(cancel);
        report.Serves();
        var restored = report.Phase("restore") + report.Phase("replay") + report.Phase("fetch");
        // As the last word it is a name; after -d it would be a pattern.
        _context.Tell("checking tables and indexes with pg_amcheck");
        var (exit, words) = await report.During("checks", () => room.Scratch.Run(server.Programs["pg_amcheck"], ["--install-missing", string.Create(CultureInfo.InvariantCulture, $"--jobs={DrillRoom.Jobs}"), .. server.Where(restoring.Database)[..^2], restoring.Database], cancel));
        if (exit != 0) throw DrillFaults.OfMachine(words) ?? (Exception)new RungFailed(2, $"pg_amcheck: {DrillFaults.First(words)}");
        await using var session = await server.Open(restoring.Database, cancel);
        if (!await HoldsTables(server, session, _given.Text("database") is not null || room.Manifest is not null || restoring is DumpRestoring, cancel)) throw new RungFailed(2, "the server came up, and holds no table");
        report.Climbed(2, "the server came up, recovery ended, and pg_amcheck found nothing wrong", (report.Elapsed - at).TotalSeconds);
        var ladder = new RestoreLadder(room, restoring, session, _tables);
        var found = await report.During("checks", () => ladder.State(began, restored, cancel));
        if (_level > 2) found = await report.During("checks", () => ladder.Compare(found, Math.Min(_level, LevelWithRows), cancel));
        if (_smoke.Count > 0) await report.During("checks", () => ladder.Ask(_smoke, cancel));
        return found;
    }

    /// <summary>A server comes up on nothing too. Where nobody named the database of a cluster, any of them counts.</summary>
    static async Task<bool> HoldsTables(ScratchPostgres server, PostgresSession session, bool isNamed, CancellationToken cancel)
    {
        if (await Has(session)) return true;
        if (isNamed) return false;
        foreach (var row in (await session.Query("select datname from pg_database where datallowconn and not datistemplate and datname <> current_database()", cancel)).Rows)
        {
            await using var other = await server.Open(row[0]!, cancel);
            if (await Has(other)) return true;
        }

        return false;

        async Task<bool> Has(PostgresSession one) => (await one.Query("select exists (select from pg_class where relkind in ('r', 'p') and relnamespace::regnamespace::text !~ '^(pg_|information_schema)')::text", cancel)).Only[0] == "true";
    }

    /// <summary>The backup's own, so that one that is exchanged in the middle is noticed; a tool's is named by its label.</summary>
    static Value.Fields Identity(FoundBackup backup) => Value.Of(("backup", backup.Name), ("made", backup.Made)).With(
        ("bytes", backup.Format is "dump" or "basebackup" ? BackupShelf.Size(backup.Place) : null),
        ("written", File.Exists(backup.Place) ? new DateTimeOffset(File.GetLastWriteTimeUtc(backup.Place), TimeSpan.Zero) : (Value?)null));
}
