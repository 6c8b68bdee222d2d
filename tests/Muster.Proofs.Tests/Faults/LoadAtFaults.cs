namespace Muster.Proofs.Tests;

/// <summary>Load on what does not answer as it should: no figure of such a run is good news.</summary>
sealed class LoadAtFaults : IAskedAtFaults
{
    // A page that is answered well is all that load asks for by itself, and some of these peers answer one to everything.
    const string Little = "graceful_stop: 200ms, get: /, check: { /status: ok }";

    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["load.http"] = $"load.http: {{ target: \"http://ADDRESS\", vus: 2, duration: 200ms, {Little} }}",
        ["load.http-at-a-rate"] = $"load.http: {{ target: \"http://ADDRESS\", rate: 20/s, duration: 200ms, {Little} }}",
        ["load.capacity"] = $"load.capacity: {{ target: \"http://ADDRESS\", steps: {{ from: 20/s, by: 20/s, to: 40/s, each: 200ms, peak: 10/s }}, {Little} }}",
        ["load.compare"] = $"load.compare: {{ target: \"http://ADDRESS\", beside: peer, vus: 2, duration: 200ms, rounds: 1, {Little} }}",
    };
}
