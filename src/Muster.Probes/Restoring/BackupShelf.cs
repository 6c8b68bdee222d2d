using System.IO.Enumeration;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Dumps and base backups in a folder, each by the time of what it holds: an old one that was copied today is an old one.</summary>
static class BackupShelf
{
    const int MostEntries = 10_000;
    const long MostManifest = 64 * 1024 * 1024;
    static readonly TimeSpan WidestZone = TimeSpan.FromHours(14);
    static readonly string[] Beside = [RestoreManifest.Ending, ".sha256", ".sha512", ".asc", ".sig", ".md", ".txt", ".log", ".json", ".tmp", ".part", ".partial"];

    /// <summary>The newest, whatever state it is in, and how many there are; null where there is none.</summary>
    /// <param name="format">dump, basebackup, or null for whatever lies there.</param>
    public static async Task<(FoundBackup? Newest, int Count)> Find(string place, string? format, string? pattern, DateTimeOffset now, CancellationToken cancel)
    {
        var found = new List<FoundBackup>();
        if (File.Exists(place) || IsDump(place) || IsBase(place)) found.Add(await Read(place, cancel));
        else if (!Directory.Exists(place)) throw new Unseen(Blind.Unreadable, $"the place of the backups is not there: {Path.GetFileName(place)}");
        else
        {
            foreach (var path in Entries(place))
            {
                var name = Path.GetFileName(path);
                if (name.StartsWith('.') || pattern is not null && !FileSystemName.MatchesSimpleExpression(pattern, Bare(name), ignoreCase: false)) continue;
                // A manifest whose backup is gone is a backup that is gone, and may be the newest.
                if (name.EndsWith(RestoreManifest.Ending, StringComparison.Ordinal)) { if (await Lost(path, format, cancel) is { } lost) found.Add(lost); }
                else if (File.Exists(path) ? !Array.Exists(Beside, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) : IsDump(path) || IsBase(path)) found.Add(await Read(path, cancel));
                // One that is named and is neither is what a job left that did not end; the archive of the log beside backups is none of them.
                else if (pattern is not null && Directory.Exists(path)) found.Add(new(name, path, format ?? "dump", new(Directory.GetLastWriteTimeUtc(path), TimeSpan.Zero), "file") { Fault = "it is a folder that is neither a dump nor a base backup" });
            }
        }

        var newest = found.Where(one => format is null || one.Format == format).MaxBy(one => (one.Made, one.Name));
        return newest is null || newest.Made - now <= BackupTimes.Ahead ? (newest, found.Count)
            : throw new Unseen(Blind.Unreadable, $"the backup {newest.Name} is of {Instant.Write(newest.Made)}, which is yet to come; one of the clocks is wrong");
    }

    /// <summary>Whether a dump was made before a moment, for certain: its own time has no zone, and clocks differ a little.</summary>
    public static bool IsBefore(DateTimeOffset made, string by, DateTimeOffset moment) => made < moment - (by == "backup" ? WidestZone : BackupTimes.Ahead);

    public static bool IsBase(string place) => File.Exists(Path.Combine(place, "PG_VERSION")) || File.Exists(Path.Combine(place, "backup_manifest")) || File.Exists(Path.Combine(place, "backup_label")) || File.Exists(Path.Combine(place, "base.tar")) || File.Exists(Path.Combine(place, "base.tar.gz"));

    public static bool IsDump(string place) => File.Exists(Path.Combine(place, "toc.dat"));

    public static long Size(string place) => File.Exists(place) ? new FileInfo(place).Length : Directory.Exists(place) ? new DirectoryInfo(place).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.LinkTarget is null ? file.Length : 0) : 0;

    static string Bare(string name) => name.EndsWith(RestoreManifest.Ending, StringComparison.Ordinal) ? name[..^RestoreManifest.Ending.Length] : name;

    static List<string> Entries(string place)
    {
        try
        {
            var all = Directory.EnumerateFileSystemEntries(place).Take(MostEntries + 1).Order(StringComparer.Ordinal).ToList();
            return all.Count <= MostEntries ? all : throw new Unseen(Blind.TooLarge, $"the folder holds more than {MostEntries} entries");
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"the folder {Path.GetFileName(place)} may not be read by this user"); }
    }

    static async Task<FoundBackup?> Lost(string manifest, string? format, CancellationToken cancel)
    {
        var place = manifest[..^RestoreManifest.Ending.Length];
        if (File.Exists(place) || Directory.Exists(place)) return null;
        return new(Path.GetFileName(place), place, format ?? "dump", (await RestoreManifest.Read(manifest, cancel)).Taken, "manifest") { Manifest = manifest, Fault = $"its manifest is there, and {Path.GetFileName(place)} is not" };
    }

    static async Task<FoundBackup> Read(string place, CancellationToken cancel)
    {
        try
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(place));
            var manifest = Path.TrimEndingDirectorySeparator(place) + RestoreManifest.Ending;
            DateTimeOffset? taken = File.Exists(manifest) ? (await RestoreManifest.Read(manifest, cancel)).Taken : null;
            var found = IsBase(place) ? await Base(name, place, cancel) : await Dump(name, place, cancel);
            // What was captured in the dump's own snapshot tells its time with a zone; a base backup ends when it ends. A dump that is older than its manifest is an old one.
            if (taken is { } at && found.Format == "dump" && !IsBefore(found.Made, found.MadeBy, at)) found = found with { Made = at, MadeBy = "manifest" };
            return found with { Manifest = taken is null ? null : manifest, Bytes = Size(place) };
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{Path.GetFileName(place)} may not be read by this user"); }
    }

    static async Task<FoundBackup> Dump(string name, string place, CancellationToken cancel)
    {
        var file = new FileInfo(IsDump(place) ? Path.Combine(place, "toc.dat") : place);
        var head = new byte[DumpHead.Length];
        await using var open = file.OpenRead();
        var read = DumpHead.Read(head.AsSpan(0, await open.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel)));
        return read?.Made is { } made
            ? new(name, place, "dump", new(made, TimeSpan.Zero), "backup") { Major = read.Major }
            : new(name, place, "dump", new(file.LastWriteTimeUtc, TimeSpan.Zero), "file") { Major = read?.Major };
    }

    static async Task<FoundBackup> Base(string name, string place, CancellationToken cancel)
    {
        var file = new FileInfo(Path.Combine(place, "backup_manifest"));
        var fallback = new DateTimeOffset(new FileInfo(Directory.EnumerateFiles(place).First()).LastWriteTimeUtc, TimeSpan.Zero);
        if (!file.Exists) return new(name, place, "basebackup", fallback, "file") { Fault = "it has no backup_manifest, so that nothing says whether it is whole" };
        if (file.Length > MostManifest) throw new Unseen(Blind.TooLarge, $"{name}/backup_manifest is larger than {MostManifest} bytes");
        var isPlain = File.Exists(Path.Combine(place, "PG_VERSION"));
        var backup = BaseBackup.Of(name, await File.ReadAllBytesAsync(file.FullName, cancel), path => isPlain && new FileInfo(Path.Combine(place, path)) is { Exists: true } there ? there.Length : null);
        int? major = isPlain && int.TryParse((await File.ReadAllTextAsync(Path.Combine(place, "PG_VERSION"), cancel)).Trim(), out var version) ? version : null;
        return new(name, place, "basebackup", backup.Stop ?? fallback, backup.Stop is null ? "file" : "backup") { SystemIdentifier = backup.System, Major = major };
    }
}
