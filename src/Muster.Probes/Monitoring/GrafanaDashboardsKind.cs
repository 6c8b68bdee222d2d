using Muster.Readiness;

namespace Muster.Probes;

static class GrafanaDashboardsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "grafana.dashboards",
        Says = "Shows which dashboards a Grafana has, asks every query of every panel through it, and holds them against the files of the repository.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("dashboards", Shape.List, "Titles or uids of dashboards that must be there; others are named under missing_dashboards."),
            new("folder", Shape.Text, "Only dashboards in the Grafana folder of this title; else all that the target's account may see, at most a hundred."),
            new("files", Shape.Text, "A folder beside the document with the JSON file of each dashboard. What is on one side only or differs is named."),
            new("variables", Shape.Map, "Values for the dashboards' variables; else what is chosen in the dashboard."),
            new("over", Shape.Duration, "The time that every panel is asked for, until now.") { Default = 3600 },
            new("recent", Shape.Duration, "How old the newest point of a panel may be.") { Default = 600 },
            new("may_be_empty", Shape.List, "Panels as \"dashboard/panel\" that may show nothing: errors that never happened."),
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("version", Shape.Text, "Grafana's version."),
            new("database", Shape.Text, "What Grafana says of its own database: \"ok\"."),
            new("sources", Shape.Number, "How many data sources it has."),
            new("dashboards", Shape.Number, "How many dashboards there are."),
            new("titles", Shape.List, "Their titles."),
            new("missing", Shape.Number, "Promised dashboards that are not there."),
            new("missing_dashboards", Shape.List, "Their names."),
            new("by_hand", Shape.Number, "Dashboards that were not provisioned: they are gone with the database, and nobody reviews a change."),
            new("by_hand_dashboards", Shape.List, "Their titles."),
            new("panels", Shape.Number, "How many panels were asked."),
            new("empty", Shape.Number, "Panels that show no value, and dashboards without a panel that asks anything."),
            new("empty_panels", Shape.List, "The first of them, as \"dashboard/panel\"."),
            new("broken", Shape.Number, "Panels of which a query failed."),
            new("broken_panels", Shape.List, "The first of them, with what Grafana says."),
            new("unread", Shape.Number, "Panels that could not be asked: a variable without a value, a data source that is not there."),
            new("unread_panels", Shape.List, "The first of them, with the reason."),
            new("stale", Shape.Number, "Panels whose newest point is not recent."),
            new("stale_panels", Shape.List, "The first of them, with its age in seconds."),
            new("oldest_panel", Shape.Duration, "The age of the newest point of the panel that is furthest behind; a point is as far from the next as the panel's resolution says."),
            new("undeployed", Shape.List, "Under \"files\": files whose dashboard is not there."),
            new("changed", Shape.List, "Under \"files\": files whose dashboard is there and shows something else."),
            new("unkept", Shape.List, "Under \"files\": dashboards of which there is no file."),
            new("in_step", Shape.Truth, "Under \"files\": every file is deployed as it is, and nothing else is."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("database", "ok"), ("dashboards", "at least 1"), ("missing", 0), ("panels", "at least 1"), ("empty", 0), ("broken", 0), ("unread", 0), ("stale", 0)),
        Population = "dashboards",
        Deadline = TimeSpan.FromSeconds(60),
        Pitfalls =
        [
            "A dashboard that is listed may show nothing at all: its data source was renamed, its query speaks of a metric that is gone. Every panel is asked as Grafana would ask it.",
            "A panel that shows errors is empty while there are none. Export the counter as 0, or name the panel under may_be_empty.",
            "Without an account that sees it a dashboard is not there. Give the target a token with the right to read dashboards and data sources.",
            "A dashboard that was imported by hand looks the same until the database is lost: expect by_hand: 0.",
            "Queries are sent to the data sources as they are written. One that writes, in SQL, would write.",
        ],
        Example = "check: { grafana.dashboards: dashboards, dashboards: [ Latency, Errors ], files: ops/grafana, expect: { by_hand: 0, in_step: true } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, GrafanaDashboardsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Server("[ ], [ ]");
        await using var well = Server(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[ {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()} ], [ 7 ]"));
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri)), cancel, Stage.Over("panels", 0, Shape.Number), Stage.Is("empty", 0, Shape.Number));
        return new("grafana.dashboards", "a dashboard whose only panel shows nothing, beside one whose panel has data", await Look(sick), await Look(well));
    }

    static LoopbackSite Server(string columns)
    {
        static Func<SiteRequest, SiteResponse> Says(string json) => _ => SiteResponse.Json(200, json);
        return LoopbackSite.Start()
            .Route("/api/health", Says("""{ "commit": "1", "database": "ok", "version": "9.3.6" }"""))
            .Route("/api/datasources", Says("""[ { "uid": "m1", "name": "metrics", "type": "prometheus", "isDefault": true } ]"""))
            .Route("/api/search", Says("""[ { "uid": "d1", "title": "Shop" } ]"""))
            .Route("/api/dashboards/uid/d1", Says("""{ "meta": { "provisioned": true }, "dashboard": { "uid": "d1", "title": "Shop", "panels": [ { "type": "timeseries", "title": "Orders", "targets": [ { "refId": "A", "expr": "orders" } ] } ] } }"""))
            .Route("/api/ds/query", Says($$"""{ "results": { "A": { "status": 200, "frames": [ { "schema": { "fields": [ { "type": "time" }, { "type": "number" } ] }, "data": { "values": [ {{columns}} ] } } ] } } }"""));
    }
}
