using Muster.Readiness;

namespace Muster.Probes;

static class BrokerHealthProbe
{
    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        if (!Uri.TryCreate(given.Target, UriKind.Absolute, out var url)) throw Given.Wrong("target", $"is not a URL: {given.Target}");
        Brokers.Credentials(given, context);
        return (url.Scheme, given.Text("broker")) switch
        {
            ("nats" or "tls", null or "nats") => NatsHealth.ByClient(question, context, cancel),
            ("http" or "https", "nats") => NatsHealth.ByMonitor(given, context, cancel),
            ("http" or "https", "rabbitmq") => RabbitHealth.Look(given, context, cancel),
            ("amqp" or "amqps", null or "rabbitmq") => RabbitHealth.Look(Brokers.At(question, given.Text("management") ?? throw Given.Wrong("management", "is missing: the health of RabbitMQ is asked of its management API, as http://host:15672")), context, cancel),
            ("http" or "https", null) => throw Given.Wrong("broker", "is missing: an http:// target is the monitoring page of nats or the management API of rabbitmq"),
            _ => throw Given.Wrong("target", $"is not nats://, tls://, amqp://, http:// or https:// of the broker that is said: {url.Scheme}://"),
        };
    }
}
