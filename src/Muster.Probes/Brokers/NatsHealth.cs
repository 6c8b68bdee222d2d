using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The health of a NATS server: by its client protocol, as whoever uses it sees it, or by its monitoring page.</summary>
static class NatsHealth
{
    public static async Task<Sight> ByClient(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        await using var link = await NatsLink.Open(given, context, cancel);
        var sight = new BrokerSight();
        var jetStream = new JetStream(link, given.Text("domain"));
        var on = await jetStream.Ask("INFO", null, cancel) is { } account && JetStream.Refusal(account) is null;
        var seen = Value.Of(("broker", "nats"), ("jetstream", on), ("auth_required", link.Info.Truth("auth_required") == true), ("tls_required", link.Info.Truth("tls_required") == true)).With(("version", link.Info.Text("version")));
        if (given.Text("monitor") is { } monitor)
        {
            var page = await (await HttpApi.Of(Brokers.At(question, monitor), context, cancel)).Ask(HttpMethod.Get, "/healthz", null, cancel);
            seen = seen.With("health_status", page.Status);
            if (page.Status != 200) sight.Problems.Add($"the health page answers {page.Status}");
        }

        if (on) await Parts(jetStream, given, sight, cancel);
        else Off(given, sight);
        // The connection still stands, with the same server behind it: a request that it answers proves that.
        await jetStream.Ask("INFO", null, cancel);
        return new() { Observation = sight.With(seen, ("streams", sight.Streams), ("consumers", sight.Consumers)), Population = sight.Population, Before = link.Identity, After = link.Identity };
    }

    static void Off(Given given, BrokerSight sight)
    {
        if (given.Truth("jetstream", true)) sight.Problems.Add("JetStream is off");
        sight.Missing.AddRange(given.Texts("streams"));
        sight.Missing.AddRange(given.Texts("consumers"));
    }

    static async Task Parts(JetStream jetStream, Given given, BrokerSight sight, CancellationToken cancel)
    {
        var (streams, consumers) = (given.Texts("streams"), given.Texts("consumers").Select(Split).ToList());
        foreach (var name in streams)
            if (await Info(jetStream, $"STREAM.INFO.{Token(name)}", name, sight, cancel) is { } found) sight.Streams.Add(NatsParts.Stream(name, found, sight.Problems));
        if (streams.IsEmpty && consumers.Count == 0)
            foreach (var found in await jetStream.All("STREAM.LIST", "streams", cancel) ?? [])
                if (found.Text("config", "name") is { } name && !NatsCanary.IsOwn(name)) sight.Streams.Add(NatsParts.Stream(name, found, sight.Problems));
        foreach (var (stream, consumer) in consumers)
            if (await Info(jetStream, $"CONSUMER.INFO.{Token(stream)}.{Token(consumer)}", $"{stream}/{consumer}", sight, cancel) is { } found) sight.Consumers.Add(NatsParts.Consumer(stream, found));
        if (consumers.Count > 0) return;
        foreach (var stream in sight.Streams.Select(one => one.Text("name")!).ToList())
            if (await jetStream.All($"CONSUMER.LIST.{Token(stream)}", "consumers", cancel) is { } all) sight.Consumers.AddRange(all.Select(found => NatsParts.Consumer(stream, found)));
            else
            {
                sight.Streams.RemoveAll(one => one.Text("name") == stream); // Deleted between the two questions.
                if (streams.Contains(stream)) sight.Missing.Add(stream);
            }
    }

    static async Task<Value?> Info(JetStream jetStream, string request, string name, BrokerSight sight, CancellationToken cancel)
    {
        var answer = await jetStream.Ask(request, null, cancel);
        if (answer is null || JetStream.IsMissing(answer)) sight.Missing.Add(name);
        else if (JetStream.Refusal(answer) is { } refused) throw new Unseen(Blind.Unreadable, $"JetStream says of {name}: {refused}");
        else return answer;
        return null;
    }

    public static async Task<Sight> ByMonitor(Given given, ProbeContext context, CancellationToken cancel)
    {
        var api = await HttpApi.Of(given, context, cancel);
        var (before, seen) = await Server(api, cancel);
        var sight = new BrokerSight();
        var health = await api.Ask(HttpMethod.Get, "/healthz", null, cancel);
        if (health.Status != 200) sight.Problems.Add($"the health page answers {health.Status}");
        var pages = await api.Get("/jsz?accounts=true&streams=true&consumers=true&config=true&limit=1024", cancel);
        var on = pages.Truth("disabled") != true && pages.At("config") is not null;
        if (on) Parts(pages, given, sight);
        else Off(given, sight);
        var (after, _) = await Server(api, cancel);
        return new()
        {
            Observation = sight.With(seen.With(("jetstream", on), ("health_status", health.Status)), ("streams", sight.Streams), ("consumers", sight.Consumers)),
            Population = sight.Population, Before = before, After = after,
        };
    }

    static async Task<(Value Identity, Value.Fields Seen)> Server(HttpApi api, CancellationToken cancel)
    {
        var page = await api.Get("/varz", cancel);
        if (page.Text("server_id") is not { } id) throw new Unseen(Blind.Unreadable, "/varz does not say which server it is (server_id); is the target the monitoring page of a NATS server?");
        return (Value.Of(("peer", api.Last!), ("server", id)),
            Value.Of(("broker", "nats"), ("auth_required", page.Truth("auth_required") == true), ("tls_required", page.Truth("tls_required") == true)).With(("version", page.Text("version"))));
    }

    static void Parts(Value pages, Given given, BrokerSight sight)
    {
        var (streams, consumers) = (given.Texts("streams"), given.Texts("consumers"));
        foreach (var found in pages.Items("account_details").SelectMany(account => account.Items("stream_detail")))
        {
            if (found.Text("name") is not { } name || streams.IsEmpty && NatsCanary.IsOwn(name)) continue;
            if (streams.IsEmpty ? consumers.IsEmpty : streams.Contains(name)) sight.Streams.Add(NatsParts.Stream(name, found, sight.Problems));
            foreach (var consumer in found.Items("consumer_detail").Select(consumer => NatsParts.Consumer(name, consumer)))
                if (consumers.IsEmpty ? streams.IsEmpty || streams.Contains(name) : consumers.Contains(consumer.Text("name")!)) sight.Consumers.Add(consumer);
        }

        sight.Missing.AddRange(streams.Except(sight.Streams.Select(one => one.Text("name")!)));
        sight.Missing.AddRange(consumers.Except(sight.Consumers.Select(one => one.Text("name")!)));
    }

    static (string Stream, string Consumer) Split(string name) => name.Split('/') is [{ Length: > 0 } stream, { Length: > 0 } consumer] ? (stream, consumer) : throw Given.Wrong("consumers", $"names \"{name}\", which is not STREAM/CONSUMER");

    /// <summary>A name is one token of a subject.</summary>
    static string Token(string name) => name.AsSpan().ContainsAny(".*> \t") ? throw Given.Wrong("streams", $"names \"{name}\", which cannot be a name in JetStream") : name;
}
