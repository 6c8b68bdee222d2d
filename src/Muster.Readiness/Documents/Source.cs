using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One file of a document: the main one, an included one, or a pack.</summary>
sealed record Source(string File, Keys Keys)
{
    /// <summary>The pack that it is, as <c>web-edge@1</c>.</summary>
    public string? Pack { get; init; }

    /// <summary>Where the document asks for the pack: the line of its writer's own that its controls have.</summary>
    public Place? Asked { get; init; }

    /// <summary>The section of every control in it that names none.</summary>
    public string? Section { get; init; }

    /// <summary>A pack's names of targets, as the document calls them.</summary>
    public ImmutableDictionary<string, string> Bindings { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What the pack needs and where the document asked for it.</summary>
    public ImmutableArray<(string Name, string Says, Place At)> Needs { get; init; } = [];
}
