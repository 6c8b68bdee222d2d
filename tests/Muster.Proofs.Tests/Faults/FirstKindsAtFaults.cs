namespace Muster.Proofs.Tests;

/// <summary>The kinds that need no family: what the web and plain sockets answer.</summary>
sealed class FirstKindsAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["http"] = "http: \"http://ADDRESS\", get: /, expect: { \"/status\": ok }",
        ["health"] = "health: \"http://ADDRESS\", expect: { liveness: { json: { status: ok } } }",
        ["tls.endpoint"] = "tls.endpoint: ADDRESS",
        ["tcp"] = "tcp: ADDRESS",
    };

    public IReadOnlyList<string> ContentWithAnOpenPort => ["tcp"];

    public IReadOnlyList<string> AskNoPeer => ["dns"];
}
