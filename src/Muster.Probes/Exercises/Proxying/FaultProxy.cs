#pragma warning disable RS0030 // Passes on between a socket that the guard dialled and one that loopback took.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A listener of 127.0.0.1 that passes on to one place, as long as it is enabled. Disabled it does not listen, as a dependency that is stopped.</summary>
sealed class FaultProxy(string name, int port, string upstream, OutboundGuard guard, TimeProvider clock) : IAsyncDisposable
{
    const int MostToxics = 64;
    static readonly TimeSpan LongestDial = TimeSpan.FromSeconds(10);
    readonly ConcurrentDictionary<ProxyLink, bool> _links = new();
    readonly SemaphoreSlim _turn = new(1, 1);
    (string Host, int Port) _behind = HostAndPort.Read(upstream, null);
    string _upstream = upstream;
    LoopbackListener? _listener;
    int _port = port;

    public string Name => name;

    public TimeProvider Clock => clock;

    public int Port => _port;

    public string Upstream => _upstream;

    public ProxySeen Seen { get; } = new();

    public ImmutableArray<Toxic> Toxics { get; private set; } = [];

    public bool Enabled => Volatile.Read(ref _listener) is not null;

    public Value.Fields Written => Value.Of(
        ("name", name), ("listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}")), ("upstream", _upstream), ("enabled", Enabled),
        ("toxics", Value.List(Toxics.Select(toxic => (Value)toxic.Written))), ("seen", Seen.Written(_links.Count)));

    /// <exception cref="SocketException">The port is somebody else's.</exception>
    public async Task Enable(bool enabled)
    {
        await _turn.WaitAsync();
        try
        {
            if (enabled && _listener is null)
            {
                var listener = LoopbackListener.Start(Serve, _port);
                _port = listener.Port;
                Volatile.Write(ref _listener, listener);
            }
            else if (!enabled && _listener is { } open)
            {
                Volatile.Write(ref _listener, null);
                await open.DisposeAsync(); // Its connections are cut, and it has ended when this returns.
            }
        }
        finally { _turn.Release(); }
    }

    /// <summary>Another place behind it, or another port. Its connections are cut; what is on it and what it has seen stays.</summary>
    /// <exception cref="SocketException">The port is somebody else's; it listens where it did.</exception>
    /// <exception cref="Unseen">The place is not host:port; nothing has changed.</exception>
    public async Task Move(int port, string upstream)
    {
        var behind = HostAndPort.Read(upstream, null);
        await _turn.WaitAsync();
        try
        {
            var (open, before) = (_listener, (_behind, _upstream));
            Volatile.Write(ref _listener, null);
            if (open is not null) await open.DisposeAsync();
            // Nobody listens now: whoever comes next comes to the new place.
            (_behind, _upstream) = (behind, upstream);
            try { if (open is not null) Volatile.Write(ref _listener, LoopbackListener.Start(Serve, port)); }
            catch (SocketException)
            {
                (_behind, _upstream) = before;
                Volatile.Write(ref _listener, LoopbackListener.Start(Serve, _port));
                throw;
            }

            _port = _listener?.Port ?? port;
        }
        finally { _turn.Release(); }
    }

    /// <summary>Null if that is in force now; else what stands against it.</summary>
    public string? Put(Toxic toxic, bool replaces)
    {
        lock (_links)
        {
            var there = Toxics.Any(one => one.Name == toxic.Name);
            if (there && !replaces) return "toxic already exists";
            if (Toxics.Length >= MostToxics && !there) return $"bad request body: a proxy takes {MostToxics} toxics";
            Toxics = [.. Toxics.Where(one => one.Name != toxic.Name), toxic];
        }

        Tell();
        return null;
    }

    public bool Remove(string toxic)
    {
        lock (_links)
        {
            var kept = Toxics.RemoveAll(one => one.Name == toxic);
            if (kept.Length == Toxics.Length) return false;
            Toxics = kept;
        }

        Tell();
        return true;
    }

    public void Clear()
    {
        lock (_links) Toxics = [];
        Tell();
    }

    void Tell()
    {
        foreach (var link in _links.Keys) link.Changed();
    }

    async Task Serve(Stream stream, CancellationToken stop)
    {
        var client = ((NetworkStream)stream).Socket;
        ProxySeen.Add(ref Seen.Connections);
        Socket behind;
        try { behind = await Dial(stop); }
        catch (Exception unreachable) when (unreachable is SocketException or Unseen or OperationCanceledException)
        {
            ProxySeen.Add(ref Seen.Unconnected);
            client.LingerState = new(true, 0); // Not an end in order: the client sees that nothing is there.
            client.Dispose(); // At once: the stream around it would say goodbye first.
            return;
        }

        using var link = new ProxyLink(this, client, behind);
        _links[link] = true;
        try { await link.Run(stop); }
        finally { _links.TryRemove(link, out _); }
    }

    async Task<Socket> Dial(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestDial);
        var addresses = await guard.Find(_behind.Host, limit.Token);
        for (var i = 0; ; i++)
            try { return await guard.Connect(new(addresses[i], _behind.Port), ProtocolType.Tcp, limit.Token); }
            catch (SocketException) when (i + 1 < addresses.Length && !limit.IsCancellationRequested) { continue; } // The next address of the same name.
    }

    public async ValueTask DisposeAsync()
    {
        await Enable(false);
        _turn.Dispose();
    }
}
