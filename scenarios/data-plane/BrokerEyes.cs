using System.Net.Http.Headers;
using System.Text;
using Muster.Proofs.Tests;
using Muster.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Muster.DataPlane;

/// <summary>A real NATS with JetStream and a real RabbitMQ. What is broken names the controls that must say so, since no line of the catalogue is about them.</summary>
sealed class BrokerEyes : IEyes
{
    const string Stream = "ORDERS", Consumer = "worker", Queue = "orders";
    static readonly string[] Well = [NatsServer.JetStream, NatsServer.User("keeper", RabbitServer.Password)];
    readonly HttpClient _management = new();
    NatsServer _nats = null!;
    RabbitServer _rabbit = null!;

    public string Name => "brokers";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["brokers.ready", "stream.kept"], "the stream was deleted", async cancel => await Js(js => js.DeleteStreamAsync(Stream, cancel)), MakeStream),
        new(["brokers.ready"], "the consumer was deleted", async cancel => await Js(js => js.DeleteConsumerAsync(Stream, Consumer, cancel)), MakeStream),
        new(["brokers.backlog"], "the consumer takes nothing, and orders wait", async cancel =>
        {
            for (var i = 0; i < 150; i++) await Js(async js => (await js.PublishAsync("orders.new", "an order", cancellationToken: cancel)).EnsureSuccess());
        }, async cancel => await Js(async js => await (await js.GetStreamAsync(Stream, cancellationToken: cancel)).PurgeAsync(new StreamPurgeRequest(), cancel))),
        new(["brokers.ready", "brokers.passes"], "the server was started again without JetStream", cancel => _nats.Restart([Well[1]], cancel), cancel => _nats.Restart(Well, cancel)),
        new(["brokers.closed"], "the server was started again without users", cancel => _nats.Restart([Well[0]], cancel), cancel => _nats.Restart(Well, cancel)),
        new(["queue.ready", "queue.passes"], "the memory alarm blocks whoever publishes", cancel => Alarm(true, cancel), cancel => Alarm(false, cancel)),
        new(["queue.ready"], "the queue was deleted", async cancel => (await _management.DeleteAsync($"api/queues/%2F/{Queue}", cancel)).EnsureSuccessStatusCode(), cancel => MakeQueue(true, cancel)),
        new(["queue.kept"], "the queue was made anew, and does not outlive the broker", async cancel =>
        {
            (await _management.DeleteAsync($"api/queues/%2F/{Queue}", cancel)).EnsureSuccessStatusCode();
            await MakeQueue(false, cancel);
        }, async cancel =>
        {
            (await _management.DeleteAsync($"api/queues/%2F/{Queue}", cancel)).EnsureSuccessStatusCode();
            await MakeQueue(true, cancel);
        }),
        new(["queue.backlog"], "nobody takes from the queue, and orders wait", async cancel =>
        {
            for (var i = 0; i < 150; i++) (await Post("api/exchanges/%2F/amq.default/publish", $$"""{ "properties": {}, "routing_key": "{{Queue}}", "payload": "an order", "payload_encoding": "string" }""", cancel)).EnsureSuccessStatusCode();
            await Counted(count => count >= 150, cancel);
        }, async cancel =>
        {
            (await _management.DeleteAsync($"api/queues/%2F/{Queue}/contents", cancel)).EnsureSuccessStatusCode();
            await Counted(count => count == 0, cancel);
        }),
        new(["queue.login"], "the login of the manual is let in", async cancel =>
        {
            await _rabbit.Control(cancel, "add_user", "guest", "guest");
            await _rabbit.Control(cancel, "set_permissions", "guest", ".*", ".*", ".*");
        }, cancel => _rabbit.Control(cancel, "delete_user", "guest")),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "keeper"), RabbitServer.Password, cancel);
        _nats = await NatsServer.Start(Well, cancel);
        _rabbit = await RabbitServer.Start(cancel);
        _management.BaseAddress = new(_rabbit.Management + "/");
        _management.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{RabbitServer.User}:{RabbitServer.Password}")));
        await MakeStream(cancel);
        await MakeQueue(true, cancel);
        return new Dictionary<string, int> { ["stream"] = _nats.Port, ["monitor"] = _nats.MonitorPort, ["queue"] = _rabbit.Port, ["management"] = _rabbit.ManagementPort };
    }

    async Task MakeStream(CancellationToken cancel) => await Js(async js =>
    {
        await js.CreateOrUpdateStreamAsync(new(Stream, ["orders.>"]) { MaxAge = TimeSpan.FromDays(7), Storage = StreamConfigStorage.File }, cancel);
        await js.CreateOrUpdateConsumerAsync(Stream, new(Consumer) { AckPolicy = ConsumerConfigAckPolicy.Explicit }, cancel);
    });

    /// <summary>A connection for one thing, since the server is started again meanwhile.</summary>
    async Task Js(Func<NatsJSContext, Task> then)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Address, AuthOpts = new NatsAuthOpts { Username = "keeper", Password = RabbitServer.Password } });
        await then(new NatsJSContext(connection));
    }

    async Task Js(Func<NatsJSContext, ValueTask<bool>> then) => await Js(async js => { _ = await then(js); });

    async Task MakeQueue(bool durable, CancellationToken cancel)
    {
        using var body = new StringContent($$"""{ "durable": {{(durable ? "true" : "false")}}, "auto_delete": false, "arguments": {} }""", Encoding.UTF8, "application/json");
        (await _management.PutAsync($"api/queues/%2F/{Queue}", body, cancel)).EnsureSuccessStatusCode();
        await Counted(count => count == 0, cancel);
    }

    async Task<HttpResponseMessage> Post(string path, string json, CancellationToken cancel)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await _management.PostAsync(path, body, cancel);
    }

    /// <summary>The management API counts every second.</summary>
    async Task Counted(Func<int, bool> so, CancellationToken cancel)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (await pace.WaitForNextTickAsync(limit.Token))
        {
            using var answer = await _management.GetAsync($"api/queues/%2F/{Queue}", limit.Token);
            using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(limit.Token));
            if (json.RootElement.TryGetProperty("messages_ready", out var ready) && json.RootElement.TryGetProperty("state", out var state) && state.GetString() == "running" && so(ready.GetInt32())) return;
        }
    }

    async Task Alarm(bool raised, CancellationToken cancel)
    {
        await _rabbit.MemoryAlarm(raised, cancel);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (await pace.WaitForNextTickAsync(limit.Token))
        {
            using var nodes = System.Text.Json.JsonDocument.Parse(await _management.GetStringAsync("api/nodes", limit.Token));
            if (nodes.RootElement[0].GetProperty("mem_alarm").GetBoolean() == raised) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        if (_rabbit is not null) await _rabbit.DisposeAsync();
        if (_nats is not null) await _nats.DisposeAsync();
    }
}
