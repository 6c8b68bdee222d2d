using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>pg_basebackup, plain or tar, with the archive of the log beside it where there is one.</summary>
sealed class BaseBackupRestoring : FilesRestoring
{
    const int SegmentName = 24;
    string? _wal;

    public BaseBackupRestoring(DrillRoom room) : base(room)
    {
        if (room.Given.Text("wal") is not { } wal) return;
        _wal = FolderWall.Within(room.Context.Folder, wal, room.Context.MayLeaveFolder);
        if (!Directory.Exists(_wal)) throw new Unseen(Blind.Unreadable, $"the archive of the log is not there: {wal}");
        // It becomes part of a command that a shell reads.
        if (!_wal.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-' or ' ')) throw Given.Wrong("wal", "has characters in its path that the server's restore_command cannot carry");
    }

    protected override string? RestoreCommand => _wal is null ? null : $"if test -f \"{_wal}/%f\"; then cp \"{_wal}/%f\" \"%p\"; elif test -f \"{_wal}/%f.gz\"; then gzip -dc \"{_wal}/%f.gz\" > \"%p\"; else exit 1; fi";

    protected override async Task<string> Fetch(CancellationToken cancel)
    {
        var isTar = !File.Exists(Path.Combine(Backup.Place, "PG_VERSION"));
        RefuseTablespaces(Backup.Place);
        Room.Scratch.Make("data");
        await Room.Report.During("fetch", () => isTar ? Unpack(cancel) : FolderCopy.Copy(Backup.Place, Data, Room.Telling("fetching", Backup.Bytes), cancel));
        RefuseTablespaces(Data);
        Room.Scratch.Own(Data);
        // The server's own user reads the archive; where it may not, it gets a copy of what is needed.
        if (_wal is not null && !await Room.IsReadable(_wal, cancel)) _wal = await Room.Report.During("fetch", () => CopyOfLog(_wal, cancel));
        return $"a base backup{(isTar ? " as tar" : "")} whose files ";
    }

    protected override async Task<string> Verified(PostgresPrograms programs, CancellationToken cancel)
    {
        // Without its own part of the log a backup is whole only beside the archive, which the replay then shows.
        var bringsLog = Directory.Exists(Path.Combine(Data, "pg_wal")) && Directory.EnumerateFiles(Path.Combine(Data, "pg_wal")).Any();
        if (!bringsLog && _wal is null) throw new RungFailed(1, "it brings no part of the log, and no archive of it is named by \"wal\": it can never become consistent");
        Room.Context.Tell("verifying each file against its checksum");
        var (exit, words) = await Room.Report.During("checks", () => Room.Scratch.Run(programs["pg_verifybackup"], ["--quiet", .. bringsLog ? (string[])[] : ["--no-parse-wal"], Data], cancel));
        if (exit != 0) throw DrillFaults.OfMachine(words) ?? (Exception)new RungFailed(1, $"pg_verifybackup: {DrillFaults.First(words)}");
        return string.Create(CultureInfo.InvariantCulture, $"are those of its manifest, {new DirectoryInfo(Data).EnumerateFiles("*", SearchOption.AllDirectories).Count()} of them");
    }

    async Task<string> CopyOfLog(string archive, CancellationToken cancel)
    {
        var copy = Room.Scratch.Make("wal");
        var first = await FirstSegment(cancel);
        var needed = Directory.EnumerateFiles(archive).Where(path => Path.GetFileName(path) is var name && (name.EndsWith(".history", StringComparison.Ordinal) || string.CompareOrdinal(name, 8, first, 8, SegmentName - 8) >= 0)).ToArray();
        var tell = Room.Telling("fetching the log", needed.Sum(path => new FileInfo(path).Length));
        var done = 0L;
        foreach (var path in needed)
        {
            var before = done;
            await FolderCopy.Copy(path, Path.Combine(copy, Path.GetFileName(path)), now => tell(done = before + now), cancel);
        }

        Room.Scratch.Own(copy);
        return copy;
    }

    /// <summary>"START WAL LOCATION: 0/2000028 (file 000000010000000000000002)".</summary>
    async Task<string> FirstSegment(CancellationToken cancel)
    {
        var label = Path.Combine(Data, "backup_label");
        var line = File.Exists(label) ? (await File.ReadAllLinesAsync(label, cancel)).FirstOrDefault(one => one.StartsWith("START WAL LOCATION", StringComparison.Ordinal)) : null;
        return line?.IndexOf("(file ", StringComparison.Ordinal) is >= 0 and var at && line.Length >= at + 6 + SegmentName ? line.Substring(at + 6, SegmentName) : throw new RungFailed(1, "its backup_label does not say where its log begins");
    }

    /// <summary>A backup as tar has the map in any case, and empty where there are none.</summary>
    static void RefuseTablespaces(string folder)
    {
        if (new FileInfo(Path.Combine(folder, "tablespace_map")) is { Exists: true, Length: > 0 }) throw new Unseen(Blind.NotCapable, "the backup has tablespaces, whose files belong elsewhere; such a backup is not restored here");
    }

    async Task Unpack(CancellationToken cancel)
    {
        var tell = Room.Telling("unpacking", Backup.Bytes);
        try
        {
            await One("base", Data);
            await One("pg_wal", Path.Combine(Data, "pg_wal"));
            File.Copy(Path.Combine(Backup.Place, "backup_manifest"), Path.Combine(Data, "backup_manifest"));
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException or InvalidOperationException) { throw new RungFailed(1, $"its archive cannot be unpacked: {damaged.Message}"); }

        async Task One(string name, string to)
        {
            var path = ((string[])[".tar", ".tar.gz"]).Select(end => Path.Combine(Backup.Place, name + end)).FirstOrDefault(File.Exists);
            if (path is null) { if (name == "base") throw new RungFailed(1, "it has no base.tar"); return; }
            Directory.CreateDirectory(to);
            await using var file = File.OpenRead(path);
            await using Stream bytes = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            await using var tar = new TarReader(bytes);
            while (await tar.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                var target = Path.GetFullPath(Path.Combine(to, entry.Name));
                if (target != to && !target.StartsWith(to + "/", StringComparison.Ordinal)) throw new RungFailed(1, "its archive names a file outside of itself");
                if (entry.EntryType is TarEntryType.Directory) Directory.CreateDirectory(target);
                else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                    await entry.ExtractToFileAsync(target, overwrite: true, cancel);
                }
                else if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink) throw new Unseen(Blind.NotCapable, $"the backup has a link at {entry.Name}, as tablespaces make them; such a backup is not restored here");
                tell(file.Position);
            }
        }
    }
}
