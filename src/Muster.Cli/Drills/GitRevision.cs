namespace Muster.Cli;

/// <summary>The commit that a folder's working copy is at, read from its files; null where it is none.</summary>
static class GitRevision
{
    public static string? Of(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
            if (Path.Combine(at, ".git") is var git && Path.Exists(git))
                try { return Head(File.Exists(git) ? Path.GetFullPath(File.ReadAllText(git).Trim()["gitdir: ".Length..], at) : git); }
                catch (Exception odd) when (odd is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException) { return null; } // No commit yet, or no repository after all.
        return null;
    }

    static string? Head(string git)
    {
        var head = File.ReadAllText(Path.Combine(git, "HEAD")).Trim();
        if (!head.StartsWith("ref: ", StringComparison.Ordinal)) return Commit(head);
        var common = File.Exists(Path.Combine(git, "commondir")) ? Path.GetFullPath(File.ReadAllText(Path.Combine(git, "commondir")).Trim(), git) : git;
        foreach (var place in (string[])[git, common])
            if (Path.Combine(place, head[5..]) is var file && File.Exists(file)) return Commit(File.ReadAllText(file).Trim());
        return File.Exists(Path.Combine(common, "packed-refs")) ? File.ReadLines(Path.Combine(common, "packed-refs")).Where(line => line.EndsWith(" " + head[5..], StringComparison.Ordinal)).Select(line => Commit(line.Split(' ')[0])).FirstOrDefault() : null;
    }

    static string? Commit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigit) ? text : null;
}
