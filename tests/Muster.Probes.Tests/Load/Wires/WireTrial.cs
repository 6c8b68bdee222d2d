using System.Net;
using System.Text;
using Muster.Probes.Load;
using Digest = Muster.Readiness.Digest;

namespace Muster.Probes.Tests.Load.Wires;

/// <summary>A loop and a wire, and one user that asks over it; each asking runs the loop until the exchange is over.</summary>
sealed class WireTrial : IExchanged, IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly ILoop _loop;
    int _awaited, _thread;

    /// <param name="kind">"epoll", "sockets" or "HttpClient".</param>
    public WireTrial(Wiring? wiring = null, OutboundGuard? guard = null, TrustAnchors? trust = null, string kind = "epoll", Action<Origin, Digest>? identified = null)
    {
        var clock = new LoadClock(TimeProvider.System);
        var (how, ways, anchors) = (wiring ?? new(), (guard ?? new OutboundGuard()).WaysOut, trust ?? TrustAnchors.System);
        _loop = kind == "epoll" ? new EpollLoop(clock) : new WaitingLoop(clock);
        Wire = kind switch
        {
            "epoll" => new EpollWire((EpollLoop)_loop, how, ways, anchors) { Identified = identified },
            "sockets" => new StreamWire(_loop, how, ways, anchors) { Identified = identified },
            _ => new ClientWire(_loop, how, ways, anchors) { Identified = identified },
        };
        Assert.Equal(kind, Wire.Name);
    }

    public IWire Wire { get; }

    public int Overs { get; private set; }

    /// <summary>How often an exchange was over on another thread than the loop's.</summary>
    public int ToldElsewhere { get; private set; }

    public Exchange New(int port, string method = "GET", string path = "/", string? body = null, bool readBody = true, params IPAddress[] addresses)
    {
        var exchange = new Exchange { User = this, ReadBody = readBody };
        Aim(exchange, port, method, path, body, addresses);
        return exchange;
    }

    public static void Aim(Exchange exchange, int port, string method = "GET", string path = "/", string? body = null, params IPAddress[] addresses)
    {
        exchange.Origin = new("http", "127.0.0.1", port, addresses.Length > 0 ? [.. addresses] : [IPAddress.Loopback]);
        (exchange.Method, exchange.Path) = (method, path);
        var head = $"{method} {path} HTTP/1.1\r\nHost: {exchange.Origin.Authority}\r\n{(body is null ? "" : $"Content-Length: {body.Length}\r\n")}\r\n";
        (exchange.Bytes, exchange.BodyAt) = (Encoding.Latin1.GetBytes(head + body), head.Length);
    }

    /// <param name="within">Seconds from now on.</param>
    public async Task<Exchange> Ask(Exchange exchange, double? within = null)
    {
        await OwnThread.Run(() => Run([exchange], within));
        return exchange;
    }

    public static void AimSecure(Exchange exchange, int port, string host = "127.0.0.1", string path = "/")
    {
        Aim(exchange, port, path: path);
        exchange.Origin = exchange.Origin with { Scheme = "https", Host = host };
    }

    public Task Ask(Exchange[] exchanges, double? within = null) => OwnThread.Run(() => Run(exchanges, within));

    void Run(Exchange[] exchanges, double? within)
    {
        var late = new Late(_loop);
        _loop.Set(late, _loop.Now + (long)Patience.TotalNanoseconds);
        (_awaited, _thread) = (exchanges.Length, Environment.CurrentManagedThreadId);
        _loop.Post(() =>
        {
            foreach (var exchange in exchanges)
            {
                exchange.Deadline = within is { } seconds ? _loop.Now + (long)(seconds * 1e9) : long.MaxValue;
                var before = Overs;
                Wire.Send(exchange);
                Assert.Equal(before, Overs);
            }
        });
        _loop.Run();
        _loop.Cancel(late);
        Assert.False(late.Rung, "the exchange was not over in time");
    }

    public void Over(Exchange exchange)
    {
        Overs++;
        if (Environment.CurrentManagedThreadId != _thread) ToldElsewhere++;
        Assert.True(exchange.Done >= 0);
        if (--_awaited == 0) _loop.Stop();
    }

    public void Dispose()
    {
        Wire.Dispose();
        (_loop as IDisposable)?.Dispose();
    }

    sealed class Late(ILoop loop) : Alarm
    {
        public bool Rung { get; private set; }

        public override void Ring(long now)
        {
            Rung = true;
            loop.Stop();
        }
    }
}
