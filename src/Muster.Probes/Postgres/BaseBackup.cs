using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Folders that pg_basebackup wrote, each with its manifest: its own checksum is right, and every file that it names is there in its size. What the files hold, pg_verifybackup says.
/// </summary>
static class BaseBackup
{
    const string Manifest = "backup_manifest";
    const int MostFolders = 200;
    const long MostManifest = 64 * 1024 * 1024;

    /// <summary>The folder itself, or the folders within it.</summary>
    public static async Task<BackupList> Read(string name, ProbeContext context, CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (!Directory.Exists(place)) throw new Unseen(Blind.Unreadable, $"the folder of backups is not there: {name}");
        var folders = File.Exists(Path.Combine(place, Manifest)) ? [place] : Directory.EnumerateDirectories(place).Take(MostFolders + 1).Order(StringComparer.Ordinal).ToArray();
        if (folders.Length > MostFolders) throw new Unseen(Blind.TooLarge, $"{name} holds more than {MostFolders} folders");
        var backups = new List<Backup>();
        foreach (var folder in folders) backups.Add(await Of(folder, cancel));
        return new("base-backup", [.. backups]);
    }

    static async Task<Backup> Of(string folder, CancellationToken cancel)
    {
        var label = Path.GetFileName(folder);
        var file = new FileInfo(Path.Combine(folder, Manifest));
        if (!file.Exists) return new(label, "full", null, Good: false);
        if (file.Length > MostManifest) throw new Unseen(Blind.TooLarge, $"{label}/{Manifest} is larger than {MostManifest} bytes");
        try { return Of(label, await File.ReadAllBytesAsync(file.FullName, cancel), path => new FileInfo(Path.Combine(folder, path)) is { Exists: true } there ? there.Length : null); }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{label}/{Manifest} may not be read by this user"); }
    }

    /// <param name="size">The size of a file of the backup, or null if it is not there.</param>
    public static Backup Of(string label, byte[] bytes, Func<string, long?> size)
    {
        Value manifest;
        try { manifest = Value.Parse(bytes); }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { return new(label, "full", null, Good: false); } // Cut off, or not yet whole: no backup.

        var files = manifest.Items("Files");
        var whole = !files.IsEmpty && IsChecked(bytes, manifest.Text("Manifest-Checksum"));
        DateTimeOffset? stop = null;
        foreach (var file in files)
        {
            if (file.Text("Path") is { } path && (Path.IsPathRooted(path) || path.Split('/').Contains("..") || file.Number("Size") != size(path))) whole = false;
            if (Modified(file.Text("Last-Modified")) is { } modified && (stop is null || modified > stop)) stop = modified;
        }

        return new(label, "full", stop, whole) { Size = (long)files.Sum(file => file.Number("Size") ?? 0), System = manifest.At("System-Identifier")?.ToString().Trim('"') };
    }

    /// <summary>The checksum is that of everything before the line that it stands in.</summary>
    static bool IsChecked(ReadOnlySpan<byte> bytes, string? written)
    {
        var end = bytes.LastIndexOf("\n\"Manifest-Checksum\""u8);
        return end >= 0 && written is not null && Convert.ToHexStringLower(SHA256.HashData(bytes[..(end + 1)])) == written;
    }

    static DateTimeOffset? Modified(string? text) =>
        text is not null && DateTimeOffset.TryParseExact(text, "yyyy-MM-dd HH:mm:ss 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
