namespace Muster.Proofs.Tests;

sealed class NetworkAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["http.limits"] = "http.limits: \"http://ADDRESS\", body_over: 64KiB, expect: { body_refused: true }",
        ["ratelimit.http"] = "ratelimit.http: \"http://ADDRESS\", requests: 3",
        ["cors"] = "cors: { target: \"http://ADDRESS\", origins: [ \"https://shop.test\" ] }",
        ["http.headers"] = "http.headers: \"http://ADDRESS\"",
        ["websocket"] = "websocket: \"http://ADDRESS\"",
    };
}
