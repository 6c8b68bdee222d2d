using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The health of RabbitMQ by its management API.</summary>
static class RabbitHealth
{
    public static async Task<Sight> Look(Given given, ProbeContext context, CancellationToken cancel)
    {
        var api = await HttpApi.Of(given, context, cancel);
        var before = await Server(api, cancel);
        var sight = new BrokerSight();
        var nodes = (await api.Get("/api/nodes", cancel) as Value.Items)?.Are ?? [];
        if (nodes.IsEmpty) throw new Unseen(Blind.Unreadable, "/api/nodes names no node; is the target the management API of RabbitMQ?");
        var (alarms, partitions) = (new List<string>(), new List<string>());
        foreach (var node in nodes) Node(node, alarms, partitions, sight.Problems);
        await Queues(api, given, sight, cancel);
        var after = await Server(api, cancel);
        var seen = Value.Of(("broker", "rabbitmq"), ("nodes", nodes.Length), ("nodes_running", nodes.Count(node => node.Truth("running") == true)), ("alarms", Value.Texts(alarms)), ("partitions", Value.Texts(partitions)))
            .With(("version", after.Text("version")));
        return new() { Observation = sight.With(seen, ("queues", sight.Queues)), Population = sight.Population, Before = before, After = after };
    }

    static async Task<Value.Fields> Server(HttpApi api, CancellationToken cancel)
    {
        var page = await api.Get("/api/overview", cancel);
        if (page.Text("rabbitmq_version") is not { } version) throw new Unseen(Blind.Unreadable, "/api/overview does not say its version; is the target the management API of RabbitMQ?");
        return Value.Of(("peer", api.Last!), ("version", version)).With(("cluster", page.Text("cluster_name")), ("node", page.Text("node")));
    }

    static void Node(Value node, List<string> alarms, List<string> partitions, List<string> problems)
    {
        var name = node.Text("name") ?? "a node without a name";
        if (node.Truth("running") != true)
        {
            problems.Add($"{name} does not run");
            return;
        }

        foreach (var (alarm, field) in ((string, string)[])[("memory", "mem_alarm"), ("disk", "disk_free_alarm")])
        {
            if (node.Truth(field) is not { } raised) throw new Unseen(Blind.Unreadable, $"/api/nodes does not say whether {name} has a {alarm} alarm; its numbers come some seconds after its start");
            if (!raised) continue;
            alarms.Add($"{alarm} on {name}");
            problems.Add($"{alarm} alarm on {name}: nobody may publish");
        }

        foreach (var other in node.Items("partitions").OfType<Value.Text>())
        {
            partitions.Add($"{name} and {other.Is}");
            problems.Add($"{name} and {other.Is} have lost sight of each other");
        }
    }

    static async Task Queues(HttpApi api, Given given, BrokerSight sight, CancellationToken cancel)
    {
        var (named, vhost) = (given.Texts("queues"), Uri.EscapeDataString(given.Text("vhost") ?? "/"));
        if (named.IsEmpty)
            foreach (var queue in ((await api.Get($"/api/queues/{vhost}", cancel) as Value.Items)?.Are ?? []).Where(queue => !RabbitCanary.IsOwn(queue.Text("name") ?? ""))) sight.Queues.Add(Queue(queue, sight.Problems));
        foreach (var name in named)
        {
            var path = $"/api/queues/{vhost}/{Uri.EscapeDataString(name)}";
            var answer = await api.Ask(HttpMethod.Get, path, null, cancel);
            if (answer.Status == 404) sight.Missing.Add(name);
            else sight.Queues.Add(Queue(HttpApi.Read(path, answer), sight.Problems));
        }
    }

    static Value.Fields Queue(Value from, List<string> problems)
    {
        var name = from.Text("name") ?? throw new Unseen(Blind.Unreadable, "a queue has no name");
        var seen = Value.Of(("name", name)).With(
            ("type", from.Text("type")), ("durable", from.Truth("durable") is { } durable ? durable : null), ("state", from.Text("state")),
            ("consumers", Number(from, "consumers")), ("pending", Number(from, "messages_ready")), ("ack_pending", Number(from, "messages_unacknowledged")));
        if (from.Text("state") is { } state and not ("running" or "idle" or "flow")) problems.Add($"the queue {name} is {state}");
        if (from.At("members") is not Value.Items members) return seen;
        var online = from.Items("online").Length;
        if (online < members.Are.Length) problems.Add($"the queue {name} has {online} of its {members.Are.Length} members online");
        return seen.With(("members", members.Are.Length), ("members_online", online));
    }

    static Value? Number(Value from, string name) => from.Number(name) is { } number ? number : null;
}
