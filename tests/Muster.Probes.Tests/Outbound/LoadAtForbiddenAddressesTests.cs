using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes.Tests.Outbound;

/// <summary>Load goes where the document says, and nowhere else: whatever a request, a file of requests or an answer names.</summary>
[Collection(nameof(Alone))]
public sealed class LoadAtForbiddenAddressesTests : IAsyncDisposable
{
    const string Metadata = "169.254.169.254";
    readonly ConcurrentQueue<IPEndPoint> _dialled = [];
    readonly LoopbackSite _site = LoopbackSite.Start();

    IEnumerable<IPEndPoint> Elsewhere => _dialled.Where(to => !IPAddress.IsLoopback(to.Address));

    RunnerOptions Options => Probing.Options with
    {
        Guard = new(resolve: static (host, _) => new([host == "far.shop.test" ? IPAddress.Parse("198.51.100.7") : host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(Metadata)]), dial: Dial),
    };

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    ValueTask<Socket> Dial(IPEndPoint to, ProtocolType protocol, CancellationToken cancel)
    {
        _dialled.Enqueue(to);
        return IPAddress.IsLoopback(to.Address) ? Dialling.Dial(to, protocol, cancel) : throw new SocketException((int)SocketError.ConnectionRefused);
    }

    Task<Sight> Look(string kind, params (string, Value)[] more) =>
        Probing.Look(Options, kind, [("target", _site.Address.AbsoluteUri), .. kind == "load.capacity" ? [("steps", Value.Of(("from", "40/s"), ("by", "40/s"), ("to", "40/s"), ("each", "300ms"), ("peak", "10/s")))] : new (string, Value)[] { ("vus", "2"), ("iterations", "300") }, .. more]);

    public static TheoryData<string, string> Absolute()
    {
        var all = new TheoryData<string, string>();
        foreach (var kind in (string[])["load.http", "load.capacity"])
            foreach (var host in (string[])[Metadata, "0xA9FEA9FE", "[::ffff:169.254.169.254]", "meta.shop.test", "far.shop.test", "198.51.100.7"]) all.Add(kind, host);
        return all;
    }

    [Theory]
    [MemberData(nameof(Absolute))]
    public async Task A_request_by_a_whole_url_of_another_host_is_never_sent(string kind, string host)
    {
        var sight = await Look(kind, ("requests", Value.List([Value.Of(("get", "/")), Value.Of(("get", $"http://{host}/"))])));

        Assert.Null(sight.Observation);
        Assert.True(sight.Blind is Blind.Refused or Blind.NoConsent, $"{sight.Blind}, {sight.Detail}");
        Assert.Empty(_dialled);
    }

    [Theory]
    [InlineData(301, Metadata)]
    [InlineData(302, "0xA9FEA9FE")]
    [InlineData(307, "meta.shop.test")]
    [InlineData(308, "198.51.100.7")]
    [InlineData(302, "far.shop.test")]
    [InlineData(302, "[::ffff:169.254.169.254]")]
    public async Task A_redirect_to_another_host_is_not_followed_and_is_no_good_answer(int status, string host)
    {
        _site.Otherwise = _ => SiteResponse.Redirect($"http://{host}/", status);

        var sight = await Look("load.http", ("requests", Value.List([Value.Of(("get", "/"), ("follow", 3))])));

        Assert.True(!Elsewhere.Any(), $"it dialled {string.Join(", ", Elsewhere)}");
        Assert.False(Value.True.Equals(sight.Observation?["met"]), $"{sight.Observation}");
    }

    [Fact]
    public async Task A_redirect_within_the_target_is_followed_and_judged_by_where_it_leads()
    {
        _site.Route("/", _ => SiteResponse.Redirect("/there", 302)).Route("/there", _ => new(200, "up"));

        var sight = await Look("load.http", ("requests", Value.List([Value.Of(("get", "/"), ("follow", 3))])), ("thresholds", Value.Of(("http_req_failed", Value.Texts(["rate<0.02"])), ("http_req_duration", Value.Texts(["p(95)<10000"])))));

        Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal(Value.True, sight.Observation!["met"]);
        Assert.Equal(300, ((Value.Number)((Value.Fields)sight.Observation["statuses"]!)["200"]!).Is);
    }

    [Fact]
    public async Task What_reads_the_targets_memory_and_name_is_the_target_alone()
    {
        foreach (var (key, value) in ((string, Value)[])[("identity", Value.Of(("path", $"http://{Metadata}/version"))), ("memory", Value.Of(("path", $"http://{Metadata}/metrics"), ("metric", "process_resident_memory_bytes")))])
        {
            await Look("load.http", ("get", "/"), (key, value));
            Assert.True(!Elsewhere.Any(), $"{key} dialled {string.Join(", ", Elsewhere)}");
        }
    }
}
