namespace Muster.Proofs.Tests;

sealed class NetworkAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["http.limits"] = "http.limits: \"http://ADDRESS\", body_over: 64KiB, expect: { body_refused: true }",
        ["http.limits.head"] = "http.limits: \"http://ADDRESS\", head_over: 16kB, url_over: 16kB, expect: { head_refused: true, url_refused: true }",
        ["http.limits.slow"] = "http.limits: \"http://ADDRESS\", slow: 1s, expect: { slow_ended: true }",
        ["ratelimit.http"] = "ratelimit.http: \"http://ADDRESS\", requests: 3",
        ["cors"] = "cors: { target: \"http://ADDRESS\", origins: [ \"https://shop.test\" ] }",
        ["http.headers"] = "http.headers: \"http://ADDRESS\"",
        ["websocket"] = "websocket: \"http://ADDRESS\"",
    };
}
