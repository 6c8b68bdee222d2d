using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Captures what a backup of a folder must hold.</summary>
public static class FilesCapture
{
    public static async Task<ManifestCaptured> Take(string folder, Action<string> tell, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            if (!Directory.Exists(folder)) return new(null, 0, $"{folder} is no folder");
            var taken = Instant.Cut(clock.GetUtcNow());
            var before = FileSet.Marks(folder);
            var files = await FileSet.Of(folder, (count, bytes) => tell(string.Create(CultureInfo.InvariantCulture, $"reading, {count} files, {FileSet.Megabytes(bytes)}")), clock, cancel);
            var after = FileSet.Marks(folder);
            if ((after.FirstOrDefault(mark => !before.TryGetValue(mark.Key, out var was) || was != mark.Value).Key ?? before.Keys.FirstOrDefault(name => !after.ContainsKey(name))) is { } changed) return new(null, 0, $"{changed} was written to while the folder was read; take it where nothing writes, as from a snapshot of the disk, and the backup with it");
            return files.Count > 0 ? new(FilesManifest.Written(files, taken), files.Count, null) : new(null, 0, "it holds no file, and a comparison with nothing would show nothing");
        }
        catch (Exception failed) when (failed is Unseen or IOException or UnauthorizedAccessException) { return new(null, 0, failed.Message); }
    }
}
