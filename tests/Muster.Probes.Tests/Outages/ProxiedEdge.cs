using Muster.Servers;

namespace Muster.Probes.Tests.Outages;

/// <summary>A real service whose real cache stands behind a proxy of faults.</summary>
public sealed class ProxiedEdge : IAsyncLifetime
{
    public const string Password = "redis-pass-1";

    public RedisServer Redis { get; private set; } = null!;

    public FaultProxies Proxies { get; private set; } = null!;

    public EdgeProcess Edge { get; private set; } = null!;

    public string[] Words { get; private set; } = [];

    string? _flaw;

    /// <summary>The service with that flaw and no other, begun anew only where it has another.</summary>
    public async Task With(string? flaw)
    {
        if (_flaw != flaw) await Edge.Restart(flaw is null ? Words : [.. Words, "--flaw", flaw], TestContext.Current.CancellationToken);
        _flaw = flaw;
    }

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.Start(["save \"\"", "requirepass " + Password], CancellationToken.None);
        Proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        var (redis, _) = await Proxies.Add("redis", 0, $"127.0.0.1:{Redis.Port}");
        Words = ["--dependency", $"redis=127.0.0.1:{redis}"];
        Edge = await EdgeProcess.Start("a", Words, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Edge.DisposeAsync();
        await Proxies.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
