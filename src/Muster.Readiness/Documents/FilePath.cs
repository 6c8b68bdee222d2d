namespace Muster.Readiness;

/// <summary>Paths within the document's folder, the only ones that are ever read.</summary>
static class FilePath
{
    /// <summary>With "/" between parts and no "." among them; null if it would leave the folder or is no plain relative path.</summary>
    public static string? Normalise(string path, string from = "")
    {
        if (path.Length is 0 or > 500 || path[0] is '/' or '\\' or '~' || path.Contains('\0', StringComparison.Ordinal)) return null;
        if (path.Contains(':', StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal)) return null;
        var parts = from.Split('/', StringSplitOptions.RemoveEmptyEntries).Concat(path.Split('/')).Where(part => part is not ("" or ".")).ToList();
        return parts.Contains("..") ? null : string.Join('/', parts);
    }

    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";
}
