using System.Net.Security;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>HTTP/1.1 on the framework's sockets, for systems without epoll: each user has one connection, its reads and writes go on on the pool's threads, and what came of them is posted to the loop.</summary>
sealed class StreamWire(ILoop loop, Wiring wiring, WaysOut ways, TrustAnchors trust) : IWire
{
    readonly Dictionary<string, SslClientAuthenticationOptions> _tls = new(StringComparer.Ordinal);
    readonly HashSet<StreamConnection> _open = [];
    long _connections;

    public string Name => "sockets";

    public string Protocol => "HTTP/1.1";

    public long Connections => Interlocked.Read(ref _connections);

    public long Retried { get; private set; }

    /// <summary>As <see cref="EpollWire.Identified"/>.</summary>
    public Action<Origin, Digest>? Identified { get; set; }

    internal ILoop Loop => loop;

    internal WaysOut Ways => ways;

    internal Wiring Wiring => wiring;

    public void Send(Exchange exchange)
    {
        exchange.Begin();
        if (exchange.Upgrade is not null)
        {
            Release(exchange);
            NoUpgrade.Refuse(loop, exchange, "WebSockets are carried on Linux alone");
            return;
        }

        if (exchange.Held is StreamConnection held)
        {
            if (held.Serves(exchange.Origin))
            {
                held.Begin(exchange);
                return;
            }

            Close(held);
        }

        Open(exchange);
    }

    void Open(Exchange exchange)
    {
        var connection = new StreamConnection(this, exchange.Origin, exchange.Origin.IsSecure ? Tls(exchange.Origin) : null);
        _open.Add(connection);
        exchange.Held = connection;
        connection.Begin(exchange);
    }

    internal void Again(StreamConnection connection, Exchange exchange)
    {
        Close(connection);
        Retried++;
        exchange.Begin();
        Open(exchange);
    }

    SslClientAuthenticationOptions Tls(Origin origin) =>
        _tls.TryGetValue(origin.Host, out var options) ? options : _tls[origin.Host] = TlsLayer.Options(origin.Host, trust, wiring.ResumeTls);

    internal void Opened() => Interlocked.Increment(ref _connections);

    internal void Close(StreamConnection connection)
    {
        _open.Remove(connection);
        connection.Dispose();
    }

    public void Release(Exchange exchange)
    {
        if (exchange.Held is StreamConnection held) Close(held);
        exchange.Held = null;
    }

    public void Abandon(Exchange exchange) => Release(exchange);

    public void Dispose()
    {
        foreach (var connection in _open) connection.Dispose();
        _open.Clear();
    }
}
