#pragma warning disable RS0030 // Passes on between a socket that the guard dialled and one that loopback took.
using System.Collections.Immutable;
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>One connection through a proxy: two streams, and the faults that end it by the clock.</summary>
sealed class ProxyLink : IDisposable
{
    readonly FaultProxy _proxy;
    readonly Socket _client, _behind;
    readonly ProxyStream _up, _down;
    readonly double _draw = Random.Shared.NextDouble();
    readonly CancellationTokenSource _end = new();
    readonly HashSet<Toxic> _armed = new(ReferenceEqualityComparer.Instance);
    readonly Lock _change = new();
    CancellationTokenSource _changed = new();
    bool _over;

    public ProxyLink(FaultProxy proxy, Socket client, Socket behind)
    {
        (_proxy, _client, _behind) = (proxy, client, behind);
        (_up, _down) = (new(this, client, behind, up: true), new(this, behind, client, up: false));
    }

    public ProxySeen Seen => _proxy.Seen;

    public TimeProvider Clock => _proxy.Clock;

    /// <summary>The faults that are on this connection's direction now.</summary>
    public ImmutableArray<Toxic> Toxics(bool up)
    {
        var all = _proxy.Toxics;
        if (all.IsEmpty) return all;
        return [.. all.Where(toxic => toxic.Up == up && _draw < toxic.Toxicity)];
    }

    public async Task Run(CancellationToken stop)
    {
        using var stopped = stop.Register(static link => ((ProxyLink)link!).Cut(abruptly: false), this);
        Changed();
        await Task.WhenAll(End(_up), End(_down));
    }

    async Task End(ProxyStream stream)
    {
        try { await stream.Run(_end.Token); }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A side that broke off is broken off on the other side too.
            if (over is SocketException && !_end.IsCancellationRequested) Break(abruptly: true);
        }
    }

    /// <summary>The proxy's faults are others now.</summary>
    public void Changed()
    {
        CancellationTokenSource before;
        lock (_change)
        {
            if (_over) return;
            (before, _changed) = (_changed, new());
            foreach (var toxic in _proxy.Toxics.Where(toxic => _draw < toxic.Toxicity && _armed.Add(toxic)))
                if (toxic.Type == ToxicType.ResetPeer || toxic.Type == ToxicType.Timeout && toxic["timeout"] > 0) _ = CutAfter(toxic);
        }

        before.Cancel();
        before.Dispose();
        // What was swallowed is lost, and a stream with a hole is none: the other side must begin anew.
        if ((_up.HasHole && !Toxics(true).Any(toxic => toxic.Type == ToxicType.Timeout)) || (_down.HasHole && !Toxics(false).Any(toxic => toxic.Type == ToxicType.Timeout))) Cut(abruptly: true);
    }

    async Task CutAfter(Toxic toxic)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(toxic["timeout"]), Clock, _end.Token);
            if (_proxy.Toxics.Contains(toxic)) Cut(abruptly: toxic.Type == ToxicType.ResetPeer);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException) { return; } // It ended before.
    }

    /// <summary>Waits that long, or until it is so no more.</summary>
    public async Task Pause(TimeSpan time, Func<bool> still, CancellationToken cancel)
    {
        var began = Clock.GetTimestamp();
        while (still())
        {
            CancellationToken changed;
            lock (_change) changed = _changed.Token;
            var left = time == Timeout.InfiniteTimeSpan ? time : time - Clock.GetElapsedTime(began);
            if (time != Timeout.InfiniteTimeSpan && left <= TimeSpan.Zero) return;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(changed, cancel);
            try
            {
                await Task.Delay(left, Clock, either.Token);
                return;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { continue; } // Looks again at what holds now.
        }
    }

    /// <summary>The proxy ends it, which is counted.</summary>
    public void Cut(bool abruptly)
    {
        if (_end.IsCancellationRequested) return;
        ProxySeen.Add(ref Seen.Cut);
        Break(abruptly);
    }

    void Break(bool abruptly)
    {
        try
        {
            if (abruptly) (_client.LingerState, _behind.LingerState) = (new(true, 0), new(true, 0));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException) { abruptly = false; } // One side was closed before.
        try { _end.Cancel(); }
        catch (ObjectDisposedException) { return; } // Over already.
        // In order they are closed once nobody reads of them any more (Dispose): one that is closed under a read is reset.
        if (!abruptly) return;
        _client.Dispose();
        _behind.Dispose();
    }

    public void Dispose()
    {
        _client.Dispose();
        _behind.Dispose();
        _end.Dispose();
        lock (_change)
        {
            _over = true;
            _changed.Dispose();
        }
    }
}
