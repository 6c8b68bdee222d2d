using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What the page may say beyond the decision. The same extras and decision give the same bytes.</summary>
public sealed record HtmlExtras
{
    /// <summary>Parameters as resolved, by the part's name; secrets already masked by whoever resolved them.</summary>
    public ImmutableSortedDictionary<string, Value> Parameters { get; init; } = ImmutableSortedDictionary<string, Value>.Empty;

    /// <summary>What was rehearsed, and how its times have gone.</summary>
    public ImmutableArray<DrillShown> Drills { get; init; } = [];

    /// <summary>The name of the launch certificate's file, for the command that verifies it.</summary>
    public string Certificate { get; init; } = "launch.json";

    /// <summary>The name of the file with the public key.</summary>
    public string Key { get; init; } = "muster.pub";

    /// <summary>The version of Muster that decided, for the foot of the page.</summary>
    public string? Version { get; init; }
}
