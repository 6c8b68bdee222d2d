using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What became of a run that was asked for.</summary>
public abstract record LoadOutcome
{
    LoadOutcome() { }

    public sealed record Ran(LoadResult Result) : LoadOutcome;

    /// <summary>Not one request was sent, and why: no such host, refused by the guard, no consent.</summary>
    public sealed record Never(Blind Why, string Because) : LoadOutcome;
}
