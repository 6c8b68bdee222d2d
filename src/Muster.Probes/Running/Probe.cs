using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// One look at a live thing. It returns what it saw and never judges; it may throw, and the runner turns that into a blind sight.
/// <paramref name="question"/> has every placeholder filled, secrets included: it must not be kept.
/// </summary>
public delegate Task<Sight> Probe(Asked question, ProbeContext context, CancellationToken cancel);

/// <summary>A kind with the probe behind it and the fixture on which it must fail.</summary>
public sealed record ProbeKind(Kind Kind, Probe Look, Fixture Fixture)
{
    /// <summary>How long one look of this question may take, where its own parameters decide (and files that they name in the folder, which they may leave or not); null leaves it to the kind.</summary>
    public Func<Asked, string, bool, TimeSpan?> Patience { get; init; } = static (_, _, _) => null;

    /// <summary>It says when it is under way (<see cref="ProbeContext.UnderWay"/>), so that a step beside it waits for that.</summary>
    public bool TellsUnderWay { get; init; }
}
