namespace Muster.Proofs.Tests;

sealed class BrokersAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["broker.health"] = "broker.health: \"nats://ADDRESS\"",
        ["broker.canary"] = "broker.canary: \"amqp://ADDRESS\"",
        ["broker.request"] = "broker.request: \"nats://ADDRESS\", subject: store.read",
        ["container.state"] = "container.state: \"http://ADDRESS\"",
    };
}
