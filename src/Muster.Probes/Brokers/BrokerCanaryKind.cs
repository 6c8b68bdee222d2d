using Muster.Readiness;

namespace Muster.Probes;

static class BrokerCanaryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "broker.canary",
        Says = "Sends one message of its own through NATS or RabbitMQ, takes it out again, acknowledges it, and shows how long that took.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("jetstream", Shape.Truth, "Of NATS: whether the message is stored on its way; false only passes it on.") { Default = true },
            new("domain", Shape.Text, "The JetStream domain, when it has one."),
            new("subject", Shape.Text, "Of NATS: a subject of a stream that is there already, in place of a stream made for this message alone. Whoever listens there gets the message too."),
            new("storage", Shape.Text, "Of NATS: where the stream made for this message keeps it.") { Default = "file", OneOf = ["file", "memory"] },
            new("replicas", Shape.Number, "Of NATS: the copies that the stream made for this message has, at most 5.") { Default = 1 },
            new("type", Shape.Text, "Of RabbitMQ: the type of the queue that is made for this message.") { Default = "classic", OneOf = ["classic", "quorum"] },
            new("vhost", Shape.Text, "Of RabbitMQ: the virtual host.") { Default = "/" },
            .. NatsLink.Connection,
        ],
        Fields =
        [
            new("broker", Shape.Text, "nats or rabbitmq."),
            new("complete", Shape.Truth, "The whole way was gone: confirmed, delivered and acknowledged, as far as each is asked for."),
            new("confirmed", Shape.Truth, "The broker confirmed that it has the message; not observed where it is only passed on."),
            new("delivered", Shape.Truth, "The same message came out again."),
            new("acknowledged", Shape.Truth, "The broker knows that it was acknowledged and keeps nothing of it to deliver; not observed where it is only passed on."),
            new("reason", Shape.Text, "Why one of them is not so; empty when all are."),
            new("round_trip", Shape.Duration, "From the publishing until the message was there again; not observed when it never was."),
            new("cleaned", Shape.Truth, "What was made for the message is gone again; else it goes by itself within minutes."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "messages",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "The user needs the right to make and delete streams named MUSTER_CANARY_…, or queues named muster.canary.…; without it this is unproven.",
            "By default the message goes through a stream or queue of its own: that proves the broker, not the consumers of yours. Say subject for the way that yours take.",
            "A broker with an alarm takes the connection and never confirms: here that is a message that was not confirmed, with the reason.",
            "One message says nothing of how many the broker can carry.",
        ],
        Example = "check: { broker.canary: bus, expect: { complete: true, round_trip: under 1s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, Look, Prove);

    static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        return Uri.TryCreate(given.Target, UriKind.Absolute, out var url) ? url.Scheme switch
        {
            "nats" or "tls" => NatsCanary.Look(given, context, cancel),
            "amqp" or "amqps" => RabbitCanary.Look(given, url, context, cancel),
            _ => throw Given.Wrong("target", $"is not nats://, tls://, amqp:// or amqps://: {url.Scheme}://"),
        } : throw Given.Wrong("target", $"is not a URL: {given.Target}");
    }

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = FakeNats.Start(delivers: false);
        await using var well = FakeNats.Start();
        return new("broker.canary", "a server that takes a message and loses it, beside one that passes it on", await Look(sick), await Look(well));

        Task<Witnessed> Look(FakeNats server) => Stage.Look(Declaration, Value.Of(("target", server.Address), ("jetstream", false)), cancel, Stage.Is("complete", true, Shape.Truth));
    }
}
