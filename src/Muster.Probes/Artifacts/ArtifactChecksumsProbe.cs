using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

static class ArtifactChecksumsProbe
{
    const int MostBytes = 16 * 1024 * 1024, MostFiles = 100_000, Shown = 50;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var name = given.Target;
        var list = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (!File.Exists(list)) throw new Unseen(Blind.Unreadable, $"{name} is not there");
        if (new FileInfo(list).Length > MostBytes) throw new Unseen(Blind.TooLarge, $"{name} has more than {MostBytes} bytes");
        var bytes = await File.ReadAllBytesAsync(list, cancel);
        var sums = ChecksumList.Read(bytes, name);
        var folder = given.Text("files") is { } said ? FolderWall.Within(context.Folder, said, context.MayLeaveFolder, itself: true) : Path.GetDirectoryName(list)!;
        if (!Directory.Exists(folder)) throw new Unseen(Blind.Unreadable, $"the folder of the files, {given.Text("files")}, is not there");

        List<string> wrong = [], missing = [], escaping = [];
        var listed = new Dictionary<string, Checksum>(StringComparer.Ordinal);
        var doubled = new HashSet<string>(StringComparer.Ordinal);
        var verified = 0;
        foreach (var sum in sums)
        {
            if (Path.IsPathRooted(sum.Name) || Within(folder, sum.Name) is not { } path)
            {
                escaping.Add(sum.Name);
                continue;
            }

            // A list of SHA-256 and SHA-512 may stand in one file; the same name twice under one algorithm may not.
            var key = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (!listed.TryAdd($"{sum.Algorithm} {key}", sum)) doubled.Add(key);
            if (!File.Exists(path)) missing.Add(key);
            else if (await Digest(path, sum.Algorithm, cancel) == sum.Hex) verified++;
            else wrong.Add(key);
        }

        var names = listed.Keys.Select(key => key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..]).ToHashSet(StringComparer.Ordinal);
        var unlisted = Unlisted(folder, names, [Path.GetFullPath(list)], given);
        return new()
        {
            Observation = Value.Of(
                ("verified", verified), ("mismatched", Some(wrong)), ("missing", Some(missing)), ("unlisted", Some(unlisted)), ("duplicates", Some(doubled)), ("escaping", Some(escaping)),
                ("listed", names.Count), ("sha256", "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)))),
            Population = sums.Length,
        };
    }

    /// <summary>The path beneath the folder, links followed; null where it leads out.</summary>
    static string? Within(string folder, string name)
    {
        try { return FolderWall.Within(folder, name, mayLeave: false); }
        catch (Unseen) { return null; }
    }

    static List<string> Unlisted(string folder, HashSet<string> listed, HashSet<string> own, Given given)
    {
        var ignored = given.Texts("besides");
        var unlisted = new List<string>();
        var met = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None }))
        {
            if (++met > MostFiles) throw new Unseen(Blind.TooLarge, $"the folder holds more than {MostFiles} files");
            var name = Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (!listed.Contains(name) && !own.Contains(file) && !ignored.Any(one => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(one, name, ignoreCase: false))) unlisted.Add(name);
        }

        unlisted.Sort(StringComparer.Ordinal);
        return unlisted;
    }

    static async Task<string> Digest(string path, string algorithm, CancellationToken cancel)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, useAsync: true);
            return Convert.ToHexStringLower(algorithm switch
            {
                "sha256" => await SHA256.HashDataAsync(file, cancel),
                "sha384" => await SHA384.HashDataAsync(file, cancel),
                _ => await SHA512.HashDataAsync(file, cancel),
            });
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{Path.GetFileName(path)} may not be read by this user"); }
    }

    static Value.Items Some(IEnumerable<string> names) => (Value.Items)Value.Texts(names.Take(Shown));
}
