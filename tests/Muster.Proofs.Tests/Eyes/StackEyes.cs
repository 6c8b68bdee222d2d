using System.Globalization;
using Muster.Probes;

namespace Muster.Proofs.Tests;

/// <summary>A stack of containers: the engine's API is spoken by a program of the test's own on a real socket, and so are the two services that publish a port. One command makes the stack anew.</summary>
sealed class StackEyes : IEyes
{
    const string Other = "registry.shop.test/app:latest";
    LoopbackSite _up = null!, _gateway = null!, _ui = null!;
    FakeEngine _engine = null!;
    int _gatewayPort;
    string? _leftOut;

    public string Name => "stack";

    public Lane Lane => Lane.Reading;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["SU-03"], "the command leaves a service out", _ => Task.FromResult(_leftOut = "store"), _ => Again()),
        new(["SU-05"], "a service has ended", _ => Set("store", state: "exited", exit: 137), _ => Again()),
        new(["SU-05"], "a service is started again and again", _ => Set("store", restarts: 12, seconds: 2), _ => Again()),
        new(["SU-05", "SU-08"], "the gateway's own check fails", _ => Set("gateway", health: "unhealthy"), _ => Again()),
        new(["SU-08"], "the gateway is well now, after it restarted in circles", _ => Set("gateway", restarts: 9), _ => Again()),
        new(["SU-66"], "the store publishes a port that nobody named", _ => Set("store", published: "0.0.0.0:6379->6379/tcp"), _ => Again()),
        new(["SU-66"], "the gateway's port is published, and nothing listens", _ => _gateway.DisposeAsync().AsTask(), _ => Task.FromResult(_gateway = LoopbackSite.Start(port: _gatewayPort))),
        new(["AI-24"], "an image is named by a tag that moves", _ => Set("store", image: Other), _ => Again()),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _engine = FakeEngine.Start();
        _gateway = LoopbackSite.Start();
        _gatewayPort = _gateway.Port;
        _ui = LoopbackSite.Start();
        _up = LoopbackSite.Start();
        _up.Route("/up", _ =>
        {
            Up();
            return new(200, "up");
        });
        Up();
        await File.WriteAllTextAsync(Path.Combine(folder, "up"), "set -eu\ncurl --silent --show-error --fail --request POST \"http://127.0.0.1:$1/up\"\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "production.json"), $$"""{ "images": [ "{{FakeEngine.Pinned}}" ] }""", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "compose.yaml"), $"services:\n  gateway: {{ image: \"{FakeEngine.Pinned}\" }}\n  store: {{ image: \"{FakeEngine.Pinned}\" }}\n  ui: {{ image: \"{FakeEngine.Pinned}\" }}\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "handbook.json"), $$"""{ "published": [ "gateway {{Published("gateway")}}", "ui {{Published("ui")}}" ] }""", cancel);
        return new Dictionary<string, int> { ["engine"] = _engine.Port, ["up"] = _up.Port, ["gateway"] = _gateway.Port, ["ui"] = _ui.Port };
    }

    void Up()
    {
        foreach (var service in (string[])["gateway", "store", "ui"])
            if (service == _leftOut) _engine.Remove("shop", service);
            else Run(service);
    }

    Task Again()
    {
        _leftOut = null;
        Up();
        return Task.CompletedTask;
    }

    void Run(string service) => _engine.Run("shop", service, published: Published(service));

    Task Set(string service, string state = "running", string health = "healthy", int restarts = 0, int exit = 0, string image = FakeEngine.Pinned, string? published = null, int seconds = 600)
    {
        _engine.Run("shop", service, state, health, restarts, exit, image, published ?? Published(service), seconds);
        return Task.CompletedTask;
    }

    string Published(string service) => service switch
    {
        "gateway" => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_gatewayPort}->80/tcp"),
        "ui" => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_ui.Port}->80/tcp"),
        _ => "",
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var site in (IAsyncDisposable?[])[_engine, _gateway, _ui, _up])
            if (site is not null) await site.DisposeAsync();
    }
}
