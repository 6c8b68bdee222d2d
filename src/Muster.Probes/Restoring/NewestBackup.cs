using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The newest of a folder of backups, or the one that is named.</summary>
/// <param name="Place">The folder from which the files' names go on.</param>
/// <param name="Kept">How many backups there are.</param>
/// <param name="Oldest">When the oldest of them is of, by its name or file.</param>
sealed record NewestBackup(string Name, string Place, DateTimeOffset At, ImmutableArray<BackupFile> Files, int Kept, DateTimeOffset Oldest)
{
    /// <summary>How what a backup must hold lies beside it.</summary>
    public const string Manifest = ".manifest.json";

    /// <summary>Its manifest is there, and it is not.</summary>
    public bool IsLost => Files.All(file => file.Name.EndsWith(Manifest, StringComparison.Ordinal));

    public long Bytes => Files.Sum(file => file.Size);

    /// <summary>Changes when the backup is exchanged while it is restored.</summary>
    public Value Identity => Value.Of(("backup", Bounded.Start(Name, 200)), ("files", Value.Texts(Files.Take(16).Select(file =>
    {
        var now = new FileInfo(file.Place);
        return now.Exists ? string.Create(CultureInfo.InvariantCulture, $"{now.Length} bytes of {now.LastWriteTimeUtc.Ticks}") : "gone";
    }))));

    public static NewestBackup Find(string path, string shown, Given given, ProbeContext context, CancellationToken cancel)
    {
        var zone = ReportTime.Zone(given) ?? TimeSpan.Zero;
        if (File.Exists(path))
        {
            var file = new FileInfo(path);
            var one = new BackupFile(file.Name, file.FullName, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
            var at = BackupName.Time(file.Name, zone) is { } told ? Earlier(BackupFolder.At(told, [one]), one.Modified) : one.Modified;
            return new(file.Name, file.DirectoryName!, at, [one], 1, at);
        }

        if (!Directory.Exists(path)) throw new Unseen(Blind.Unreadable, $"{shown} is not there");
        var now = context.Clock.GetUtcNow();
        var all = BackupFolder.Read(path, given, zone, cancel, Manifest).Backups
            // A manifest whose backup is gone is a backup that is gone, and may be the newest.
            .Select(one => one with { Files = [.. one.Files.Where(file => !file.Name.EndsWith(Manifest, StringComparison.Ordinal) || !Path.Exists(file.Place[..^Manifest.Length]))] }).Where(one => !one.Files.IsEmpty)
            // Nothing is younger than its file, whatever its name tells; where a name tells no time its file does, and a manifest beside it is none of them.
            .Select(one => one with { At = one.Files.Max(file => file.Modified) is var written && one.Named ? Earlier(one.At, written) : written }).Where(one => one.At <= now + BackupTimes.Ahead).OrderBy(one => one.At).ThenBy(one => one.Name, StringComparer.Ordinal).ToList();
        if (all.Count == 0) throw new Unseen(Blind.Unreadable, $"the folder {shown} holds no backup that is of now or before");
        var newest = all[^1];
        return new(newest.Name, path, newest.At, newest.Files, all.Count, all[0].At);
    }

    static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>The manifest that the question names, or that lies beside the backup; null if there is none.</summary>
    public string? ManifestOf(Given given, ProbeContext context)
    {
        if (given.Text("manifest") is { } named)
        {
            var path = FolderWall.Within(context.Folder, named, context.MayLeaveFolder);
            return File.Exists(path) ? path : throw new Unseen(Blind.Unreadable, $"the manifest {named} is not there");
        }

        var beside = Path.Combine(Place, Name) + Manifest;
        return File.Exists(beside) ? beside : Files.Select(file => file.Place + Manifest).FirstOrDefault(File.Exists);
    }
}
