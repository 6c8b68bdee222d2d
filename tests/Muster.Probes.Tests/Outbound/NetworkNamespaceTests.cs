using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Outbound;

/// <summary>A vantage that is a network namespace: what is looked at from there is seen there and nowhere else.</summary>
public sealed class NetworkNamespaceTests(WithNamespace with, Places places) : IClassFixture<WithNamespace>, IClassFixture<Places>
{
    RunnerOptions Options => Probing.Options with { Folder = places.Folder };

    static Ask From(string vantage, params Asked[] steps) => new(new(vantage, [.. steps]), "staging", ["control"]);

    async Task<Sight> Look(string vantage, string kind, params (string, Value)[] parameters) => (await Probing.Run(Options, From(vantage, new Asked("", kind, Value.Of(parameters), Deadline: TimeSpan.FromSeconds(5))))).Sights[0];

    static string At(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_listens_within_alone_is_reached_from_there_and_not_from_here()
    {
        var own = with.Need();
        var (web, redis) = (await own.Web(Cancel), await own.Redis(Cancel));

        Assert.Equal("within", (await Look(own.Vantage, "http", ("target", $"http://{At(web)}/"))).Observation!["body"]);
        Assert.NotNull((await Look(own.Vantage, "redis.config", ("target", $"redis://{At(redis)}"))).Observation);
        Assert.Equal(Value.True, (await Look(own.Vantage, "tcp", ("target", At(web)))).Observation!["open"]);
        Probing.Blind(await Look("here", "http", ("target", $"http://{At(web)}/")), Blind.Unreachable, "");
        Assert.Equal(Value.False, (await Look("here", "tcp", ("target", At(web)))).Observation!["open"]);
    }

    [Fact]
    public async Task What_listens_here_alone_is_refused_from_there()
    {
        var own = with.Need();
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => new(200, "here"));

        Probing.Blind(await Look(own.Vantage, "http", ("target", site.Address.AbsoluteUri)), Blind.Unreachable, At(site.Port));
        Assert.Equal(Value.False, (await Look(own.Vantage, "tcp", ("target", At(site.Port)))).Observation!["open"]);
        Assert.Equal("here", (await Look("here", "http", ("target", site.Address.AbsoluteUri))).Observation!["body"]);
        Assert.Equal(1, site.Served);
    }

    [Fact]
    public async Task Exposure_is_of_the_place_that_it_is_looked_from()
    {
        var own = with.Need();
        var within = await own.Web(Cancel);
        await using var site = LoopbackSite.Start();
        (string, Value)[] question = [("open", Value.Texts([At(within)])), ("closed", Value.Texts([At(site.Port)]))];

        var there = (await Look(own.Vantage, "exposure.reachability", question)).Observation!;
        var here = (await Look("here", "exposure.reachability", question)).Observation!;

        Assert.Equal((0, 0, 1, 1), (there.Number("wrong"), there.Number("unclear_count"), there.Number("reached"), there.Number("kept_out")));
        Assert.Equal((2, 0, 0), (here.Number("wrong"), here.Number("reached"), here.Number("kept_out")));
        Assert.Equal((Value.Texts([At(within)]), Value.Texts([At(site.Port)])), (here["missed"], here["exposed"]));
    }

    [Fact]
    public async Task Every_kind_looks_from_there_and_comes_to_nobody_here()
    {
        var own = with.Need();
        var redis = await own.Redis(Cancel);
        await using var canary = Canary.Start(IPAddress.Loopback);
        foreach (var place in (await places.All()).Where(place => !place.Name.StartsWith(Places.Chosen, StringComparison.Ordinal)))
        {
            await Probing.Run(Options, From(own.Vantage, place.At(canary.Address) with { Deadline = TimeSpan.FromMilliseconds(500) }));
            Assert.True(canary.Came == 0, $"{place} came to the canary here");
            // Peers that come before the place are here; a datagram to a closed port within is as good as none.
            if (place.Kind == "dns" || place.Question.ToString().Contains("127.0.0.1", StringComparison.Ordinal)) continue;
            var before = await Came();
            await Probing.Run(Options, From(own.Vantage, place.At(At(redis)) with { Deadline = TimeSpan.FromMilliseconds(500) }));
            Assert.True(await Came() > before + 1, $"{place} did not come to the server within");
        }

        async Task<long> Came()
        {
            var stats = await own.Run("redis-cli", ["-p", redis.ToString(CultureInfo.InvariantCulture), "info", "stats"], Cancel);
            return long.Parse(stats.Split('\n').Single(line => line.StartsWith("total_connections_received:", StringComparison.Ordinal)).Split(':')[1].Trim(), CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task Looks_from_there_and_from_here_at_once_stay_apart()
    {
        var own = with.Need();
        var port = await own.Web(Cancel);
        await using var site = LoopbackSite.Start(port: port);
        site.Route("/", _ => new(200, "here"));
        var step = new Asked("", "http", Value.Of(("target", $"http://{At(port)}/")));
        using var runner = new ProbeRunner(Options with { JobsPerTarget = 16 });

        var runs = await runner.Look([.. Enumerable.Range(0, 200).Select(i => From(i % 2 == 0 ? "here" : own.Vantage, step))], Cancel);

        Assert.All(runs.Where((_, i) => i % 2 == 0), run => Assert.Equal("here", run.Sights[0].Observation?.Text("body")));
        Assert.All(runs.Where((_, i) => i % 2 == 1), run => Assert.Equal("within", run.Sights[0].Observation?.Text("body")));
        Assert.NotEqual(runs[0].Question, runs[1].Question);
    }

    [Fact]
    public async Task The_guard_stands_there_too()
    {
        var own = with.Need();
        var port = await own.Web(Cancel);
        var options = Options with { Guard = new(new() { Denied = [IPNetwork.Parse("127.0.0.0/8")] }) };

        Probing.Blind((await Probing.Run(options, From(own.Vantage, new Asked("", "http", Value.Of(("target", $"http://{At(port)}/")))))).Sights[0], Blind.Refused, "denied network");
        Probing.Blind(await Look(own.Vantage, "http", ("target", "http://2852039166/")), Blind.Refused, "169.254.169.254 is never allowed");
    }

    [Fact]
    public async Task What_is_seen_without_a_connection_is_no_look_from_there()
    {
        var own = with.Need();
        var ran = Path.Combine(places.Folder, "ran");
        var options = Options with { MayRunCommands = true };

        Probing.Blind(await Look(own.Vantage, "file", ("target", "shop.yaml")), Blind.NoVantage, "file makes no connection");
        Probing.Blind((await Probing.Run(options, From(own.Vantage, new Asked("", "command", Value.Of(("target", Value.Texts(["touch", ran]))))))).Sights[0], Blind.NoVantage, "ask it from here");
        Probing.Blind(await Look(own.Vantage, "dns", ("target", "localhost")), Blind.NoVantage, "name a server");
        Probing.Blind(await Look(own.Vantage, "container.state", ("target", "unix:///nowhere/engine.sock")), Blind.NoVantage, "/nowhere/engine.sock");
        Probing.Blind(await Look(own.Vantage, "config.assertions", ("target", "shop.yaml"), ("live", "shop.yaml"), ("values", Value.Of(("log", "/log/level")))), Blind.NoVantage, "made no connection");
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_is_said_so_with_the_way_to_make_it()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("only Linux has network namespaces");
        await using var site = LoopbackSite.Start();

        var sight = await Look("netns:muster-is-not-there", "http", ("target", site.Address.AbsoluteUri));

        Probing.Blind(sight, Blind.NoVantage, "there is no /run/netns/muster-is-not-there; make it with \"ip netns add muster-is-not-there\"");
        Assert.Equal(0, site.Served);
    }

    [Fact]
    public async Task A_file_that_is_no_namespace_is_said_so()
    {
        var own = with.Need();
        var path = $"/run/netns/{own.Name}-file";
        await File.WriteAllTextAsync(path, "", Cancel);
        try { Probing.Blind(await Look($"netns:{own.Name}-file", "tcp", ("target", At(1))), Blind.NoVantage, "is no network namespace"); }
        finally { File.Delete(path); }
    }

    [Fact]
    public void Whoever_may_not_enter_it_is_told_so_and_what_it_takes()
    {
        var own = with.Need();
        Unseen? none = null;
        var dropped = -1;
        // Capabilities are a thread's own, and those of whom it starts.
        var thread = new Thread(() =>
        {
            dropped = SetCapabilities([0x22, 0x05, 0x08, 0x20, 0, 0, 0, 0], new byte[24]);
            none = new NetworkNamespace(own.Name).WhyNot();
        });
        thread.Start();
        thread.Join();

        Assert.Equal(0, dropped);
        Assert.Equal(Blind.NoVantage, none!.Blind);
        Assert.Contains("may not enter it (EPERM); run as root, or give the program the capability CAP_SYS_ADMIN", none.Message, StringComparison.Ordinal);
        Assert.Null(new NetworkNamespace(own.Name).WhyNot());
    }

    [DllImport("libc", EntryPoint = "capset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetCapabilities(byte[] header, byte[] none);

    [Theory]
    [InlineData("netns:../run/netns/edge")]
    [InlineData("netns:")]
    [InlineData("netns:..")]
    [InlineData("agent:home")]
    [InlineData("outside")]
    public async Task What_names_no_namespace_is_nobodys_vantage(string vantage) => Probing.Blind(await Look(vantage, "tcp", ("target", At(1))), Blind.NoVantage, $"no agent at the vantage \"{vantage}\"");

    [Fact]
    public async Task A_dial_function_that_was_given_is_asked_from_there_too()
    {
        var own = with.Need();
        var asked = 0;
        var options = Options with { Guard = new(dial: (_, _, _) => throw new SocketException(Interlocked.Increment(ref asked) > 0 ? (int)SocketError.ConnectionRefused : 0)) };

        Assert.Equal(Value.False, (await Probing.Run(options, From(own.Vantage, new Asked("", "tcp", Value.Of(("target", At(1))))))).Sights[0].Observation!["open"]);
        Assert.Equal(1, asked);
    }
}
