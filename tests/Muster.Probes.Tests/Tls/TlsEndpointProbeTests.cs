using System.Security.Authentication;
using Muster.Readiness;

namespace Muster.Probes.Tests.Tls;

public sealed class TlsEndpointProbeTests : IDisposable
{
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly TemporaryFile _trust;

    public TlsEndpointProbeTests() => _trust = new(_authority.PemOfRoot);

    public void Dispose()
    {
        _authority.Dispose();
        _trust.Dispose();
    }

    Task<Sight> Look(LoopbackSite site) => Probing.Look("tls.endpoint", ("target", $"127.0.0.1:{site.Port}"), ("trust", _trust.Path));

    [Fact]
    public async Task A_healthy_endpoint_is_shown_with_certificate_chain_and_versions()
    {
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(30), TimeSpan.FromDays(60));
        await using var site = LoopbackSite.Start(leaf);

        var sight = await Look(site);

        var seen = sight.Observation!;
        Assert.Equal(Value.True, seen["trusted"]);
        Assert.Equal(Value.True, seen["chain_complete"]);
        Assert.Equal(Value.True, seen["hostname_matches"]);
        Assert.Equal(Value.False, seen["self_signed"]);
        Assert.InRange(((Value.Number)seen["lifetime_left"]!).Is, 0.66, 0.67);
        Assert.Equal(Value.Texts(["localhost", "127.0.0.1"]), seen["names"]);
        Assert.Equal("ECDSA", seen["key_algorithm"]);
        Assert.Equal(256, seen["key_bits"]);
        Assert.Equal("TLS1.3", seen["version"]);
        Assert.Equal("http/1.1", seen["alpn"]);
        Assert.Equal(Value.Items.Empty, seen["versions_unclear"]);
        Assert.Equal(Value.Texts(["TLS1.2", "TLS1.3"]), seen["versions"]);
        Assert.Equal(1, sight.Population);
        Assert.Equal(sight.Before, sight.After);
        Assert.Equal(Digest.Of(leaf.RawData), ((Value.Fields)sight.Before!)[$"127.0.0.1:{site.Port}"]);
    }

    [Fact]
    public async Task Only_what_the_server_takes_is_listed()
    {
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        await using var site = LoopbackSite.Start(leaf, versions: SslProtocols.Tls13);

        Assert.Equal(Value.Texts(["TLS1.3"]), (await Look(site)).Observation!["versions"]);
    }

    [Fact]
    public async Task An_expired_certificate_is_seen_as_such()
    {
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(90), TimeSpan.FromDays(-1));
        await using var site = LoopbackSite.Start(leaf);

        var seen = (await Look(site)).Observation!;

        Assert.Equal(Value.False, seen["trusted"]);
        Assert.Equal(Value.Texts(["NotTimeValid"]), seen["chain_problems"]);
        Assert.True(seen["lifetime_left"] is Value.Number { Is: < 0 });
        Assert.True(seen["expires_in"] is Value.Number { Is: < 0 });
    }

    [Fact]
    public async Task A_certificate_of_another_name_does_not_match()
    {
        using var leaf = _authority.Leaf(["shop.test"], DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var site = LoopbackSite.Start(leaf);

        var other = await Look(site);
        var named = await Probing.Look("tls.endpoint", ("target", $"127.0.0.1:{site.Port}"), ("trust", _trust.Path), ("sni", "shop.test"));

        Assert.Equal(Value.False, other.Observation!["hostname_matches"]);
        Assert.Equal(Value.True, other.Observation["trusted"]);
        Assert.Equal(Value.True, named.Observation!["hostname_matches"]);
    }

    [Fact]
    public async Task A_missing_intermediate_is_seen()
    {
        using var between = _authority.Below("Loopback intermediate");
        using var leaf = between.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        await using var whole = LoopbackSite.Start(leaf, between.Intermediates);
        await using var broken = LoopbackSite.Start(leaf);

        Assert.Equal(Value.True, (await Look(whole)).Observation!["chain_complete"]);
        Assert.Equal(Value.True, (await Look(whole)).Observation!["trusted"]);
        Assert.Equal(Value.False, (await Look(broken)).Observation!["chain_complete"]);
        Assert.Equal(Value.False, (await Look(broken)).Observation!["trusted"]);
    }

    [Fact]
    public async Task Without_its_root_a_private_chain_is_not_trusted()
    {
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        await using var site = LoopbackSite.Start(leaf);

        var seen = (await Probing.Look("tls.endpoint", ("target", $"127.0.0.1:{site.Port}"))).Observation!;

        Assert.Equal(Value.False, seen["trusted"]);
        Assert.Equal(Value.True, seen["hostname_matches"]);
    }

    [Fact]
    public async Task A_server_of_TLS_1_0_alone_is_caught_though_this_machine_cannot_speak_it()
    {
        await using var old = LoopbackListener.Start(RawServer.OldAlone(0x0301));

        var sight = await Probing.Look("tls.endpoint", ("target", $"127.0.0.1:{old.Port}"));

        Assert.Equal(Value.Texts(["TLS1.0"]), sight.Observation!["versions"]);
        Assert.Null(sight.Observation["trusted"]);
        Assert.Equal(1, sight.Population);
        Assert.NotNull(sight.Detail);
    }

    [Fact]
    public async Task Silence_and_resets_leave_the_versions_unobserved()
    {
        await using var closes = LoopbackListener.Start(async (stream, stop) => await stream.ReadAtLeastAsync(new byte[4096], 1, false, stop));

        var sight = await Probing.Look("tls.endpoint", ("target", $"127.0.0.1:{closes.Port}"));

        Assert.Null(sight.Observation!["versions"]);
        Assert.Equal(5, ((Value.Items)sight.Observation["versions_unclear"]!).Are.Length);
    }

    [Fact]
    public async Task A_certificate_that_is_exchanged_while_versions_are_asked_shows_in_the_identity()
    {
        using var first = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        using var second = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(2));
        await using var site = LoopbackSite.Start(first);
        var connections = 0;
        var guard = new OutboundGuard(dial: (to, protocol, cancel) =>
        {
            if (Interlocked.Increment(ref connections) == 2) site.Present(second);
            return Dialling.Dial(to, protocol, cancel);
        });

        var sight = await Probing.Look(Probing.Options with { Guard = guard }, "tls.endpoint", ("target", $"127.0.0.1:{site.Port}"), ("trust", _trust.Path));

        Assert.Equal(Digest.Of(first.RawData), ((Value.Fields)sight.Before!)[$"127.0.0.1:{site.Port}"]);
        Assert.Equal(Digest.Of(second.RawData), ((Value.Fields)sight.After!)[$"127.0.0.1:{site.Port}"]);
    }

    [Fact]
    public async Task Nothing_listening_is_no_observation() =>
        Probing.Blind(await Probing.Look("tls.endpoint", ("target", $"127.0.0.1:{LoopbackListener.ClosedPort()}")), Blind.Unreachable, "refused");

    [Fact]
    public async Task Every_address_of_a_name_is_asked()
    {
        using var leaf = _authority.Leaf(["shop.test"], DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var site = LoopbackSite.Start(leaf);
        var guard = new OutboundGuard(resolve: (_, _) => new([System.Net.IPAddress.Loopback, System.Net.IPAddress.Parse("127.0.0.2")]));

        var all = await Probing.Look(Probing.Options with { Guard = guard }, "tls.endpoint", ("target", $"shop.test:{site.Port}"), ("trust", _trust.Path));
        var some = await Probing.Look(Probing.Options with { Guard = guard }, "tls.endpoint", ("target", $"shop.test:{site.Port}"), ("trust", _trust.Path), ("addresses", "reachable"));

        Probing.Blind(all, Blind.Unreachable, "127.0.0.2");
        Assert.Equal(1, some.Population);
        Assert.Equal(Value.True, some.Observation!["trusted"]);
    }
}
