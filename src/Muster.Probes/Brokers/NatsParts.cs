using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Streams and consumers as JetStream's API and the monitoring page both describe them.</summary>
static class NatsParts
{
    const double Nanoseconds = 1e9;

    public static Value Stream(string name, Value from, List<string> problems)
    {
        var promised = from.Number("config", "num_replicas") ?? 1;
        var current = Current(from);
        if (current < promised) problems.Add($"the stream {name} has {current} of its {promised} copies up to date");
        return Value.Of(("name", name), ("replicas", promised), ("replicas_current", current)).With(
            ("retention", from.Text("config", "retention")), ("storage", from.Text("config", "storage")), ("discard", from.Text("config", "discard")),
            ("max_age", Seconds(from, "config", "max_age")), ("messages", from.Number("state", "messages") is { } messages ? messages : null), ("size", from.Number("state", "bytes") is { } bytes ? bytes : null));
    }

    public static Value Consumer(string stream, Value from) => Value.Of(("name", $"{stream}/{from.Text("name")}"), ("pull", from.Text("config", "deliver_subject") is null)).With(
        ("ack", from.Text("config", "ack_policy")), ("max_deliver", Number(from, "config", "max_deliver")), ("ack_wait", Seconds(from, "config", "ack_wait")), ("replicas", Number(from, "config", "num_replicas")),
        ("pending", Number(from, "num_pending")), ("ack_pending", Number(from, "num_ack_pending")), ("redelivered", Number(from, "num_redelivered")));

    /// <summary>A single server is the only copy, and names no leader.</summary>
    static int Current(Value from)
    {
        if (from.At("cluster") is not { } cluster || cluster.At("replicas") is null && cluster.At("name") is null) return 1;
        return cluster.Text("leader") is null ? 0 : 1 + cluster.Items("replicas").Count(replica => replica.Truth("current") == true && replica.Truth("offline") != true);
    }

    static Value? Number(Value from, params ReadOnlySpan<string> way) => from.Number(way) is { } number ? number : null;

    static Value? Seconds(Value from, params ReadOnlySpan<string> way) => from.Number(way) is { } nanoseconds ? Math.Max(0, nanoseconds) / Nanoseconds : null;
}
