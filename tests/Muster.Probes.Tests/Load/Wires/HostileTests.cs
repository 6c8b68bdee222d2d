using System.Net.Sockets;
using System.Text;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load.Wires;

public class EpollHostileTests() : HostileTests("epoll");

public class StreamHostileTests() : HostileTests("sockets");

/// <summary>Many users ask a peer that does at each request whatever comes to its mind.</summary>
public abstract class HostileTests(string kind)
{
    const int Users = 24;
    const int Each = 60;

    [Fact]
    public async Task Every_send_is_over_exactly_once_whatever_the_peer_does()
    {
        var seed = 11;
        await using var peer = LoopbackListener.Start((stream, cancel) => Serve(stream, new Random(Interlocked.Increment(ref seed)), cancel));
        var clock = new LoadClock(TimeProvider.System);
        ILoop loop = kind == "epoll" ? new EpollLoop(clock) : new WaitingLoop(clock);
        var ways = new OutboundGuard().WaysOut;
        using var wire = kind == "epoll" ? (IWire)new EpollWire((EpollLoop)loop, new(), ways, TrustAnchors.System) : new StreamWire(loop, new(), ways, TrustAnchors.System);
        var crowd = new Crowd(loop, wire, peer.Port);

        await OwnThread.Run(crowd.Run);

        Assert.Equal(0, crowd.Twice);
        Assert.Equal(Users * Each, crowd.Sent);
        Assert.Equal(crowd.Sent, crowd.Told + crowd.Abandoned);
        Assert.True(crowd.Kinds.Count >= 4, string.Join(", ", crowd.Kinds));
        Assert.Contains(Failure.None, crowd.Kinds);
        (loop as IDisposable)?.Dispose();
    }

    static async Task Serve(Stream stream, Random random, CancellationToken cancel)
    {
        while (await Peer.Request(stream, cancel) is not null)
        {
            switch (random.Next(12))
            {
                case 0: return;
                case 1:
                    ((NetworkStream)stream).Socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    ((NetworkStream)stream).Socket.Close();
                    return;
                case 2:
                    await Say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot so many");
                    return;
                case 3:
                    await Say("garbage that is none of HTTP\r\n");
                    break;
                case 4: break; // It never answers.
                case 5:
                    await Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more");
                    break;
                case 6:
                    await Say("HTTP/1.1 200 OK\r\n\r\nuntil the end");
                    return;
                case 7:
                    foreach (var octet in "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n") await Say(octet.ToString());
                    break;
                case 8:
                    await Say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
                    break;
                default:
                    await Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    break;
            }
        }

        async Task Say(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancel);
    }

    sealed class Crowd(ILoop loop, IWire wire, int port) : IExchanged
    {
        readonly Random _random = new(1);
        readonly HashSet<Exchange> _underWay = [];
        readonly Dictionary<Exchange, int> _sends = [];
        int _left = Users;

        public int Sent { get; private set; }
        public int Told { get; private set; }
        public int Abandoned { get; private set; }
        public int Twice { get; private set; }
        public HashSet<Failure> Kinds { get; } = [];

        public void Run()
        {
            loop.Post(() =>
            {
                for (var i = 0; i < Users; i++)
                {
                    var exchange = new Exchange { User = this, ReadBody = i % 2 == 0 };
                    WireTrial.Aim(exchange, port, i % 3 == 0 ? "POST" : "GET", body: i % 3 == 0 ? new string('b', i * 4000) : null);
                    Send(exchange);
                }
            });
            loop.Run();
        }

        void Send(Exchange exchange)
        {
            if (_sends.GetValueOrDefault(exchange) == Each)
            {
                wire.Release(exchange);
                if (--_left == 0) loop.Stop();
                return;
            }

            _sends[exchange] = _sends.GetValueOrDefault(exchange) + 1;
            Sent++;
            exchange.Deadline = loop.Now + 100_000_000;
            Assert.True(_underWay.Add(exchange));
            wire.Send(exchange);
            if (_random.Next(20) != 0) return;
            wire.Abandon(exchange);
            Abandoned++;
            Assert.True(_underWay.Remove(exchange));
            loop.Post(() => Send(exchange));
        }

        public void Over(Exchange exchange)
        {
            Told++;
            if (!_underWay.Remove(exchange)) Twice++;
            Kinds.Add(exchange.Failure);
            if (_random.Next(10) == 0) wire.Release(exchange);
            Send(exchange);
        }
    }
}
