using System.Collections.Frozen;

namespace Muster.Probes;

/// <summary>Names and passwords that stand in the manuals, sample settings and images of what speaks a protocol. Few on purpose: each is an attempt that a lockout counts.</summary>
static class KnownLogins
{
    static readonly Login[] Broker = [new("guest", "guest"), new("admin", "admin"), new("rabbitmq", "rabbitmq"), new("user", "password")];

    static readonly FrozenDictionary<string, Login[]> All = new Dictionary<string, Login[]>
    {
        ["postgres"] = [new("postgres", "postgres"), new("postgres", "password"), new("admin", "admin"), new("root", "root")],
        ["redis"] = [new("default", "foobared"), new("default", "redis"), new("default", "password"), new("admin", "admin")],
        ["nats"] = [new("nats", "nats"), new("admin", "admin"), new("user", "password"), new("", "s3cr3t")],
        ["amqp"] = Broker,
        ["rabbitmq_management"] = Broker,
        ["http"] = [new("admin", "admin"), new("admin", "password"), new("guest", "guest"), new("root", "root")],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyList<Login> Of(string protocol) => All[protocol];
}
