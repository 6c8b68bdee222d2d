using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Who can tell whether a requirement holds.</summary>
public enum RequirementClass
{
    /// <summary>A machine alone.</summary>
    A,

    /// <summary>A machine, with a human rest that is named.</summary>
    S,

    /// <summary>People alone.</summary>
    P,
}

/// <summary>One line that a model system asks of whoever launches it. A control says that it proves it.</summary>
/// <param name="Kinds">The kinds of checks that prove it; some may be planned only.</param>
/// <param name="Rest">What stays with people where a machine does most of it.</param>
public sealed record Requirement(string Id, string System, string Section, string Text, RequirementClass Class, ImmutableArray<string> Kinds, string? Rest = null);

/// <summary>A model system of the catalogue with its requirements, in its own order.</summary>
public sealed record ModelSystem(string Name, string Title, ImmutableArray<Requirement> Requirements);
