using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

static class BrokerHealthKind
{
    static readonly ImmutableArray<Field> Stream =
    [
        new("name", Shape.Text, "Its name."),
        new("retention", Shape.Text, "limits, interest or workqueue."),
        new("storage", Shape.Text, "file or memory."),
        new("replicas", Shape.Number, "How many copies are promised."),
        new("replicas_current", Shape.Number, "How many copies are up to date, the leader's own included; 0 without a leader."),
        new("max_age", Shape.Duration, "How long messages are kept; 0 is for ever."),
        new("discard", Shape.Text, "What goes when it is full: old or new."),
        new("messages", Shape.Number, "What it holds."),
        new("size", Shape.Size, "What it takes up."),
    ];

    static readonly ImmutableArray<Field> Consumer =
    [
        new("name", Shape.Text, "STREAM/CONSUMER."),
        new("pull", Shape.Truth, "It hands out what is asked for, and pushes nothing."),
        new("ack", Shape.Text, "explicit, all or none."),
        new("max_deliver", Shape.Number, "How often a message is tried; -1 is without end."),
        new("ack_wait", Shape.Duration, "How long a message may go unacknowledged before it is delivered again."),
        new("replicas", Shape.Number, "Copies of its state; 0 is as many as its stream has."),
        new("pending", Shape.Number, "Messages that it has not delivered yet."),
        new("ack_pending", Shape.Number, "Messages that are delivered and not acknowledged."),
        new("redelivered", Shape.Number, "Of those, messages that were delivered more than once."),
    ];

    static readonly ImmutableArray<Field> Queue =
    [
        new("name", Shape.Text, "Its name."),
        new("type", Shape.Text, "classic, quorum or stream."),
        new("durable", Shape.Truth, "It outlives the server."),
        new("state", Shape.Text, "running, or what the server says instead."),
        new("consumers", Shape.Number, "Who listens to it."),
        new("pending", Shape.Number, "Messages that are ready and not delivered."),
        new("ack_pending", Shape.Number, "Messages that are delivered and not acknowledged."),
        new("members", Shape.Number, "Of a quorum queue or stream: its members."),
        new("members_online", Shape.Number, "Those of them that are online."),
    ];

    public static readonly Kind Declaration = new()
    {
        Name = "broker.health",
        Says = "Asks a NATS or RabbitMQ server whether it is whole, whether the streams, consumers and queues that are promised are there as promised, and how much waits in them.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("broker", Shape.Text, "Which broker it is, where the target is http:// or https://: the monitoring page of NATS, or the management API of RabbitMQ.") { OneOf = ["nats", "rabbitmq"] },
            new("monitor", Shape.Text, "The URL of the monitoring page beside a target nats://, mostly from the target."),
            new("management", Shape.Text, "The URL of the management API beside a target amqp://, mostly from the target."),
            new("jetstream", Shape.Truth, "Whether JetStream must be on for the server to be ready; false for one that only passes messages on.") { Default = true },
            new("domain", Shape.Text, "The JetStream domain, when it has one."),
            new("streams", Shape.List, "The streams that are looked at; else all of them."),
            new("consumers", Shape.List, "The consumers that are looked at, each as STREAM/CONSUMER; else all of the streams that are looked at."),
            new("queues", Shape.List, "The queues that are looked at; else all of them."),
            new("vhost", Shape.Text, "The virtual host of the queues.") { Default = "/" },
            .. NatsLink.Connection,
        ],
        Fields =
        [
            new("broker", Shape.Text, "nats or rabbitmq."),
            new("version", Shape.Text, "The version that it says it is."),
            new("ready", Shape.Truth, "Nothing of problems was found."),
            new("problems", Shape.List, "What is not well, in words: JetStream off, a health page that says so, an alarm, a partition, a node that is down, a stream without its copies, a quorum queue without its members."),
            new("missing", Shape.List, "Streams, consumers and queues that are asked for by name and are not there."),
            new("jetstream", Shape.Truth, "Of NATS: JetStream is on, for the account that looks."),
            new("health_status", Shape.Number, "Of NATS: the status code of its health page; not observed without a monitoring page."),
            new("auth_required", Shape.Truth, "Of NATS: whoever connects must say who they are."),
            new("tls_required", Shape.Truth, "Of NATS: whoever connects must use TLS."),
            new("nodes", Shape.Number, "Of RabbitMQ: the cluster's nodes."),
            new("nodes_running", Shape.Number, "Those of them that run."),
            new("alarms", Shape.List, "Of RabbitMQ: memory and disk alarms, each as \"memory on NODE\"; while there is one, nobody may publish."),
            new("partitions", Shape.List, "Of RabbitMQ: nodes that have lost sight of each other."),
            new("streams", Shape.List, "Each stream that was looked at.") { Of = Stream },
            new("consumers", Shape.List, "Each consumer that was looked at.") { Of = Consumer },
            new("queues", Shape.List, "Each queue that was looked at.") { Of = Queue },
            new("pending", Shape.Number, "Messages that wait to be delivered, over all consumers and queues that were looked at."),
            new("ack_pending", Shape.Number, "Messages that are delivered and not acknowledged, over all of them."),
            new("redelivered", Shape.Number, "Of NATS: messages that were delivered more than once, over all of them."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("ready", true), ("missing", Value.Of(("count", 0)))),
        Population = "servers, streams, consumers and queues",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "The health page of a NATS server answers 200 without JetStream too; here JetStream itself is asked.",
            "What is not named may vanish unnoticed: name the streams, consumers and queues that are promised.",
            "A client sees the streams of its own account alone; the monitoring page sees those of all accounts.",
            "RabbitMQ counts messages every few seconds: a queue's numbers are of a moment ago, and those of a new queue are not observed at first.",
            "A management API that does not answer says nothing of the broker: that is unproven, not failed. Use broker.canary for whether messages pass.",
            "An alarm stops publishers, and consumers go on: a queue that gets empty is not always a good sign.",
        ],
        Example = "check: { broker.health: bus, streams: [ ORDERS ], consumers: [ ORDERS/worker ], expect: { streams: { every: { replicas: 3, max_age: at least 7d } }, consumers: { every: { pull: true, ack: explicit } }, pending: at most 1000 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, BrokerHealthProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = FakeNats.Start(jetStream: false);
        await using var well = FakeNats.Start();
        return new("broker.health", "a server whose JetStream is off, beside one whose JetStream answers", await Look(sick), await Look(well));

        Task<Witnessed> Look(FakeNats server) => Stage.Look(Declaration, Value.Of(("target", server.Address)), cancel, Stage.Is("ready", true, Shape.Truth));
    }
}
