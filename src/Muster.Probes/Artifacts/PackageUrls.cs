namespace Muster.Probes;

/// <summary>Package URLs (purl), as far as they must be compared: <c>pkg:type/namespace/name@version?qualifiers#subpath</c>.</summary>
static class PackageUrls
{
    public static string Bare(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        return Uri.UnescapeDataString(end < 0 ? url : url[..end]);
    }

    /// <summary>The version stands after the last "@" of the last part; a scope as "@shop" begins a part.</summary>
    public static string WithoutVersion(string bare)
    {
        var at = bare.LastIndexOf('@');
        return at > 0 && bare[at - 1] != '/' && at > bare.LastIndexOf('/') ? bare[..at] : bare;
    }

    /// <summary>Whether what is said of <paramref name="said"/> is said of <paramref name="package"/>: the same package, and the same version where one is named.</summary>
    public static bool Covers(string said, string package)
    {
        var (general, special) = (Bare(said), Bare(package));
        if (general.Equals(special, StringComparison.Ordinal)) return true;
        return WithoutVersion(general) == general && WithoutVersion(special).Equals(general, StringComparison.Ordinal);
    }
}
