using System.Net;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load.Wires;

public class StreamWireTests() : WireTests("sockets");

public class EpollWireTests() : WireTests("epoll")
{
    [Fact]
    public async Task A_hundred_thousand_sends_that_fail_at_once_are_over_once_each()
    {
        const int Many = 100_000;
        using var loop = new EpollLoop(new LoadClock(TimeProvider.System));
        using var wire = new EpollWire(loop, new(), new OutboundGuard(new() { Allowed = [] }).WaysOut, TrustAnchors.System);
        var user = new Again(wire, loop, Many);
        var exchange = new Exchange { User = user, Origin = new("http", "127.0.0.1", 1, [IPAddress.Loopback]), Bytes = "GET"u8.ToArray() };

        await OwnThread.Run(() =>
        {
            loop.Post(() => wire.Send(exchange));
            loop.Run();
        });

        Assert.Equal(Many, user.Overs);
    }

    sealed class Again(EpollWire wire, ILoop loop, int times) : IExchanged
    {
        public int Overs { get; private set; }

        public void Over(Exchange exchange)
        {
            if (++Overs < times) wire.Send(exchange);
            else loop.Stop();
        }
    }
}
