using System.Collections.Immutable;
using System.IO.Enumeration;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One vulnerability in one package, as a scanner found it.</summary>
/// <param name="Ids">What it is called, and what else it is called elsewhere.</param>
sealed record Finding(ImmutableArray<string> Ids, string Package, string? Version, string? PackageUrl, string? Severity, string? FixedIn)
{
    public static readonly ImmutableArray<string> Severities = ["critical", "high", "medium", "low", "negligible", "unknown"];

    public string Id => Ids.IsEmpty ? "(without a name)" : Ids[0];

    /// <summary>One that is none of the known is unknown, which is no small one.</summary>
    public int Rank => Severities.IndexOf(Severity?.ToLowerInvariant() ?? "") is >= 0 and var rank ? rank : Severities.Length - 1;

    public bool IsSevere => Rank is 0 or 1 || Rank == Severities.Length - 1;

    public bool IsIn(string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern, Package, ignoreCase: true) || PackageUrl is not null && (FileSystemName.MatchesSimpleExpression(pattern, PackageUrl, ignoreCase: true) || PackageUrls.Covers(pattern, PackageUrl));

    public Value.Fields Seen() => Value.Of(("id", Short(Id)), ("package", Short(Package)), ("severity", Severities[Rank])).With(("version", Version is null ? null : Short(Version)), ("fixed_in", FixedIn is null ? null : Short(FixedIn)));

    static string Short(string text) => Bounded.Start(text, 100);

    public static Field[] Fields =>
    [
        new("id", Shape.Text, "What the scanner calls it."),
        new("package", Shape.Text, "The package that it is in."),
        new("version", Shape.Text, "That package's version."),
        new("severity", Shape.Text, "critical, high, medium, low, negligible or unknown."),
        new("fixed_in", Shape.Text, "The version in which it is mended, if there is one."),
    ];
}
