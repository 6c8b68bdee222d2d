using System.Net.Sockets;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Outages;

/// <summary>Services that tell almost the truth, each under a fault that is really there.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class OutageReplicaTests : IAsyncLifetime
{
    const string Ok = """{ "status": "ok", "started": 7 }""", Blames = """{ "status": "unavailable", "failures": [ "store" ] }""";
    static readonly TimeSpan Late = TimeSpan.FromMilliseconds(500);
    readonly string _root = Path.Combine(Path.GetTempPath(), "muster-test-" + Guid.NewGuid().ToString("n"));
    readonly LoopbackListener _store = LoopbackListener.Start(DependencyOutageKind.Echo);
    readonly FaultProxies _proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
    readonly LoopbackSite _site = LoopbackSite.Start();
    int _port;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_port, _) = await _proxies.Add("store", 0, FormattableString.Invariant($"127.0.0.1:{_store.Port}"));

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await _proxies.DisposeAsync();
        await _store.DisposeAsync();
        Assert.True(!Directory.Exists(_root) || Directory.GetDirectories(_root).Length == 0);
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }

    /// <summary>As a service that looks would answer, but where <paramref name="says"/> gives another answer.</summary>
    Task<Sight> Look(Func<string, bool, SiteResponse?> says, params (string Name, Value Value)[] more)
    {
        _site.Asks = async (request, stop) => await DependencyOutageKind.Answers(_port, stop) is var well && says(request.Path, well) is { } other ? other : request.Path switch
        {
            "/health/live" => SiteResponse.Json(200, Ok),
            "/health/ready" => SiteResponse.Json(well ? 200 : 503, well ? Ok : Blames),
            _ => new(well ? 200 : 503),
        };
        (string Name, Value Value)[] usual = [("target", _site.Address.AbsoluteUri), ("dependency", "store"), ("through", _proxies.Control.AbsoluteUri), ("request", "/orders"), ("within", 1), ("back_within", 1), ("hold", 0.2)];
        return Probing.Look(Probing.Options with { ScratchRoot = _root }, "health.dependency_outage", [.. usual.Where(one => more.All(other => other.Name != one.Name)), .. more]);
    }

    static Value? Of(Sight sight, string path) => JsonPointer.Find(sight.Observation ?? throw new InvalidOperationException($"nothing seen: {sight.Blind}, {sight.Detail}"), path);

    [Fact]
    public async Task A_service_that_looks_is_as_promised() => Assert.Equal(Value.True, Of(await Look((_, _) => null, ("started", "/started")), "/complete"));

    [Fact]
    public async Task A_page_that_is_asked_in_time_and_answers_late_has_not_told_in_time()
    {
        var sight = await Look((path, well) => path == "/health/ready" ? SiteResponse.Json(well ? 200 : 503, well ? Ok : Blames) with { After = Late } : null, ("within", 0.2));

        Assert.Null(Of(sight, "/time_to_unready"));
        Assert.Equal(Value.False, Of(sight, "/complete"));
    }

    [Fact]
    public async Task The_time_until_a_page_told_ends_with_its_answer_and_so_does_the_time_until_all_is_well()
    {
        var sight = await Look((path, well) => path == "/health/ready" ? SiteResponse.Json(well ? 200 : 503, well ? Ok : Blames) with { After = Late } : null);

        Assert.InRange(((Value.Number)Of(sight, "/time_to_unready")!).Is, 0.45, 1);
        Assert.InRange(((Value.Number)Of(sight, "/time_to_ready")!).Is, 0.45, 1);
    }

    [Fact]
    public async Task A_page_that_is_well_again_too_late_has_not_recovered()
    {
        var sight = await Look((path, well) => path == "/health/ready" && well ? SiteResponse.Json(200, Ok) with { After = Late } : null, ("back_within", 0.2));

        Assert.Equal(Value.False, Of(sight, "/recovered"));
        Assert.Null(Of(sight, "/time_to_ready"));
    }

    [Theory]
    [InlineData("within")]
    [InlineData("back_within")]
    public async Task No_time_at_all_is_no_question(string which) => Probing.Blind(await Look((_, _) => null, (which, 0)), Blind.BadQuestion, "leaves no time");

    /// <summary>The proxy counts what it cut; whose it was, it does not know.</summary>
    [Fact]
    public async Task A_fault_that_met_another_service_alone_is_unproven()
    {
        using var other = new TcpClient();
        await other.ConnectAsync("127.0.0.1", _port, Cancel);
        other.GetStream().WriteByte(1);
        Assert.Equal(1, other.GetStream().ReadByte());

        var sight = await Look((path, _) => path == "/orders" ? new(200) : SiteResponse.Json(200, Ok));

        Probing.Blind(sight, Blind.NotReached, "no effect that was seen");
        Assert.Contains("cut 1", sight.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restarts_that_could_not_be_seen_are_not_taken_for_none()
    {
        var sight = await Look((path, _) => path == "/health/live" ? SiteResponse.Json(200, "{}") : null, ("started", "/started"));

        Probing.Blind(sight, Blind.Unreadable, "/health/live of " + _site.Address.AbsoluteUri);
    }

    [Fact]
    public async Task A_process_that_does_not_tell_afterwards_who_it_is_is_not_known_to_be_the_same()
    {
        var lost = false;

        var sight = await Look((path, well) => (lost |= !well) && path == "/health/live" ? SiteResponse.Json(200, "{}") : null, ("started", "/started"));

        Assert.Null(Of(sight, "/restarts"));
        Assert.Equal(Value.False, Of(sight, "/complete"));
    }

    [Fact]
    public async Task A_request_that_is_answered_once_as_if_nothing_were_is_seen_though_the_last_was_not()
    {
        var asked = 0;

        var sight = await Look((path, well) => path == "/orders" && !well && Interlocked.Increment(ref asked) == 3 ? new(200) : null, ("hold", 1));

        Assert.True(asked > 4);
        Assert.Equal(200, Of(sight, "/request/status"));
        Assert.Equal(Value.False, Of(sight, "/complete"));
    }

    /// <summary>What is written down for a later start carries no credentials; this one still has them.</summary>
    [Fact]
    public async Task Whoever_is_stopped_in_the_middle_gives_it_back_with_the_credentials_that_took_it_away()
    {
        var enabled = true;
        await using var control = LoopbackSite.Start();
        control.Otherwise = request =>
        {
            if (!request.Headers.TryGetValue("authorization", out var says) || says != "Bearer open-sesame") return new(401);
            if (request.Method == "POST") Volatile.Write(ref enabled, request.Body.Contains("true", StringComparison.Ordinal));
            return SiteResponse.Json(200, $$"""{ "name": "store", "enabled": {{(enabled ? "true" : "false")}}, "toxics": [] }""");
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var runner = new ProbeRunner(Probing.Options with { ScratchRoot = _root });
        _site.Asks = (request, _) =>
        {
            if (!Volatile.Read(ref enabled)) stop.Cancel();
            return Task.FromResult(SiteResponse.Json(200, Ok));
        };
        var ask = Probing.Ask("health.dependency_outage", ("target", _site.Address.AbsoluteUri), ("dependency", "store"), ("through", Value.Of(("url", control.Address.AbsoluteUri), ("token", "open-sesame"))));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.Look(ask, stop.Token));

        Assert.True(enabled);
    }

    [Fact]
    public async Task The_next_start_believes_the_roots_that_the_fault_was_put_on_under()
    {
        using var authority = LoopbackAuthority.Create();
        using var certificate = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        using var file = new TemporaryFile(authority.PemOfRoot);
        await using var control = LoopbackSite.Start(certificate);
        control.Otherwise = _ => SiteResponse.Json(200, "{}");
        using var lines = new HttpLines();
        var context = new ProbeContext(Probing.Options, lines, static _ => { }, Probing.Ask("file"));
        var way = new WayBack.Asked("POST", new(control.Address, "/proxies/store"), Value.Of(("enabled", true)), file.Path);

        Assert.Equal(way, WayBack.Read(way.Written));
        Assert.True(await WayBack.Read(way.Written)!.Go(context, Cancel));
        Assert.False(await (way with { Trust = null }).Go(context, Cancel));
    }
}
