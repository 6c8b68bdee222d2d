using System.Collections.Immutable;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Outages;

/// <summary>A real service, a real cache behind a proxy, and what each flaw of the service comes to.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DependencyOutageTests(ProxiedEdge world) : IClassFixture<ProxiedEdge>, IAsyncLifetime
{
    readonly string _root = Path.Combine(Path.GetTempPath(), "muster-test-" + Guid.NewGuid().ToString("n"));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    RunnerOptions Options => Probing.Options with { ScratchRoot = _root, Folder = Path.GetTempPath(), MayRunCommands = true, MayLeaveFolder = true };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Assert.True(!Directory.Exists(_root) || Directory.GetDirectories(_root).Length == 0);
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
        using var http = new HttpClient();
        Assert.DoesNotContain("muster_", await http.GetStringAsync(new Uri(world.Proxies.Control, "/proxies"), CancellationToken.None), StringComparison.Ordinal);
        Assert.DoesNotContain("\"enabled\":false", await http.GetStringAsync(new Uri(world.Proxies.Control, "/proxies"), CancellationToken.None), StringComparison.Ordinal);
    }

    async Task<Sight> Look(string fault, string? flaw = null, params (string, Value)[] more)
    {
        await world.With(flaw);
        return await Ask(fault, more);
    }

    Task<Sight> Ask(string fault, params (string Name, Value Value)[] more)
    {
        (string Name, Value Value)[] usual = [("target", world.Edge.Address), ("dependency", "redis"), ("fault", fault), ("through", world.Proxies.Control.AbsoluteUri), ("request", "/needs/redis"), ("detailed", "/health/detailed"), ("started", "/started"), ("within", 3), ("back_within", 5), ("hold", 0.4)];
        return Probing.Look(Options, "health.dependency_outage", [.. usual.Where(one => more.All(other => other.Name != one.Name)), .. more.Where(one => one.Value is not Value.Nothing)]);
    }

    static Value? Of(Sight sight, string path) => JsonPointer.Find(sight.Observation ?? throw new InvalidOperationException($"nothing seen: {sight.Blind}, {sight.Detail}"), path);

    [Theory]
    [InlineData("stop")]
    [InlineData("refuse")]
    [InlineData("hang")]
    [InlineData("pause")]
    [InlineData("latency")]
    public async Task A_service_that_looks_says_who_is_away_in_time_and_comes_back(string fault)
    {
        var sight = await Look(fault);

        Assert.Equal(Value.True, Of(sight, "/complete"));
        Assert.Equal(503, Of(sight, "/readiness/status"));
        Assert.Equal(Value.Texts(["redis"]), Of(sight, "/readiness/failures"));
        Assert.Equal("degraded", Of(sight, "/detailed/says"));
        Assert.Equal(Value.Texts(["redis"]), Of(sight, "/detailed/failures"));
        Assert.Equal((200, 503, 200), (Number(sight, "/request/before"), Number(sight, "/request/status"), Number(sight, "/request/after")));
        Assert.Equal(Value.False, Of(sight, "/liveness_flipped"));
        Assert.Equal(0, Of(sight, "/restarts"));
        Assert.InRange(Number(sight, "/time_to_unready"), 0, 3);
        Assert.InRange(Number(sight, "/time_to_ready"), 0, 5);
        Assert.Equal(sight.Before, sight.After);
        Assert.True(fault is "stop" or "refuse" || Number(sight, "/effect/withheld_bytes") + Number(sight, "/effect/delayed_bytes") > 0);
    }

    static double Number(Sight sight, string path) => ((Value.Number)Of(sight, path)!).Is;

    /// <summary>What a look at the page alone takes for well, and what only taking the dependency away shows.</summary>
    [Fact]
    public async Task A_readiness_page_that_never_looks_passes_every_look_at_it_and_fails_here()
    {
        var sight = await Look("stop", "ReadinessStatic");
        var naive = await Probing.Look("health", ("target", world.Edge.Address), ("readiness", "/health/ready"));

        Assert.Equal(Value.Of(("status", 200)), ((Value.Fields)naive.Observation!["readiness"]!).With("duration", null).With("json", null));
        Assert.Equal(Value.False, Of(sight, "/complete"));
        Assert.Equal(Value.False, Of(sight, "/unready"));
        Assert.Equal(200, Of(sight, "/readiness/status"));
        Assert.Equal(503, Of(sight, "/request/status"));
    }

    [Theory]
    [InlineData("Readiness207", "/unready", false)]
    [InlineData("LivenessLooks", "/liveness_flipped", true)]
    [InlineData("NamesAll", "/complete", true)] // The only one that there is.
    [InlineData("NeverRecovers", "/recovered", false)]
    [InlineData("NeverDegraded", "/complete", true)] // Which is what the line of its own asks of the detailed page.
    public async Task Each_flaw_is_seen_for_what_it_is(string flaw, string field, bool seen)
    {
        var sight = await Look("stop", flaw, ("within", 1), ("back_within", 1));

        Assert.Equal((Value)seen, Of(sight, field));
        if (flaw == "NeverDegraded") Assert.Equal("ok", Of(sight, "/detailed/says"));
    }

    [Fact]
    public async Task A_page_that_turns_and_names_nobody_is_not_complete()
    {
        var sight = await Look("refuse", "NamesNothing", ("within", 1));

        Assert.Equal(Value.True, Of(sight, "/unready"));
        Assert.Equal(Value.False, Of(sight, "/named"));
        Assert.Equal(Value.False, Of(sight, "/complete"));
    }

    [Fact]
    public async Task Of_two_replicas_the_one_that_does_not_look_is_named()
    {
        await using var other = await EdgeProcess.Start("b", [.. world.Words, "--flaw", "ReadinessStatic"], Cancel);
        await world.With(null);

        var sight = await Ask("stop", ("replicas", Value.Texts([other.Address])), ("within", 1));

        Assert.Equal(2, sight.Population);
        Assert.Equal(Value.False, Of(sight, "/complete"));
        Assert.Equal(200, Of(sight, "/readiness/status"));
        Assert.Equal((Value)other.Address, ((Value.Fields)((Value.Items)Of(sight, "/replicas")!).Are.Single(replica => ((Value.Fields)replica)["complete"]!.Equals(Value.False)))["address"]);
    }

    [Fact]
    public async Task A_fault_that_meets_nobody_is_unproven()
    {
        await using var direct = await EdgeProcess.Start("b", ["--dependency", $"redis=127.0.0.1:{world.Redis.Port}"], Cancel);

        Probing.Blind(await Ask("stop", ("target", direct.Address)), Blind.NotReached, "another way there, or never looks");
    }

    [Fact]
    public async Task Nothing_is_done_to_a_service_that_is_not_well_or_to_a_proxy_with_a_fault_on_it()
    {
        using var http = new HttpClient();
        await world.With(null);
        Probing.Blind(await Ask("stop", ("request", "/nowhere")), Blind.NotReached, "/nowhere answers 404");
        using (var body = new StringContent("""{ "name": "theirs", "type": "latency", "attributes": { "latency": 1 } }""")) await http.PostAsync(new Uri(world.Proxies.Control, "/proxies/redis/toxics"), body, Cancel);
        Probing.Blind(await Ask("stop"), Blind.NotReached, "has a fault on it already");
        await http.DeleteAsync(new Uri(world.Proxies.Control, "/proxies/redis/toxics/theirs"), Cancel);
    }

    [Theory]
    [InlineData("""{ "proxy": "nobody" }""", "knows no proxy")]
    [InlineData("""{ "through": null }""", "Say one of")]
    [InlineData("""{ "through": null, "take_away": [ "true" ] }""", "without give_back")]
    [InlineData("""{ "fault": "dns" }""", "nothing that a proxy can do")]
    [InlineData("""{ "patience": 0 }""", "no time to answer")]
    [InlineData("""{ "through": null, "pid_file": "x" }""", "serves to pause")]
    public async Task A_question_that_cannot_be_asked_is_told_so(string more, string says) =>
        Probing.Blind(await Ask("stop", [.. ((Value.Fields)Value.Parse(System.Text.Encoding.UTF8.GetBytes(more))).Select(field => (field.Key, field.Value))]), Blind.BadQuestion, says);

    [Fact]
    public async Task A_process_that_is_paused_goes_on_afterwards()
    {
        var pid = await world.Redis.Run(ProxiedEdge.Password, ["INFO", "server"], Cancel);
        using var file = new TemporaryFile(pid.Split('\n').Single(line => line.StartsWith("process_id:", StringComparison.Ordinal))["process_id:".Length..].Trim());

        await world.With(null);
        var sight = await Ask("pause", ("through", Value.Null), ("pid_file", file.Path));

        Assert.Equal(Value.True, Of(sight, "/complete"));
    }

    /// <summary>Whoever watches it may have written another there.</summary>
    [Fact]
    public async Task The_process_that_was_paused_is_the_one_that_goes_on_whatever_its_file_says_by_then()
    {
        var pid = (await world.Redis.Run(ProxiedEdge.Password, ["INFO", "server"], Cancel)).Split('\n').Single(line => line.StartsWith("process_id:", StringComparison.Ordinal))["process_id:".Length..].Trim();
        using var file = new TemporaryFile(pid);
        await world.With(null);

        var sight = await Probing.Look(Options with { Telling = (_, says) => { if (says.StartsWith("giving", StringComparison.Ordinal)) File.WriteAllText(file.Path, "gone"); } },
            "health.dependency_outage", ("target", world.Edge.Address), ("dependency", "redis"), ("fault", "pause"), ("pid_file", file.Path), ("request", "/needs/redis"), ("detailed", "/health/detailed"), ("within", 3), ("back_within", 5), ("hold", 0.2));

        Assert.Equal(Value.True, Of(sight, "/complete"));
    }

    [Fact]
    public async Task Commands_can_take_it_away_and_give_it_back()
    {
        await world.With(null);
        static Value Curl(string url, string json) => Value.Texts(["curl", "-sf", "-o", "/dev/null", "-X", "POST", url, "-d", json]);
        var proxy = new Uri(world.Proxies.Control, "/proxies/redis").AbsoluteUri;

        var sight = await Ask("dns", ("through", Value.Null), ("take_away", Curl(proxy, """{ "enabled": false }""")), ("give_back", Curl(proxy, """{ "enabled": true }""")));

        Assert.Equal(Value.True, Of(sight, "/complete"));
        Assert.StartsWith("curl", ((Value.Text)Of(sight, "/fault")!).Is, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_says_for_all_its_checks_how_its_dependencies_are_taken_away()
    {
        await world.With(null);

        var sight = await Probing.Look(Options, "health.dependency_outage", ("target", Value.Of(("url", world.Edge.Address), ("through", world.Proxies.Control.AbsoluteUri), ("within", 3), ("hold", 0.2))), ("dependency", "redis"), ("fault", "stop"));

        Assert.Equal(503, Of(sight, "/readiness/status"));
        Assert.Equal(Value.Texts(["redis"]), Of(sight, "/readiness/failures"));
    }

    [Fact]
    public async Task Whoever_is_stopped_in_the_middle_gives_it_back()
    {
        await world.With(null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var runner = new ProbeRunner(Options with { Telling = (_, says) => { if (says.StartsWith("taking", StringComparison.Ordinal)) stop.CancelAfter(300); } });
        var ask = Probing.Ask("health.dependency_outage", ("target", world.Edge.Address), ("dependency", "redis"), ("fault", "hang"), ("through", world.Proxies.Control.AbsoluteUri), ("hold", 30));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.Look(ask, stop.Token));

        // That the proxy is as before is seen after every test.
        Assert.Equal(200, Number(await Probing.Look("http", ("target", world.Edge.Address), ("get", "/needs/redis")), "/status"));
    }

    [Fact]
    public async Task What_a_killed_muster_left_on_a_proxy_is_taken_away_by_the_next_start()
    {
        await world.With(null);
        using var http = new HttpClient();
        using (var body = new StringContent("""{ "enabled": false }""")) await http.PostAsync(new Uri(world.Proxies.Control, "/proxies/redis"), body, Cancel);
        var folder = Directory.CreateDirectory(Path.Combine(_root, "1-abc")).FullName;
        File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var way = new WayBack.Asked("POST", new(world.Proxies.Control, "/proxies/redis"), Value.Of(("enabled", true)));
        Assert.Equal(way, WayBack.Read(way.Written));
        new ScratchRecord(Path.Combine(folder, ScratchRecord.Name), "health.dependency_outage", TimeProvider.System.GetUtcNow(), new LiveProcess(4_000_000, 1), new string('0', 32)).Write([way]);

        var left = Assert.Single(await Scratches.Clean(Options, Cancel));

        Assert.Equal([way.Says], left.Undone);
        Assert.Empty(left.Open);
        Assert.Equal(200, Number(await Probing.Look("http", ("target", world.Edge.Address), ("get", "/needs/redis")), "/status"));
    }
}
