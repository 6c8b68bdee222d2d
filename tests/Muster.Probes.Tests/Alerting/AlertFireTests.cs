using System.Collections.Concurrent;
using System.Globalization;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Alerting;

/// <summary>A real Prometheus and a real Alertmanager; what exports the series and what is paged are programs of the test's own.</summary>
public sealed class AlertFireTests : IAsyncLifetime
{
    readonly LoopbackSite _app = LoopbackSite.Start(), _room = LoopbackSite.Start();
    readonly ConcurrentQueue<string> _pages = new();
    readonly ConcurrentQueue<string> _driven = new();
    bool _fault;
    PrometheusServer _metrics = null!;
    AlertmanagerServer _router = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app.Otherwise = request =>
        {
            if (request.Path == "/metrics") return new(200, $"shop_fault {(_fault ? 1 : 0)}\nshop_calm 0\n");
            _driven.Enqueue(request.Path);
            if (request.Path is not ("/on" or "/off" or "/stuck")) return new(500);
            if (request.Path != "/stuck") _fault = request.Path == "/on";
            return new(200);
        };
        _room.Route("/hook", request =>
        {
            _pages.Enqueue(request.Body);
            return new(200);
        }).Route("/pages", _ => SiteResponse.Json(200, $"[{string.Join(',', _pages)}]"));
        _router = await AlertmanagerServer.Start(Routing("hook"), Cancel);
        _metrics = await PrometheusServer.Start(PrometheusServer.Config([("app", [At(_app.Port)])], ["rules.yml"], [At(_router.Port)]), Cancel, ("rules.yml", """
            groups:
            - name: shop
              rules:
              - { alert: Errors, expr: shop_fault > 0, for: 1s, labels: { severity: page } }
              - { alert: Dead, expr: shop_of_nobody > 0 }
              - { alert: Always, expr: shop_calm == 0 }
            """));
        await _metrics.UntilAny("ALERTS{alertname=\"Always\",alertstate=\"firing\"}", Cancel);
        using var http = new HttpClient { BaseAddress = _metrics.Address };
        await ServerProcess.Until(() => http.GetStringAsync("api/v1/alertmanagers", Cancel).GetAwaiter().GetResult().Contains("/api/v2/alerts", StringComparison.Ordinal), "the router was not found", TimeSpan.FromSeconds(30), Cancel);
    }

    static string At(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    string Routing(string receiver) => $$"""
        route: { receiver: {{receiver}}, group_by: [ alertname ], group_wait: 0s, group_interval: 1s }
        receivers: [ { name: hole }, { name: hook, webhook_configs: [ { url: "http://127.0.0.1:{{_room.Port}}/hook" } ] } ]
        """;

    Task<Sight> Look(string alert, int wait, params (string, Value)[] more) => Probing.Look("alert.fire",
        [("target", _metrics.Address.AbsoluteUri), ("alert", alert), ("drive", Value.Of(("address", _app.Address.AbsoluteUri))), .. more.Any(one => one.Item1 == "on") ? [] : (ReadOnlySpan<(string, Value)>)[("on", "/on")], ("off", "/off"),
        ("router", Value.Of(("address", _router.Address.AbsoluteUri))), ("sink", Value.Of(("address", _room.Address.AbsoluteUri), ("page", "/pages"))), ("wait", wait), .. more]);

    [Fact]
    public async Task An_alert_that_is_driven_fires_arrives_ends_and_is_driven_back()
    {
        var sight = await Look("Errors", 20, ("labels", Value.Of(("severity", "page"))));

        var seen = sight.Observation!;
        Assert.Equal((true, false, true, true, true, true), (seen.Truth("exists"), seen.Truth("was_firing"), seen.Truth("fired"), seen.Truth("routed"), seen.Truth("delivered"), seen.Truth("resolved")));
        Assert.True(seen.Truth("complete") == true && seen.Number("time_to_fire") <= seen.Number("time_to_page"), seen.ToString());
        Assert.Equal(["/on", "/off"], _driven);
        Assert.Equal(sight.Before, sight.After);
        Assert.NotNull(sight.Before.Text("router", "started"));
        Assert.NotNull(sight.Before.Text("drive", "address"));
    }

    [Fact]
    public async Task A_rule_over_a_series_of_nobody_does_not_fire_and_all_is_driven_back()
    {
        var seen = (await Look("Dead", 3)).Observation!;

        Assert.Equal((true, false, false), (seen.Truth("exists"), seen.Truth("fired"), seen.Truth("delivered")));
        Assert.Equal(["/on", "/off"], _driven);
    }

    [Fact]
    public async Task A_switch_that_does_nothing_does_not_fire_either() =>
        Assert.Equal(Value.False, (await Look("Errors", 3, ("on", "/stuck"))).Observation!["fired"]);

    [Fact]
    public async Task An_alert_that_is_not_there_or_fires_already_is_told_and_nothing_is_driven()
    {
        var (absent, firing) = ((await Look("Absent", 3)).Observation!, (await Look("Always", 3)).Observation!);

        Assert.Equal((Value.False, Value.True), (absent["exists"], firing["was_firing"]));
        Assert.Empty(_driven);
    }

    [Fact]
    public async Task A_router_that_drops_it_has_got_it_and_delivers_nothing()
    {
        await _router.Reload(Routing("hole"), Cancel);

        var seen = (await Look("Errors", 8)).Observation!;

        Assert.Equal((true, true, false, false), (seen.Truth("fired"), seen.Truth("routed"), seen.Truth("delivered"), seen.Truth("complete")));
    }

    [Fact]
    public async Task What_cannot_be_driven_is_unproven_and_is_driven_back_all_the_same()
    {
        Probing.Blind(await Look("Errors", 3, ("on", "/broken")), Blind.Unreadable, "/broken answers 500");
        Assert.Equal(["/broken", "/off"], _driven);
    }

    [Fact]
    public async Task A_server_that_was_exchanged_meanwhile_is_noticed_though_nothing_was_driven()
    {
        await using var site = LoopbackSite.Start();
        var asked = 0;
        site.Route("/api/v1/status/runtimeinfo", _ => SiteResponse.Json(200, $$"""{ "status": "success", "data": { "startTime": "2026-03-01T09:00:0{{Interlocked.Increment(ref asked)}}Z" } }"""))
            .Route("/api/v1/rules", _ => SiteResponse.Json(200, """{ "status": "success", "data": { "groups": [] } }"""));

        var sight = await Probing.Look("alert.fire", ("target", site.Address.AbsoluteUri), ("alert", "Errors"), ("drive", Value.Of(("address", _app.Address.AbsoluteUri))), ("on", "/on"), ("off", "/off"));

        Assert.Equal(Value.False, sight.Observation!["exists"]);
        Assert.NotEqual(sight.Before, sight.After);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in (IAsyncDisposable?[])[_metrics, _router, _app, _room])
            if (one is not null) await one.DisposeAsync();
    }
}
