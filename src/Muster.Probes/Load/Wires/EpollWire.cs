#pragma warning disable RS0030 // Takes over sockets that the guard dialled.
using System.Net.Security;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>HTTP/1.1 on sockets of the loop's own (Linux): each user has one connection, and everything about it happens on the loop's thread.</summary>
sealed class EpollWire(EpollLoop loop, Wiring wiring, WaysOut ways, TrustAnchors trust) : IWire
{
    /// <summary>Stands for the connection of an exchange that failed before it had one, until it is told so.</summary>
    static readonly object Failed = new();

    readonly Dictionary<string, SslClientAuthenticationOptions> _tls = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _ends = new();
    readonly Failing _failing = new(loop);

    public string Name => "epoll";

    public string Protocol => "HTTP/1.1";

    public long Connections { get; internal set; }

    public long Retried { get; internal set; }

    /// <summary>Told of each connection over TLS, with the digest of the certificate that was shown on it.</summary>
    public Action<Origin, Digest>? Identified { get; set; }

    internal EpollLoop Loop => loop;

    internal WaysOut Ways => ways;

    internal long ConnectTimeout { get; } = (long)wiring.ConnectTimeout.TotalNanoseconds;

    internal bool Keeps { get; } = wiring.Reuse != Reuse.Never;

    /// <summary>Connections whose last answer has come, and that wait for the server to close first.</summary>
    internal int Leaving { get; set; }

    /// <summary>What all connections read into: what they want to keep of it they copy.</summary>
    internal byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

    public void Send(Exchange exchange)
    {
        exchange.Begin();
        if (exchange.Held is EpollConnection held)
        {
            // A session has a connection of its own, as those of other clients have.
            if (exchange.Upgrade is null && held.Serves(exchange.Origin))
            {
                held.Begin(exchange);
                return;
            }

            held.Close();
        }

        Open(exchange);
    }

    internal SslClientAuthenticationOptions Tls(Origin origin) =>
        _tls.TryGetValue(origin.Host, out var options) ? options : _tls[origin.Host] = TlsLayer.Options(origin.Host, trust, wiring.ResumeTls);

    internal void Open(Exchange exchange)
    {
        var connection = new EpollConnection(this, exchange.Origin);
        exchange.Held = connection;
        connection.Connect(exchange);
    }

    public void Release(Exchange exchange)
    {
        if (exchange.Held is EpollConnection held) held.Close();
        exchange.Held = null;
    }

    public void Abandon(Exchange exchange) => Release(exchange);

    /// <summary>The exchange is over, and is told so in a turn of its own: whoever sends is never told within the sending, and may send again when it is told.</summary>
    internal void FailLater(Exchange exchange, Failure failure, string detail)
    {
        (exchange.Failure, exchange.Detail, exchange.Done, exchange.Held) = (failure, detail, loop.Now, Failed);
        _failing.Add(exchange);
    }

    /// <summary>Hands a socket that was made elsewhere to the connection.</summary>
    internal async Task ConnectElsewhere(EpollConnection connection, System.Net.IPEndPoint to)
    {
        try
        {
            // The dial function may do anything before it first waits.
            var socket = await Task.Run(() => ways.Connect(to, ProtocolType.Tcp, _ends.Token).AsTask());
            loop.Post(() => connection.Adopt(socket));
        }
        catch (Unseen refused) { loop.Post(() => connection.NotConnected(0, refused.Message)); }
        catch (SocketException none) { loop.Post(() => connection.NotConnected(none.NativeErrorCode, none.Message)); }
        catch (Exception other) { loop.Post(() => connection.NotConnected(0, other.Message)); }
    }

    public void Dispose()
    {
        foreach (var connection in loop.Everyone().OfType<EpollConnection>())
            if (connection.Wire == this) connection.Close();
        _ends.Cancel();
        _ends.Dispose();
    }

    sealed class Failing(EpollLoop loop) : Watched
    {
        readonly Queue<Exchange> _exchanges = new();

        public void Add(Exchange exchange)
        {
            _exchanges.Enqueue(exchange);
            loop.Later(this);
        }

        public override void Happened(uint events)
        {
            for (var count = _exchanges.Count; count > 0; count--)
            {
                var exchange = _exchanges.Dequeue();
                if (exchange.Held != Failed) continue; // It was broken off.
                exchange.Held = null;
                exchange.User.Over(exchange);
            }
        }
    }
}
