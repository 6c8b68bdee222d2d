using System.Collections.Concurrent;
using System.Text.Json;
using Muster.Servers;
using NATS.Client.Core;

namespace Muster.Proofs.Tests;

/// <summary>A real NATS server, and behind it the two services of a store, programs of the test's own: one reads for the tenant that a request names, the other writes what is routed with authority.</summary>
sealed class BusEyes : IEyes
{
    const string Authority = "routed-by-the-control-plane";
    readonly ConcurrentDictionary<(string Tenant, string Id), string> _kept = new();
    readonly CancellationTokenSource _stop = new();
    bool _readsForAnybody, _writesForAnybody, _keepsWhatItRejects;
    NatsServer _server = null!;
    NatsConnection _client = null!;
    Task _reading = Task.CompletedTask, _writing = Task.CompletedTask;

    public string Name => "bus";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["CG-49"], "the reading service looks at no tenant", _ => Task.FromResult(_readsForAnybody = true), _ => Task.FromResult(_readsForAnybody = false)),
        new(["CG-50"], "the writing service takes commands without authorised routing", _ => Task.FromResult(_writesForAnybody = true), _ => Task.FromResult(_writesForAnybody = false)),
        new(["CG-50"], "the writing service rejects a command and keeps it all the same", _ => Task.FromResult(_keepsWhatItRejects = true), _ => Task.FromResult(_keepsWhatItRejects = false)),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "keeper"), "keeper-password-1", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "routing"), Authority, cancel);
        _server = await NatsServer.Start([NatsServer.User("keeper", "keeper-password-1")], cancel);
        _client = new(new NatsOpts { Url = _server.Address, AuthOpts = new NatsAuthOpts { Username = "keeper", Password = "keeper-password-1" } });
        _kept[("north", "basket-1")] = "three apples";
        _reading = await Serve("store.read", Read, cancel);
        _writing = await Serve("store.write", Write, cancel);
        await _client.PingAsync(cancel);
        return new Dictionary<string, int> { ["bus"] = _server.Port };
    }

    async Task<Task> Serve(string subject, Func<string, string, JsonElement, string> answer, CancellationToken cancel)
    {
        var listening = await _client.SubscribeCoreAsync<string>(subject, cancellationToken: cancel);
        return Task.Run(async () =>
        {
            try
            {
                await foreach (var asked in listening.Msgs.ReadAllAsync(_stop.Token))
                {
                    using var command = JsonDocument.Parse(asked.Data!);
                    await asked.ReplyAsync(answer(Header(asked, "Tenant"), Header(asked, "Routing"), command.RootElement), cancellationToken: _stop.Token);
                }
            }
            catch (OperationCanceledException) { return; } // Disposed.
        }, CancellationToken.None);
    }

    static string Header(NatsMsg<string> asked, string name) => asked.Headers?.TryGetValue(name, out var values) == true ? values.ToString() : "";

    string Read(string tenant, string routing, JsonElement command)
    {
        var id = command.GetProperty("id").GetString()!;
        var found = _kept.FirstOrDefault(one => one.Key.Id == id && (_readsForAnybody || one.Key.Tenant == tenant)).Value;
        return found is null ? """{ "found": false }""" : $$"""{ "found": true, "item": "{{found}}" }""";
    }

    string Write(string tenant, string routing, JsonElement command)
    {
        var admitted = routing == Authority || _writesForAnybody;
        if (admitted || _keepsWhatItRejects) _kept[(tenant, command.GetProperty("id").GetString()!)] = "written";
        return admitted ? """{ "written": true }""" : """{ "written": false, "error": "not routed with authority" }""";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_reading, _writing);
        if (_client is not null) await _client.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _stop.Dispose();
    }
}
