using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Which way something moved from one verdict to another.</summary>
public enum Direction { Came, Went, Worse, Better, Changed }

/// <summary>One thing that moved: what it is about (a control's id, a person, an artifact), which way, and how, in words that follow it.</summary>
public sealed record Move(string Subject, Direction Direction, string Says);

/// <summary>A control that is not as it was; one of the two is null where it came into the gate or went out of it.</summary>
public sealed record ControlMove(ControlShown? Before, ControlShown? After, Direction Direction, string Says)
{
    public string Id => (After ?? Before)!.Id;

    public string Title => (After ?? Before)!.Title;
}

/// <summary>What a verdict was decided over and its statement only names by digest; null or empty where that is no longer there.</summary>
public sealed record Inputs(Document? Document = null, ImmutableSortedDictionary<string, Digest>? Artifacts = null);

/// <summary>What moved from one verdict statement to another, of whatever gates, releases and documents they are.</summary>
public sealed record Difference
{
    public required Decision Before { get; init; }
    public required Decision After { get; init; }

    /// <summary>Why the verdict is what it now is: the reasons that came, or those that went, the weightiest first.</summary>
    public ImmutableArray<string> Because { get; init; } = [];

    public ImmutableArray<ControlMove> Controls { get; init; } = [];

    /// <summary>Controls in the same state, on other evidence than before.</summary>
    public ImmutableArray<string> Renewed { get; init; } = [];

    public ImmutableArray<Move> Waivers { get; init; } = [];
    public ImmutableArray<Move> Conditions { get; init; } = [];
    public ImmutableArray<Move> SignOffs { get; init; } = [];
    public ImmutableArray<Move> Rejections { get; init; } = [];

    /// <summary>What became easier to satisfy, see <see cref="Softenings"/>.</summary>
    public ImmutableArray<Softening> Softenings { get; init; } = [];

    public ImmutableArray<Move> Document { get; init; } = [];
    public ImmutableArray<Move> Artifacts { get; init; } = [];

    /// <summary>What could not be compared, since its bytes are gone; each a sentence.</summary>
    public ImmutableArray<string> NotCompared { get; init; } = [];

    public bool IsEmpty => Before.Verdict == After.Verdict && Before.Gate == After.Gate && Before.Release == After.Release && Before.Document == After.Document
        && Before.OpenedByBreakGlass == After.OpenedByBreakGlass
        && Controls.IsEmpty && Waivers.IsEmpty && Conditions.IsEmpty && SignOffs.IsEmpty && Rejections.IsEmpty;

    public static Difference Between(Decision before, Decision after, Inputs? was = null, Inputs? now = null)
    {
        var controls = ControlMoves.Between(before, after);
        var edited = before.Document != after.Document;
        var documents = edited && was?.Document is { } old && now?.Document is { } current ? (Old: old, New: current) : ((Document Old, Document New)?)null;
        var released = before.Release != after.Release;
        var artifacts = released && was?.Artifacts is { } had && now?.Artifacts is { } has ? (Old: had, New: has) : ((ImmutableSortedDictionary<string, Digest> Old, ImmutableSortedDictionary<string, Digest> New)?)null;
        var difference = new Difference
        {
            Before = before,
            After = after,
            Controls = controls,
            Renewed = ControlMoves.Renewed(before, after),
            Waivers = BesideMoves.Waivers(before, after),
            Conditions = BesideMoves.Conditions(before, after),
            SignOffs = BesideMoves.SignOffs(before, after),
            Rejections = BesideMoves.Rejections(before, after),
            Softenings = documents is { } two ? Readiness.Softenings.Between(two.Old, two.New, after.Gate) : [],
            Document = documents is { } pair ? DocumentMoves.Between(pair.Old, pair.New) : [],
            Artifacts = artifacts is { } sides ? BesideMoves.Artifacts(sides.Old, sides.New) : [],
            NotCompared =
            [
                .. edited && documents is null ? [$"The documents {before.Document.Short} and {after.Document.Short}: the bytes of one are not here."] : ImmutableArray<string>.Empty,
                .. released && artifacts is null ? [$"The artifacts of the releases {before.Release.Short} and {after.Release.Short}: their names were not kept."] : ImmutableArray<string>.Empty,
            ],
        };
        return difference with { Because = Causes.Of(difference) };
    }
}
