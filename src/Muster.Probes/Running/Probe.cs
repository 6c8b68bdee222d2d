using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// One look at a live thing. It returns what it saw and never judges; it may throw, and the runner turns that into a blind sight.
/// <paramref name="question"/> has every placeholder filled, secrets included: it must not be kept.
/// </summary>
public delegate Task<Sight> Probe(Asked question, ProbeContext context, CancellationToken cancel);

/// <summary>Reads a question once: how long its look may take, and that look. It may throw as a probe may, and looks at nothing yet.</summary>
public delegate (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Prepare(Asked question, ProbeContext context);

/// <summary>A kind with the probe behind it and the fixture on which it must fail.</summary>
public sealed record ProbeKind(Kind Kind, Probe Look, Fixture Fixture)
{
    /// <summary>In place of <see cref="Look"/> where the question itself decides how long a look may take; null leaves that to the kind.</summary>
    public Prepare? Prepare { get; init; }

    /// <summary>It says when it is under way (<see cref="ProbeContext.UnderWay"/>), so that a step beside it waits for that.</summary>
    public bool TellsUnderWay { get; init; }

    /// <summary>Which placeholders the kind fills anew for each of its own requests, so that they reach it as they are written; null for none.</summary>
    public Func<string, bool>? FillsItself { get; init; }
}
