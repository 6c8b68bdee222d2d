namespace Muster.Proofs.Tests;

sealed class OutagesAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["health.dependency_outage"] = "health.dependency_outage: { target: \"http://ADDRESS\", through: peer, dependency: store }",
    };
}
