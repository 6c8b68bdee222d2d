using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Keeps paths within the document's folder, links included: what they lead to counts, not how they are spelt.</summary>
static class FolderWall
{
    const int MostLinks = 32;

    /// <param name="itself">The folder itself is meant too, as by what looks at everything in it.</param>
    public static string Within(string folder, string name, bool mayLeave, bool itself = false)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)) throw Given.Wrong("path", "is no path");
        var root = Path.TrimEndingDirectorySeparator(Real(Path.GetFullPath(folder)));
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(root, name)));
        if (mayLeave || itself && full == root) return full;
        if (!Beneath(root, full) || !Beneath(root, Real(full)))
            throw new Unseen(Blind.Refused, $"refused: {name} leads out of the document's folder; muster check --allow-outside lets checks read there");
        return full;
    }

    static bool Beneath(string root, string path) => path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path with every link in it followed; parts that do not exist stay as they are.</summary>
    static string Real(string path)
    {
        for (var links = 0; links < MostLinks; links++)
        {
            var followed = FollowFirstLink(path);
            if (followed == path) return path;
            path = followed;
        }

        throw new Unseen(Blind.Refused, "refused: too many links on the way");
    }

    static string FollowFirstLink(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var at = root;
        var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var next = Path.Combine(at, parts[i]);
            if (new FileInfo(next).LinkTarget is { } target)
                return Path.GetFullPath(Path.Combine([at, target, .. parts[(i + 1)..]]));
            at = next;
        }

        return path;
    }
}
