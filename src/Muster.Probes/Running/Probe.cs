using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// One look at a live thing. It returns what it saw and never judges; it may throw, and the runner turns that into a blind sight.
/// <paramref name="question"/> has every placeholder filled, secrets included: it must not be kept.
/// </summary>
public delegate Task<Sight> Probe(Asked question, ProbeContext context, CancellationToken cancel);

/// <summary>A kind with the probe behind it and the fixture on which it must fail.</summary>
public sealed record ProbeKind(Kind Kind, Probe Look, Fixture Fixture);
