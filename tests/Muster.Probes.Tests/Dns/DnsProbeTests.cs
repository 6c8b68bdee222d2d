using Muster.Readiness;

namespace Muster.Probes.Tests.Dns;

public class DnsProbeTests
{
    static Task<Sight> Look(LoopbackNameServer server, string name, string type) =>
        Probing.Look("dns", ("target", name), ("type", type), ("server", $"127.0.0.1:{server.Port}"));

    static LoopbackNameServer Server(bool truncate = false) => LoopbackNameServer.Start(new()
    {
        [("shop.test", DnsType.A)] = [LoopbackNameServer.A("192.0.2.2"), LoopbackNameServer.A("192.0.2.1")],
        [("shop.test", DnsType.AAAA)] = [LoopbackNameServer.A("2001:db8::1")],
        [("www.shop.test", DnsType.CNAME)] = [LoopbackNameServer.Name("Shop.Test")],
        [("shop.test", DnsType.NS)] = [LoopbackNameServer.Name("ns1.shop.test")],
        [("shop.test", DnsType.MX)] = [[0, 10, .. LoopbackNameServer.Name("mail.shop.test")]],
        [("shop.test", DnsType.TXT)] = [[3, .. "v=s"u8, 2, .. "pf"u8]],
        [("shop.test", DnsType.CAA)] = [[0, 5, .. "issue"u8, .. "ca.test"u8]],
    }, truncate);

    [Theory]
    [InlineData("A", "192.0.2.1", "192.0.2.2")]
    [InlineData("AAAA", "2001:db8::1")]
    [InlineData("NS", "ns1.shop.test")]
    [InlineData("MX", "10 mail.shop.test")]
    [InlineData("TXT", "v=spf")]
    [InlineData("CAA", "0 issue \"ca.test\"")]
    public async Task Records_are_shown_as_zone_files_write_them_sorted(string type, params string[] records)
    {
        await using var server = Server();

        var sight = await Look(server, "shop.test", type);

        Assert.Equal(Value.Texts(records), sight.Observation!["records"]);
        Assert.Equal("NOERROR", sight.Observation["code"]);
        Assert.Equal(60, sight.Observation["ttl"]);
        Assert.Equal(Value.True, sight.Observation["authoritative"]);
        Assert.Equal(1, sight.Population);
    }

    [Fact]
    public async Task An_alias_is_shown_in_lower_case()
    {
        await using var server = Server();

        Assert.Equal(Value.Texts(["shop.test"]), (await Look(server, "www.shop.test.", "CNAME")).Observation!["records"]);
    }

    [Fact]
    public async Task An_answer_that_was_cut_is_asked_for_over_tcp()
    {
        await using var server = Server(truncate: true);

        Assert.Equal(Value.Texts(["192.0.2.1", "192.0.2.2"]), (await Look(server, "shop.test", "A")).Observation!["records"]);
    }

    [Fact]
    public async Task No_such_name_and_no_records_are_both_seen()
    {
        await using var server = Server();

        var absent = await Look(server, "absent.test", "A");
        var empty = await Look(server, "www.shop.test", "MX");

        Assert.Equal(("NXDOMAIN", 0), Shown(absent));
        Assert.Equal(("NOERROR", 0), Shown(empty));
    }

    [Fact]
    public async Task A_server_that_fails_says_nothing_of_the_name()
    {
        await using var server = Server();
        server.Twist = answer => { answer[3] = 2; return [answer]; };

        Probing.Blind(await Look(server, "shop.test", "A"), Blind.Unreadable, "SERVFAIL");
    }

    [Fact]
    public async Task A_forged_answer_with_another_number_is_passed_over()
    {
        await using var server = Server();
        server.Twist = answer => [[(byte)(answer[0] ^ 1), .. answer[1..^1], 66], answer];

        Assert.Equal(Value.Texts(["192.0.2.1", "192.0.2.2"]), (await Look(server, "shop.test", "A")).Observation!["records"]);
    }

    [Fact]
    public async Task An_answer_that_ends_early_is_unreadable()
    {
        await using var server = Server();
        server.Twist = answer => [answer[..^3]];

        Probing.Blind(await Look(server, "shop.test", "A"), Blind.Unreadable, "ends early");
    }

    [Fact]
    public async Task The_systems_resolver_is_asked_through_the_guard()
    {
        var guard = new OutboundGuard(resolve: (name, _) => new(name == "shop.test" ? [System.Net.IPAddress.Parse("169.254.1.1"), System.Net.IPAddress.IPv6Loopback] : []));

        var known = await Probing.Look(Probing.Options with { Guard = guard }, "dns", ("target", "shop.test"));
        var absent = await Probing.Look(Probing.Options with { Guard = guard }, "dns", ("target", "absent.test"));

        Assert.Equal(Value.Texts(["169.254.1.1"]), known.Observation!["records"]);
        Assert.Equal(Value.Items.Empty, absent.Observation!["records"]);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData(".")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test")]
    public async Task A_name_that_dns_cannot_carry_is_named(string name)
    {
        await using var server = Server();

        Probing.Blind(await Look(server, name, "A"), Blind.BadQuestion, "\"target\"");
    }

    static (string, int) Shown(Sight sight) => (((Value.Text)sight.Observation!["code"]!).Is, ((Value.Items)sight.Observation["records"]!).Are.Length);
}
