using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What backups of a cluster's files share: data files that come to be a server by replaying the log, up to a chosen point.</summary>
abstract class FilesRestoring : Restoring
{
    readonly string _to;
    PostgresPrograms? _programs;

    protected FilesRestoring(DrillRoom room) : base(room)
    {
        _to = room.Given.Text("recover_to") ?? (room.Manifest?.Lsn is null ? "latest" : "manifest");
        if (_to == "manifest" && room.Manifest?.Lsn is null) throw Given.Wrong("recover_to", room.Manifest is null ? "is manifest, and there is none" : "is manifest, and the manifest names no place in the log: the database was being written to while it was captured");
        if (_to is not ("latest" or "manifest") && Lsn is null && Time is null) throw Given.Wrong("recover_to", "is neither latest nor manifest nor a time (2026-03-01T09:00:00Z) nor a place in the log (0/3000060)");
    }

    /// <summary>The data folder, in the scratch folder.</summary>
    protected string Data => Path.Combine(Room.Scratch.Folder, "data");

    public override string Database => Room.Given.Text("database") ?? Room.Manifest?.Database ?? "postgres";

    public override bool BringsUnlogged => false;

    public override string? NotOfManifest => _to == "manifest" ? null : "it is recovered to another point than the one that the manifest captured";

    /// <summary>The point to recover to, as a place in the log.</summary>
    protected string? Lsn => _to == "manifest" ? Room.Manifest!.Lsn : _to.Split('/') is [var high, var low] && IsHex(high) && IsHex(low) ? _to : null;

    protected string? Time => Instant.TryRead(_to, out var time) ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture) : null;

    /// <summary>How the server fetches a segment of the log; null where all that is needed lies in the backup.</summary>
    protected abstract string? RestoreCommand { get; }

    /// <summary>Brings the files into <see cref="Data"/> and checks them; what was seen, in words.</summary>
    protected abstract Task<string> Fetch(CancellationToken cancel);

    public override async Task<string> Read(CancellationToken cancel)
    {
        if (Backup.Fault is { } fault) throw new RungFailed(1, fault);
        if (Backup.Major is { } known)
        {
            _programs = await Room.Find(known, exactly: true, cancel);
            Room.Context.Tell(string.Create(CultureInfo.InvariantCulture, $"a backup of the files of PostgreSQL {known}, to be restored with {_programs.Version}"));
        }

        var saw = await Fetch(cancel);
        var major = await Major(cancel);
        ServerVersion = major.ToString(CultureInfo.InvariantCulture);
        _programs ??= await Room.Find(major, exactly: true, cancel);
        return $"{saw}{await Verified(_programs, cancel)}";
    }

    /// <summary>A further check of the files by PostgreSQL's own tools; in words.</summary>
    protected virtual Task<string> Verified(PostgresPrograms programs, CancellationToken cancel) => Task.FromResult("");

    public override async Task<ScratchPostgres> Restore(CancellationToken cancel)
    {
        var server = new ScratchPostgres(Room.Scratch, _programs!, Room.Superuser, Room.Context);
        try
        {
            await Room.Report.During("provision", () => Settle(cancel));
            await Room.Report.During("replay", () => server.Start(Settings(), Room.Context.Tell, cancel));
            return server;
        }
        catch (RungFailed failed) when (failed.Message.Contains("before configured recovery target was reached", StringComparison.Ordinal))
        {
            await server.DisposeAsync();
            throw new RungFailed(2, $"the log ends before {Lsn ?? Time}: what was archived does not reach that point");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The files are to recover here, by themselves: what they say of another server's place is taken out of the copy.</summary>
    async Task Settle(CancellationToken cancel)
    {
        foreach (var name in (string[])["standby.signal", "recovery.signal", "postmaster.pid", "postgresql.auto.conf"]) File.Delete(Path.Combine(Data, name));
        await File.WriteAllTextAsync(Path.Combine(Data, "recovery.signal"), "", cancel);
        Room.Scratch.Own(Data);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    IEnumerable<string> Settings()
    {
        // Nobody is let in before the end of recovery: what a server shows in the middle is none of the points that were asked for.
        yield return "hot_standby=off";
        yield return "restore_command=" + (RestoreCommand ?? "false");
        yield return "recovery_target_action=promote";
        // Up to there and not the record that begins there: the manifest captured what was before it.
        if (_to == "manifest") yield return "recovery_target_inclusive=off";
        if (Lsn is { } lsn) yield return "recovery_target_lsn=" + lsn;
        else if (Time is { } time) yield return "recovery_target_time=" + time;
    }

    async Task<int> Major(CancellationToken cancel)
    {
        try { return int.Parse((await File.ReadAllTextAsync(Path.Combine(Data, "PG_VERSION"), cancel)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture); }
        catch (Exception broken) when (broken is IOException or FormatException or OverflowException) { throw new RungFailed(1, "the files have no PG_VERSION that can be read; they are no data folder"); }
    }

    static bool IsHex(string text) => text.Length is > 0 and <= 8 && text.All(char.IsAsciiHexDigit);
}
