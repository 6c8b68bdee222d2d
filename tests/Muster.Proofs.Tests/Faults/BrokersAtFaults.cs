namespace Muster.Proofs.Tests;

sealed class BrokersAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["broker.health"] = "broker.health: \"nats://ADDRESS\"",
        ["broker.health.monitor"] = "broker.health: \"http://ADDRESS\", broker: nats",
        ["broker.health.management"] = "broker.health: \"http://ADDRESS\", broker: rabbitmq",
        ["broker.health.beside"] = "broker.health: \"amqp://ADDRESS\", management: \"http://ADDRESS\"",
        ["broker.canary.stored"] = "broker.canary: \"nats://ADDRESS\"",
        ["broker.canary.passed"] = "broker.canary: \"nats://ADDRESS\", jetstream: false",
        ["broker.canary"] = "broker.canary: \"amqp://ADDRESS\"",
        ["broker.request"] = "broker.request: \"nats://ADDRESS\", subject: store.read",
        ["container.state"] = "container.state: \"http://ADDRESS\"",
    };
}
