using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>pg_dump, in each of its formats: into an empty cluster.</summary>
sealed class DumpRestoring(DrillRoom room) : Restoring(room)
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    string _database = "restored";
    string _path = "";
    DumpHead? _head;
    PostgresPrograms? _programs;

    public override string Database => _database;

    public override string? NotOfManifest => null;

    /// <summary>What is packed or encrypted tells its time only when it is open.</summary>
    public override (DateTimeOffset At, string By) Made => _head?.Made is { } made && BackupShelf.IsBefore(made, "backup", Backup.Made) ? (made, "backup") : base.Made;

    public override bool IsBefore(RestoreManifest manifest) => BackupShelf.IsBefore(Made.At, Made.By, manifest.Taken);

    public override async Task<string> Read(CancellationToken cancel)
    {
        if (Backup.Fault is { } fault) throw new RungFailed(1, fault);
        (_path, var head, var encrypted) = await Room.Report.During("fetch", () => RawDump.Open(Room, cancel));
        (_head, Encrypted, ServerVersion) = (head, encrypted, head.Server);
        if (head.Format == "plain") DrillRoom.NeedsCommands(Room.Context, "a plain dump can hold commands for psql that run programs");
        _programs = await Room.Find(head.Major, exactly: false, cancel);
        Room.Context.Tell($"a {head.Format} dump of PostgreSQL {head.Server}, to be restored with {_programs.Version}");
        var checkedSum = Room.Manifest?.Of is null ? "" : ", and its bytes are those that were made";
        if (head.Format == "plain") return $"a plain dump of PostgreSQL {head.Server} that comes to its end{checkedSum}";
        var (exit, words) = await Room.Report.During("checks", () => Room.Scratch.Run(_programs["pg_restore"], ["--list", _path], cancel));
        if (exit != 0) throw DrillFaults.OfMachine(words) ?? (Exception)new RungFailed(1, $"its table of contents cannot be read: {DrillFaults.First(words)}");
        return $"a {head.Format} dump of PostgreSQL {head.Server} whose table of contents can be read{checkedSum}";
    }

    public override async Task<ScratchPostgres> Restore(CancellationToken cancel)
    {
        var server = new ScratchPostgres(Room.Scratch, _programs!, Room.Superuser, Room.Context);
        try
        {
            await Room.Report.During("provision", async () =>
            {
                await server.Initialize(cancel);
                // A table that is filled in the transaction that made it needs no log.
                await server.Start(["wal_level=minimal"], Room.Context.Tell, cancel);
                await Furnish(server, cancel);
            });
            await Room.Report.During("restore", () => Fill(server, cancel));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty database of the same encoding, and the roles that a dump names and does not bring.</summary>
    async Task Furnish(ScratchPostgres server, CancellationToken cancel)
    {
        await using var session = await server.Open("postgres", cancel, write: true);
        var encoding = Room.Manifest?.Encoding ?? "UTF8";
        if (!encoding.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')) throw new Unseen(Blind.Unreadable, "the manifest names an encoding that is none");
        await session.Query($"create database {Database} template template0 encoding '{encoding}' {(encoding == "UTF8" ? "" : "lc_collate 'C' lc_ctype 'C'")}", cancel);
        foreach (var role in Roles)
            if ((await session.Query("select 1 from pg_roles where rolname = $1", cancel, role)).Rows.IsEmpty) await session.Query($"create role \"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\" nologin", cancel);
    }

    IReadOnlyList<string> Roles => Room.Manifest?.Roles is { IsEmpty: false } roles ? roles : Room.Given.Texts("roles");

    async Task Fill(ScratchPostgres server, CancellationToken cancel)
    {
        var isPlain = _head!.Format == "plain";
        // With the roles known, who owns what and who may what is restored as well.
        string[] how = isPlain ? ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", _path]
            : ["--exit-on-error", .. Roles.Count > 0 ? (string[])[] : ["--no-owner", "--no-privileges"], .. _head.Format == "tar" ? (string[])[] : [string.Create(CultureInfo.InvariantCulture, $"--jobs={DrillRoom.Jobs}")], _path];
        var tool = Room.Scratch.Start(server.Programs[isPlain ? "psql" : "pg_restore"], [.. server.Where(Database), .. how]);
        var ending = tool.Exit(cancel);
        var (tell, whole) = (Room.Telling("restoring", Room.Manifest?.Bytes ?? 0), Room.Manifest?.Bytes ?? 0);
        await using (var session = await server.Open("postgres", cancel, write: true))
            while (await Task.WhenAny(ending, Task.Delay(Pace, Room.Context.Clock, cancel)) != ending)
            {
                cancel.ThrowIfCancellationRequested();
                if ((await session.Try($"select pg_database_size('{Database}')", cancel)).Rows is { } rows && long.TryParse(rows.Only[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) tell(whole > 0 ? Math.Min(size, whole) : size);
            }

        if (await ending == 0)
        {
            // A plain dump with --create makes its own database and goes there.
            if (isPlain && await Own(server, cancel) is { } own) _database = own;
            return;
        }

        var words = tool.Words;
        throw DrillFaults.OfMachine(words) ?? DrillFaults.OfMachine(server.Words) ?? (Exception)new RungFailed(!isPlain && DrillFaults.IsOfArchive(words) ? 1 : 2, $"it cannot be restored: {DrillFaults.First(words)}");
    }

    async Task<string?> Own(ScratchPostgres server, CancellationToken cancel)
    {
        await using var session = await server.Open("postgres", cancel);
        return (await session.Query("select datname from pg_database where not datistemplate and datname not in ('postgres', $1)", cancel, Database)).Rows is [[var own]] ? own : null;
    }
}
