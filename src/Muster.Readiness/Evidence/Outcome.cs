using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What one observation says of one expectation, with each matcher beside what was seen.</summary>
public abstract record Outcome
{
    Outcome() { }

    public abstract ImmutableArray<Compared> Compared { get; init; }

    public sealed record Pass(ImmutableArray<Compared> Compared) : Outcome
    {
        public override ImmutableArray<Compared> Compared { get; init; } = Compared;
    }

    public sealed record Fail(ImmutableArray<Compared> Compared, string Says) : Outcome
    {
        public override ImmutableArray<Compared> Compared { get; init; } = Compared;
    }

    public sealed record Unproven(ImmutableArray<Compared> Compared, Why Why, string Says) : Outcome
    {
        public override ImmutableArray<Compared> Compared { get; init; } = Compared;
    }
}

/// <summary>What an expectation may refer to beyond the observation in front of it.</summary>
public sealed record WeighingContext
{
    public static readonly WeighingContext Empty = new();

    /// <summary>The least population of the check, which may only raise the kind's.</summary>
    public long LeastPopulation { get; init; } = 1;

    /// <summary>How the check is named before a matcher's path: <c>part[cell]</c>.</summary>
    public string Part { get; init; } = "";

    /// <summary>The value of <c>$(part.field)</c>, <c>$(previous.field)</c> or <c>$(release.field)</c>, by the words between the brackets; null if there is none.</summary>
    public Func<string, Value?> Refer { get; init; } = static _ => null;
}
