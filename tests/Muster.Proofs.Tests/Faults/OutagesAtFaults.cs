namespace Muster.Proofs.Tests;

sealed class OutagesAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["health.dependency_outage"] = "health.dependency_outage: { target: \"http://ADDRESS\", through: peer, dependency: store }",
        ["drain.http"] = "drain.http: { target: \"http://ADDRESS\", slow: /slow, stop: { signal: TERM, pid_file: nobody.pid } }",
        ["drain.http.balanced"] = "drain.http: { target: \"http://ADDRESS\", instance: peer, served_by: X-Instance, slow: /slow, stop: { signal: TERM, pid_file: nobody.pid } }",
        ["drain.websocket"] = "drain.websocket: { target: \"http://ADDRESS\", stop: { signal: TERM, pid_file: nobody.pid } }",
    };
}
