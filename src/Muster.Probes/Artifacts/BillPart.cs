using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Muster.Probes;

/// <summary>One part that a bill of materials (SBOM) names.</summary>
/// <param name="OtherwiseIdentified">It has a CPE, a SWID tag or a hash.</param>
/// <param name="Licenses">All of which hold together, each an identifier, a name or an SPDX expression; what only says that nobody knows is none.</param>
sealed record BillPart(string? Name, string? Version, string? PackageUrl, bool OtherwiseIdentified, ImmutableArray<string> Licenses)
{
    public bool Identified => Name is not null && (PackageUrl is not null || OtherwiseIdentified);

    public string Shown => Bounded.Start(PackageUrl ?? (Version is null ? Name ?? "(without a name)" : $"{Name}@{Version}"), 200);

    /// <summary>By its package URL, with or without version and qualifiers, its name, or both as name@version. "*" and "?" match.</summary>
    public bool Is(string pattern) => Names().Any(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true));

    IEnumerable<string> Names()
    {
        if (Name is not null) yield return Name;
        if (Name is not null && Version is not null) yield return $"{Name}@{Version}";
        if (PackageUrl is null) yield break;
        yield return PackageUrl;
        var bare = PackageUrls.Bare(PackageUrl);
        yield return bare;
        yield return PackageUrls.WithoutVersion(bare);
    }
}
