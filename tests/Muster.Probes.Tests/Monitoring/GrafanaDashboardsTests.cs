using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Monitoring;

/// <summary>Against a server of the test's own that speaks Grafana's API on a real socket.</summary>
public sealed class GrafanaDashboardsTests : IAsyncDisposable
{
    const string Orders = """
        { "uid": "d1", "title": "Shop", "version": 4, "id": 7, "templating": { "list": [ { "name": "job", "type": "query", "current": { "value": "$__all" } }, { "name": "source", "type": "datasource", "current": { "value": "m1" } } ] },
          "panels": [ { "type": "text", "title": "Read me" },
            { "type": "row", "title": "All", "panels": [ { "type": "timeseries", "title": "Orders", "datasource": { "type": "prometheus", "uid": "${source}" }, "targets": [ { "refId": "A", "expr": "orders{job=~\"$job\"}[$__rate_interval]" }, { "refId": "B", "expr": "hidden", "hide": true } ] } ] } ] }
        """;

    readonly LoopbackSite _site = LoopbackSite.Start();
    string _dashboard = Orders;
    string _sources = """[ { "uid": "m1", "name": "metrics", "type": "prometheus", "isDefault": true } ]""";
    string _asked = "";
    Func<SiteResponse> _answer = () => Frames(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), "7");

    public GrafanaDashboardsTests() => _site
        .Route("/api/health", _ => SiteResponse.Json(200, """{ "commit": "1", "database": "ok", "version": "9.3.6" }"""))
        .Route("/api/datasources", _ => SiteResponse.Json(200, _sources))
        .Route("/api/search", _ => SiteResponse.Json(200, """[ { "uid": "d1", "title": "Shop", "folderTitle": "Ops" } ]"""))
        .Route("/api/dashboards/uid/d1", _ => SiteResponse.Json(200, $$"""{ "meta": { "provisioned": true }, "dashboard": {{_dashboard}} }"""))
        .Route("/api/ds/query", asked =>
        {
            _asked = asked.Body;
            return _answer();
        });

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    static SiteResponse Frames(string times, string values) =>
        SiteResponse.Json(200, $$"""{ "results": { "A": { "status": 200, "frames": [ { "schema": { "fields": [ { "type": "time" }, { "type": "number" } ] }, "data": { "values": [ [ {{times}} ], [ {{values}} ] ] } } ] } } }""");

    Task<Sight> Look(params (string, Value)[] more) => Probing.Look("grafana.dashboards", [("target", _site.Address.AbsoluteUri), .. more]);

    async Task<Value.Fields> Seen(params (string, Value)[] more) => await Look(more) is { Observation: { } seen } ? seen : throw new InvalidOperationException((await Look(more)).Detail);

    [Fact]
    public async Task Each_panel_is_asked_with_its_variables_filled_and_its_hidden_queries_left_out()
    {
        var seen = await Seen(("dashboards", Value.Texts(["Shop", "Latency"])), ("folder", "Ops"));

        Assert.Equal(((Value)1, (Value)1, (Value)0, (Value)0, (Value)0, (Value)0), (seen["dashboards"], seen["panels"], seen["empty"], seen["broken"], seen["unread"], seen["stale"]));
        Assert.Equal(Value.Texts(["Latency"]), seen["missing_dashboards"]);
        Assert.InRange(((Value.Number)seen["oldest_panel"]!).Is, 0, 30);
        Assert.Contains("orders{job=~\\\".*\\\"}[$__rate_interval]", _asked, StringComparison.Ordinal);
        Assert.Contains("\"uid\":\"m1\"", _asked, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", _asked, StringComparison.Ordinal);
        Assert.Equal(0, (await Look(("folder", "None"))).Population);
    }

    [Fact]
    public async Task A_panel_without_a_value_is_empty_and_one_with_old_points_stale()
    {
        _answer = () => Frames("1700000000000", "null");
        Assert.Equal(Value.Texts(["Shop/Orders"]), (await Seen())["empty_panels"]);
        Assert.Equal((Value)0, (await Seen(("may_be_empty", Value.Texts(["Shop/Orders"]))))["empty"]);
        _answer = () => Frames("1700000000000", "3");
        Assert.Equal((Value)1, (await Seen())["stale"]);
    }

    [Fact]
    public async Task A_query_that_fails_a_source_that_is_gone_and_a_variable_without_a_value_are_told()
    {
        _answer = () => SiteResponse.Json(400, """{ "results": { "A": { "status": 400, "error": "no such metric store" } } }""");
        Assert.Contains("no such metric store", (await Seen())["broken_panels"]!.ToString(), StringComparison.Ordinal);
        _dashboard = Orders.Replace("orders{", "$shop{", StringComparison.Ordinal);
        Assert.Contains("variable shop has no value", (await Seen())["unread_panels"]!.ToString(), StringComparison.Ordinal);
        _dashboard = Orders;
        _sources = "[]";
        Assert.Contains("there is no data source", (await Seen())["unread_panels"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_and_dashboards_are_held_against_each_other()
    {
        var folder = Directory.CreateTempSubdirectory("muster-dashboards-");
        try
        {
            var options = Probing.Options with { Folder = folder.FullName };
            var place = folder.CreateSubdirectory("grafana").FullName;
            async Task<Value.Fields> Held() => (await Probing.Look(options, "grafana.dashboards", ("target", _site.Address.AbsoluteUri), ("files", "grafana"))).Observation!;
            File.WriteAllText(Path.Combine(place, "shop.json"), Orders.Replace("\"version\": 4", "\"version\": 1", StringComparison.Ordinal));
            Assert.Equal(Value.True, (await Held())["in_step"]);
            _dashboard = Orders.Replace("orders{", "payments{", StringComparison.Ordinal);
            Assert.Equal(Value.Texts(["shop.json"]), (await Held())["changed"]);
            File.WriteAllText(Path.Combine(place, "shop.json"), Orders.Replace("d1", "d2", StringComparison.Ordinal));
            var apart = await Held();
            Assert.Equal((Value.Texts(["shop.json"]), Value.Texts(["Shop"]), Value.False), (apart["undeployed"], apart["unkept"], apart["in_step"]));
        }
        finally { folder.Delete(recursive: true); }
    }

    [Fact]
    public async Task An_account_that_is_not_admitted_is_unproven()
    {
        _site.Route("/api/datasources", _ => new(403));

        Probing.Blind(await Look(), Blind.NotAdmitted, "403");
    }

    [Fact]
    public void Damaged_answers_are_told_and_never_a_bug() => Fuzz.Damage([Encoding.UTF8.GetBytes(Orders), Encoding.UTF8.GetBytes(Frames("1, 2", "3, null").Body)], bytes =>
    {
        try
        {
            if (Value.Parse(bytes) is not Value.Fields read) return;
            _ = GrafanaPanel.Of(read, "Shop", new(read, [("job", "a")]), new(Value.List([Value.Of(("uid", "m1"), ("type", "prometheus"))]))).ToList();
            GrafanaFrames.Read(read);
        }
        catch (Exception told) when (told is System.Text.Json.JsonException or Unseen or InvalidOperationException) { return; } // Told in words, which is what is asked for.
    }, 4);
}
