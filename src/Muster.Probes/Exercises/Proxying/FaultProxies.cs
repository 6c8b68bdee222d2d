using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>
/// TCP proxies of 127.0.0.1 that stand between a service and what it needs, and the control socket over which faults are put on them. Each passes on through the outbound guard.
/// </summary>
public sealed class FaultProxies : IAsyncDisposable
{
    const int MostProxies = 256;
    readonly ConcurrentDictionary<string, FaultProxy> _all = new(StringComparer.Ordinal);
    readonly OutboundGuard _guard;
    readonly LoopbackSite _site;

    FaultProxies(OutboundGuard guard, TimeProvider clock, int control)
    {
        (_guard, Clock) = (guard, clock);
        _site = LoopbackSite.Start(port: control);
        _site.Asks = new ProxyControl(this).Answer;
    }

    /// <param name="control">The port of the control socket; 0 for a free one.</param>
    /// <exception cref="SocketException">The port is somebody else's.</exception>
    public static FaultProxies Start(OutboundGuard guard, TimeProvider clock, int control = 0) => new(guard, clock, control);

    /// <summary>Where faults are put on and taken away.</summary>
    public Uri Control => _site.Address;

    internal TimeProvider Clock { get; }

    internal IEnumerable<FaultProxy> All => _all.Values.OrderBy(proxy => proxy.Name, StringComparer.Ordinal);

    internal FaultProxy? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>Listens from now on.</summary>
    /// <param name="port">Of 127.0.0.1; 0 for a free one.</param>
    /// <param name="upstream">host:port.</param>
    /// <returns>The port, or what stands against it, in words.</returns>
    public async Task<(int Port, string? Wrong)> Add(string name, int port, string upstream, bool enabled = true)
    {
        if (!Toxic.IsName(name)) return (0, "bad request body: a name has 1 to 100 characters, none of them \"/\", \"?\", \"#\" or \"%\"");
        if (_all.Count >= MostProxies) return (0, $"bad request body: there are {MostProxies} proxies already");
        FaultProxy proxy;
        try { proxy = new(name, port, upstream, _guard, Clock); }
        catch (Unseen) { return (0, $"bad request body: the upstream is not host:port: {upstream}"); }
        if (!_all.TryAdd(name, proxy)) return (0, "proxy already exists");
        try
        {
            await proxy.Enable(enabled);
            return (proxy.Port, null);
        }
        catch (SocketException taken)
        {
            await Remove(name);
            return (0, $"listen 127.0.0.1:{port}: {taken.Message}");
        }
    }

    internal async Task<bool> Remove(string name)
    {
        if (!_all.TryRemove(name, out var proxy)) return false;
        await proxy.DisposeAsync();
        return true;
    }

    /// <summary>Every proxy enabled, and every fault gone.</summary>
    internal async Task Reset()
    {
        foreach (var proxy in _all.Values)
        {
            proxy.Clear();
            await proxy.Enable(true);
        }
    }

    /// <summary>Nothing listens and no connection is open when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        foreach (var proxy in All.ToArray()) await Remove(proxy.Name);
    }
}
