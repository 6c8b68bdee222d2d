using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes.Tests.Outbound;

public class OutboundGuardTests
{
    /// <summary>Writes down whom it was asked to dial, and connects to nobody.</summary>
    sealed class RecordingDialler
    {
        public ConcurrentQueue<IPEndPoint> Dialled { get; } = [];

        public ValueTask<Socket> Dial(IPEndPoint to, ProtocolType protocol, CancellationToken cancel)
        {
            Dialled.Enqueue(to);
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("2852039166")]
    [InlineData("0xA9FEA9FE")]
    [InlineData("0xa9.0xfe.0xa9.0xfe")]
    [InlineData("0251.0376.0251.0376")]
    [InlineData("025177524776")]
    [InlineData("169.254.43518")]
    [InlineData("169.16689662")]
    [InlineData("169.254.170.2")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("[::ffff:a9fe:a9fe]")]
    [InlineData("[::169.254.169.254]")]
    [InlineData("[64:ff9b::169.254.169.254]")]
    [InlineData("[64:ff9b:1::1]")]
    [InlineData("[2002:a9fe:a9fe::1]")]
    [InlineData("[2001:0:a9fe:a9fe::1]")]
    [InlineData("[2001:0:1:2:0:0:5601:5601]")]
    [InlineData("[2001:db8::5efe:169.254.169.254]")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("[ff02::1]")]
    [InlineData("[::]")]
    [InlineData("0.0.0.0")]
    [InlineData("0")]
    [InlineData("0.1.2.3")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("100.100.100.200")]
    public async Task A_never_allowed_address_is_refused_in_every_notation_and_not_dialled(string host)
    {
        var dialler = new RecordingDialler();
        var options = Probing.Options with { Guard = new(dial: dialler.Dial) };

        var overHttp = await Probing.Look(options, "http", ("target", $"http://{host}:80/"));
        var overTls = await Probing.Look(options, "tls.endpoint", ("target", $"{host}:443"));

        Probing.Blind(overHttp, Blind.Refused, "never allowed");
        Probing.Blind(overTls, Blind.Refused, "never allowed");
        Assert.Empty(dialler.Dialled);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.0.1")]
    [InlineData("[::1]")]
    [InlineData("[fd12::1]")]
    [InlineData("[2001:db8::1]")]
    public async Task Private_and_loopback_addresses_are_dialled_by_default(string host)
    {
        var dialler = new RecordingDialler();

        var sight = await Probing.Look(Probing.Options with { Guard = new(dial: dialler.Dial) }, "http", ("target", $"http://{host}:81/"));

        Probing.Blind(sight, Blind.Unreachable, "refused");
        Assert.Equal(new IPEndPoint(IPAddress.Parse(host), 81), Assert.Single(dialler.Dialled));
    }

    [Fact]
    public async Task A_name_is_refused_when_any_of_its_addresses_is()
    {
        var dialler = new RecordingDialler();
        var guard = new OutboundGuard(resolve: (_, _) => new([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("169.254.169.254")]), dial: dialler.Dial);

        var sight = await Probing.Look(Probing.Options with { Guard = guard }, "http", ("target", "http://shop.test/"));

        Probing.Blind(sight, Blind.Refused, "shop.test leads to");
        Assert.Empty(dialler.Dialled);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_said_so()
    {
        var guard = new OutboundGuard(resolve: (_, _) => new([]));

        Probing.Blind(await Probing.Look(Probing.Options with { Guard = guard }, "http", ("target", "http://shop.test/")), Blind.NoSuchHost, "shop.test");
    }

    [Fact]
    public async Task Networks_can_be_denied_and_only_some_allowed()
    {
        var dialler = new RecordingDialler();
        var guard = new OutboundGuard(new() { Allowed = [IPNetwork.Parse("10.0.0.0/8")], Denied = [IPNetwork.Parse("10.9.0.0/16")] }, dial: dialler.Dial);
        var options = Probing.Options with { Guard = guard };

        Probing.Blind(await Probing.Look(options, "http", ("target", "http://127.0.0.1/")), Blind.Refused, "none of the allowed");
        Probing.Blind(await Probing.Look(options, "http", ("target", "http://10.9.1.1/")), Blind.Refused, "denied network");
        Probing.Blind(await Probing.Look(options, "http", ("target", "http://10.8.1.1/")), Blind.Unreachable, "");
        Probing.Blind(await Probing.Look(options, "http", ("target", "http://[64:ff9b::10.9.1.1]/")), Blind.Refused, "denied network");
        Assert.Single(dialler.Dialled);
    }

    [Fact]
    public async Task A_name_is_resolved_once_for_a_question_so_that_it_cannot_rebind()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => new(200, "well"));
        var asked = 0;
        var guard = new OutboundGuard(resolve: (_, _) => new([IPAddress.Parse(Interlocked.Increment(ref asked) == 1 ? "127.0.0.1" : "169.254.169.254")]));
        var step = Value.Of(("target", $"http://shop.test:{site.Port}/"));

        var run = await Probing.Run(Probing.Options with { Guard = guard }, Probing.Ask(new Asked("one", "http", step), new Asked("two", "http", step)));

        Assert.All(run.Sights, sight => Assert.Equal(200, sight.Observation!["status"]));
        Assert.Equal(1, asked);
        Assert.Equal(2, site.Served);
    }

    [Fact]
    public async Task A_redirect_to_a_forbidden_address_is_refused()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => SiteResponse.Redirect("http://[::ffff:169.254.169.254]/latest/meta-data"));

        var followed = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("follow", 3));
        var seen = await Probing.Look("http", ("target", site.Address.AbsoluteUri));

        Probing.Blind(followed, Blind.Refused, "169.254.169.254 is never allowed");
        Assert.Equal(308, seen.Observation!["status"]);
    }

    [Fact]
    public async Task A_proxy_in_the_environment_is_not_used()
    {
        await using var proxy = LoopbackSite.Start();
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => new(200, "direct"));
        Environment.SetEnvironmentVariable("http_proxy", proxy.Address.AbsoluteUri);
        try
        {
            var sight = await Probing.Look("http", ("target", site.Address.AbsoluteUri));

            Assert.Equal("direct", sight.Observation!["body"]);
            Assert.Equal(0, proxy.Served);
        }
        finally { Environment.SetEnvironmentVariable("http_proxy", null); }
    }
}
