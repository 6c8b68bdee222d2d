using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes.Tests.Tcp;

public class TcpProbeTests
{
    [Fact]
    public async Task A_port_that_listens_is_open_and_one_that_refuses_is_not()
    {
        await using var site = LoopbackSite.Start();

        var open = await Probing.Look("tcp", ("target", $"127.0.0.1:{site.Port}"));
        var closed = await Probing.Look("tcp", ("target", "127.0.0.1"), ("port", LoopbackListener.ClosedPort()));

        Assert.Equal(Value.True, open.Observation!["open"]);
        Assert.NotNull(open.Observation["duration"]);
        Assert.Equal(Value.False, closed.Observation!["open"]);
        Assert.Null(closed.Observation["duration"]);
        Assert.Equal(1, closed.Population);
    }

    [Fact]
    public async Task Silence_is_a_deadline_not_a_closed_port()
    {
        var guard = new OutboundGuard(dial: async (_, _, cancel) => { await Task.Delay(Timeout.InfiniteTimeSpan, cancel); throw new InvalidOperationException(); });
        var clock = new FakeClock();

        var looking = Probing.Look(Probing.Options with { Guard = guard, Clock = clock }, "tcp", ("target", "127.0.0.1:1"));
        await clock.Waiting(1);
        clock.Move(TimeSpan.FromSeconds(5));

        Probing.Blind(await looking, Blind.Deadline, "5 s");
    }

    [Fact]
    public async Task An_unreachable_network_is_no_observation()
    {
        var guard = new OutboundGuard(dial: (_, _, _) => throw new SocketException((int)SocketError.NetworkUnreachable));

        Assert.Equal(Blind.Unreachable, (await Probing.Look(Probing.Options with { Guard = guard }, "tcp", ("target", "127.0.0.1:1"))).Blind);
    }

    [Fact]
    public async Task Addresses_are_told_apart()
    {
        await using var site = LoopbackSite.Start();
        var guard = new OutboundGuard(resolve: (_, _) => new([IPAddress.Loopback, IPAddress.Parse("127.0.0.9")]));

        var seen = (await Probing.Look(Probing.Options with { Guard = guard }, "tcp", ("target", $"shop.test:{site.Port}"))).Observation!;

        Assert.Equal(Value.Texts([$"127.0.0.1:{site.Port}"]), seen["open_addresses"]);
        Assert.Equal(Value.Texts([$"127.0.0.9:{site.Port}"]), seen["refused_addresses"]);
    }

    [Theory]
    [InlineData("shop.test")]
    [InlineData("shop.test:")]
    [InlineData("shop.test:0")]
    [InlineData("shop.test:65536")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("a b:1")]
    public async Task A_target_without_a_good_port_is_named(string target) =>
        Probing.Blind(await Probing.Look("tcp", ("target", target)), Blind.BadQuestion, "\"target\"");
}
