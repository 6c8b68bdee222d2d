using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What lies in a folder of backups, by the time that each is of.</summary>
sealed class BackupFolder
{
    const int MostFiles = 100_000;

    static readonly string[] Unwhole = [".tmp", ".part", ".partial", ".incomplete", ".inprogress", ".filepart"];
    static readonly string[] Beside = [".asc", ".sig", ".minisig", ".log", ".md", ".txt"];

    public ImmutableArray<BackupFile> Files { get; private init; }

    /// <summary>Lists of checksums.</summary>
    public ImmutableArray<BackupFile> Lists { get; private init; }

    /// <summary>What a job that did not end has left.</summary>
    public ImmutableArray<BackupFile> Unfinished { get; private init; }

    /// <summary>Files without a time in their name, where others have one.</summary>
    public ImmutableArray<BackupFile> Strays { get; private init; }

    /// <summary>The oldest first.</summary>
    public ImmutableArray<KeptBackup> Backups { get; private init; }

    /// <param name="beside">How what lies beside a backup ends: it is taken in where the backup would be.</param>
    public static BackupFolder Read(string folder, Given given, TimeSpan zone, CancellationToken cancel, string? beside = null)
    {
        var patterns = given.Texts("files");
        var all = All(folder, cancel);
        ImmutableArray<BackupFile> lists = [.. all.Where(file => IsList(file.Last))], unfinished = [.. all.Where(file => Unwhole.Any(end => file.Last.EndsWith(end, StringComparison.OrdinalIgnoreCase)))];
        ImmutableArray<BackupFile> files = [.. all.Except(lists).Except(unfinished).Where(file => patterns.IsEmpty ? !file.Last.StartsWith('.') && !Beside.Any(end => file.Last.EndsWith(end, StringComparison.OrdinalIgnoreCase)) : patterns.Any(file.Is) || (beside is not null && file.Name.EndsWith(beside, StringComparison.Ordinal) && patterns.Any((file with { Name = file.Name[..^beside.Length] }).Is)))];
        var backups = Grouped(files, TimeSpan.FromSeconds(given.Seconds("window", 0)), zone);
        // Where names tell a time, a file without one is none of them: whatever was written last would be the newest backup.
        ImmutableArray<BackupFile> strays = backups.Exists(one => one.Named) ? [.. backups.Where(one => !one.Named).SelectMany(one => one.Files)] : [];
        return new() { Files = [.. files.Except(strays)], Strays = strays, Lists = lists, Unfinished = unfinished, Backups = [.. backups.Where(one => strays.IsEmpty || one.Named)] };
    }

    /// <summary>A link is no backup of its own, and what it leads to may lie elsewhere: neither is followed.</summary>
    static List<BackupFile> All(string folder, CancellationToken cancel)
    {
        var found = new List<BackupFile>();
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device }))
            {
                cancel.ThrowIfCancellationRequested();
                if (found.Count == MostFiles) throw new Unseen(Blind.TooLarge, $"the folder holds more than {MostFiles} files");
                found.Add(new(Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.FullName, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)));
            }
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, "a folder among the backups may not be read by this user"); }

        found.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return found;
    }

    static bool IsList(string name) =>
        name.EndsWith(".sha256", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".sha384", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".sha512", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("SUMS", StringComparison.Ordinal) || name.EndsWith("SUMS.txt", StringComparison.Ordinal);

    static List<KeptBackup> Grouped(IEnumerable<BackupFile> files, TimeSpan window, TimeSpan zone)
    {
        var groups = files.Select(file => (File: file, Key: Key(file, zone))).GroupBy(one => one.Key, one => one.File).Select(group => (group.Key.Name, group.Key.Told, Files: group.ToList()))
            .OrderBy(one => one.Told?.At).ThenBy(one => one.Name, StringComparer.Ordinal);
        var joined = new List<(string Name, BackupName.Told? Told, List<BackupFile> Files)>();
        foreach (var group in groups)
            // Parts of one backup carry the same time, or times as near to each other as its window allows.
            if (joined.Count > 0 && group.Told is { } now && joined[^1].Told is { } before && now.At - before.At <= window) joined[^1].Files.AddRange(group.Files);
            else joined.Add(group);
        return [.. joined.Select(one => new KeptBackup(one.Name, one.Told is { } told ? At(told, one.Files) : one.Files.Max(file => file.Modified), one.Told is not null, [.. one.Files])).OrderBy(one => one.At).ThenBy(one => one.Name, StringComparer.Ordinal)];
    }

    /// <summary>A folder with a time in its name is one backup; else each file is, by the time in its own name or without one; files of a folder without a time belong together if none of them tells one.</summary>
    static (string Name, BackupName.Told? Told) Key(BackupFile file, TimeSpan zone)
    {
        var parts = file.Name.Split('/');
        for (var i = 0; i < parts.Length - 1; i++)
            if (BackupName.Time(parts[i], zone) is { } told) return (string.Join('/', parts[..(i + 1)]), told);
        if (BackupName.Time(parts[^1], zone) is { } own) return (file.Name, own);
        return (parts.Length > 1 ? parts[0] : file.Name, null);
    }

    /// <summary>A name that tells the day alone leaves open when; within that day the files say.</summary>
    public static DateTimeOffset At(BackupName.Told told, List<BackupFile> files)
    {
        if (told.Exact) return told.At;
        var newest = files.Max(file => file.Modified);
        return newest >= told.At && newest < told.At.AddDays(1) ? newest : told.At;
    }
}
