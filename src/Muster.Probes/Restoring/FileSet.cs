using System.Globalization;
using System.IO.Enumeration;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A file by its size and content; a link by where it leads.</summary>
/// <param name="Size">-1 where it is not known.</param>
/// <param name="Content">Its SHA-256 in hex, or <c>link:</c> and where it leads, or <c>special:</c> and what it is.</param>
sealed record FileFound(long Size, string Content)
{
    public static FileFound Link(string to) => new(0, "link:" + to);

    public static FileFound Special(string kind) => new(0, "special:" + kind);
}

/// <summary>The files of a folder, by their names from it on. Links are themselves and are never followed; empty folders are none.</summary>
static class FileSet
{
    const int MostFiles = 2_000_000;

    /// <param name="tell">Files so far, and bytes.</param>
    /// <exception cref="Unseen">There are too many, one may not be read, or one was written to meanwhile.</exception>
    public static async Task<SortedDictionary<string, FileFound>> Of(string folder, Action<int, long> tell, TimeProvider clock, CancellationToken cancel)
    {
        var (found, bytes, told) = (new SortedDictionary<string, FileFound>(StringComparer.Ordinal), 0L, clock.GetTimestamp());
        foreach (var (path, link) in Entries(folder))
        {
            if (found.Count == MostFiles) throw new Unseen(Blind.TooLarge, $"there are more than {MostFiles} files");
            var name = Path.GetRelativePath(folder, path);
            found[name] = link is not null ? FileFound.Link(link) : SpecialFile.Kind(path) is { } special ? FileFound.Special(special) : await Read(path, name, cancel);
            bytes += found[name].Size;
            if (clock.GetElapsedTime(told) < TimeSpan.FromSeconds(1)) continue;
            told = clock.GetTimestamp();
            tell(found.Count, bytes);
        }

        return found;
    }

    /// <summary>By which any change is noticed that was made while the files were read one by one.</summary>
    public static SortedDictionary<string, (long Size, DateTime Written)> Marks(string folder)
    {
        var marks = new SortedDictionary<string, (long, DateTime)>(StringComparer.Ordinal);
        foreach (var (path, link) in Entries(folder)) marks[Path.GetRelativePath(folder, path)] = new FileInfo(path) is var file && link is null ? (file.Length, file.LastWriteTimeUtc) : (0, default);
        return marks;
    }

    public static bool IsEmpty(string folder) => !Entries(folder).Any();

    static FileSystemEnumerable<(string Path, string? Link)> Entries(string folder) => new(folder,
        (ref entry) => (entry.ToFullPath(), entry.ToFileSystemInfo().LinkTarget), new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None })
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory || entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    static async Task<FileFound> Read(string path, string name, CancellationToken cancel)
    {
        await using var file = BackupSetProbe.Open(path, name);
        var before = new FileInfo(path).LastWriteTimeUtc;
        var (size, sum) = (file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)));
        return file.Position == size && new FileInfo(path).LastWriteTimeUtc == before ? new(size, sum) : throw new Unseen(Blind.Unreadable, $"{name} was written to while it was read");
    }

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB");
}
