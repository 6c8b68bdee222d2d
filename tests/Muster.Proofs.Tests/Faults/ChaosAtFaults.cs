namespace Muster.Proofs.Tests;

/// <summary>A peer that is not well has no steady state, and a proxy that is none puts no fault on anything.</summary>
sealed class ChaosAtFaults : IAskedAtFaults
{
    const string Method = "method: [ { name: store, take_away: [ /bin/true ], give_back: [ /bin/true ], effect: { http: { get: /store } } } ], within: 1s, hold: 100ms, back_within: 1s";

    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["chaos.experiment"] = $"chaos.experiment: {{ target: \"http://ADDRESS\", steady: {{ orders: {{ http: {{ get: /orders }} }} }}, {Method} }}",
        ["chaos.experiment-of-another"] = $"chaos.experiment: {{ target: \"http://127.0.0.1:1\", others: {{ shop: peer }}, steady: {{ orders: {{ http: shop }} }}, {Method} }}",
        ["chaos.experiment-through"] = "chaos.experiment: { target: \"http://ADDRESS\", through: peer, steady: { port: { tcp: ADDRESS } }, method: [ { name: store, fault: stop } ], within: 1s }",
    };
}
