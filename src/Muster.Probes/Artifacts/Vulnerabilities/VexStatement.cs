using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What somebody says of one vulnerability in one product (VEX), and when.</summary>
/// <param name="Complete">It has all that a statement needs to count: for not_affected, why.</param>
sealed record VexStatement(ImmutableArray<string> Ids, ImmutableArray<VexProduct> Products, string Status, string? Why, DateTimeOffset At, bool Complete)
{
    public bool Excuses => Complete && Status is "not_affected" or "fixed";

    public bool IsAbout(Finding finding, ImmutableArray<string> subjects) => Products.Any(product => product.Covers(finding, subjects));
}

/// <summary>What a statement is about: the scanned thing by its digest, all of it or some of its packages; or a package by its package URL, wherever it stands.</summary>
sealed record VexProduct(ImmutableArray<string> Digests, ImmutableArray<string> PackageUrls, ImmutableArray<VexProduct> Within)
{
    public bool Covers(Finding finding, ImmutableArray<string> subjects)
    {
        if (Digests.Any(subjects.Contains)) return Within.IsEmpty || Within.Any(inner => inner.IsOf(finding));
        return Within.IsEmpty && IsOf(finding);
    }

    bool IsOf(Finding finding) => finding.PackageUrl is { } found && PackageUrls.Any(said => Probes.PackageUrls.Covers(said, found));
}
