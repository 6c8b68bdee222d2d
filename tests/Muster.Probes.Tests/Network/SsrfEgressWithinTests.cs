using System.Net;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Network;

/// <summary>Addresses that nobody may dial here, dialled for real in a network of the test's own: a web server listens there at those of metadata services and of private networks, and writes down who came.</summary>
public sealed class SsrfEgressWithinTests : IAsyncLifetime
{
    static readonly string[] Addresses = ["169.254.169.254/32", "169.254.1.1/32", "10.255.255.1/32", "172.31.255.254/32", "192.168.255.254/32", "100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128", "fd12:3456::1/128"];
    static readonly (string, Value) Classes = ("classes", Value.Texts(["own", "metadata", "link_local", "private", "redirect"]));
    OwnNamespace _own = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _own = await OwnNamespace.Make(Cancel);

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    async Task<(string Asked, LoopbackFetcher Fetcher)> Start(string answer)
    {
        if (_own.WhyNot is { } why) Assert.Skip(why);
        var asked = await _own.At(Addresses, answer, Cancel);
        var fetcher = LoopbackFetcher.Start();
        fetcher.DialsElsewhere = (to, protocol, cancel) => new NetworkNamespace(_own.Name).Dial(to, protocol, cancel);
        return (asked, fetcher);
    }

    static Task<Sight> Look(LoopbackFetcher fetcher, params (string, Value)[] more) => Probing.Look("ssrf.egress", [("target", fetcher.Address), ("fetch", "GET /fetch"), Classes, .. more]);

    /// <summary>What a list of forbidden networks forgot.</summary>
    static bool IsThere(IPAddress address) => Addresses.Any(one => one.Split('/')[0] == address.ToString());

    [Fact]
    public async Task What_a_metadata_service_says_comes_back_through_a_service_that_reaches_it_and_is_seen()
    {
        var (asked, fetcher) = await Start("return 200 \"ami-id instance-id\";");
        await using (fetcher)
        {
            fetcher.Allows = (_, address) => IsThere(address) || address.Equals(IPAddress.Loopback);

            var seen = (await Look(fetcher)).Observation!;

            Assert.Equal((Value.False, (Value)0), (seen["complete"], seen["reached_count"]));
            var returned = ((Value.Items)seen["returned"]!).Are.Select(name => ((Value.Text)name).Is).ToList();
            Assert.Contains("metadata: 169.254.169.254 decimal", returned);
            Assert.Contains("private: 10.255.255.1", returned);
            Assert.Contains("redirect: to metadata", returned);
            var came = await File.ReadAllLinesAsync(asked, Cancel);
            foreach (var address in Addresses) Assert.Contains(address.Split('/')[0], came);
        }
    }

    /// <summary>The trap: it asks for a token, as such services do, and the 401 that is handed on is counted as a refusal of the filter.</summary>
    [Fact]
    public async Task A_metadata_service_that_was_reached_and_asks_for_a_token_is_no_refusal()
    {
        var (asked, fetcher) = await Start("return 401;");
        await using (fetcher)
        {
            fetcher.Relays = true;
            fetcher.Allows = (_, address) => IsThere(address) || address.Equals(IPAddress.Loopback);

            Probing.Blind(await Look(fetcher), Blind.NotCapable, "these statuses refuse nothing by themselves");

            Assert.Contains("169.254.169.254", await File.ReadAllLinesAsync(asked, Cancel));
        }
    }

    [Fact]
    public async Task Nobody_comes_there_from_a_service_that_looks_at_every_address()
    {
        var (asked, fetcher) = await Start("return 200 \"ami-id\";");
        await using (fetcher)
        {
            Assert.Equal(Value.True, (await Look(fetcher)).Observation!["complete"]);

            Assert.Empty(await File.ReadAllLinesAsync(asked, Cancel));
        }
    }
}
