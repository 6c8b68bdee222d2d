using Muster.Readiness;

namespace Muster.Probes;

static class PrometheusTargetsRulesKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "prometheus.targets_rules",
        Says = "Shows what Prometheus scrapes, which rules it evaluates, and to which alertmanagers it sends.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("jobs", Shape.List, "Jobs that must have at least one target; those without are named under jobs_missing."),
            new("alerts", Shape.List, "Alerts that must be there as rules; others are named under alerts_missing."),
            new("runbooks", Shape.Text, "A folder beside the document with one file for each alert, by the last part of its annotation runbook_url or, without one, by its name. What is on one side only is named."),
            new("window", Shape.Duration, "How far back a series counts as being there for a rule, at most 31d.") { Default = 3600 },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("up", Shape.Number, "Targets whose last scrape succeeded."),
            new("down", Shape.Number, "Targets whose last scrape failed."),
            new("unknown", Shape.Number, "Targets that were not scraped yet."),
            new("late", Shape.Number, "Targets whose last scrape is longer ago than two of their intervals."),
            new("down_targets", Shape.List, "The first of those that are down, unknown or late, with job, instance and reason."),
            new("intervals", Shape.List, "The scrape intervals in use, in seconds, each once."),
            new("oldest_scrape", Shape.Duration, "Since the last scrape of the target that was scraped longest ago, by the server's clock; seen once each was scraped."),
            new("dropped", Shape.Number, "Targets that were discovered and that relabelling dropped."),
            new("jobs", Shape.Map, "Each job with how many targets it has and how many of them are up."),
            new("jobs_missing", Shape.Number, "Promised jobs without a target."),
            new("missing_jobs", Shape.List, "Their names."),
            new("rules", Shape.Number, "Rules, recording and alerting."),
            new("alerts", Shape.List, "The names of alerting rules, each once."),
            new("alerts_missing", Shape.Number, "Promised alerts without a rule."),
            new("missing_alerts", Shape.List, "Their names."),
            new("rules_unhealthy", Shape.Number, "Rules whose last evaluation failed, or that were never evaluated."),
            new("rules_late", Shape.Number, "Rules last evaluated longer ago than two of their group's intervals."),
            new("rules_dead", Shape.Number, "Rules that speak of a metric which nobody exported within the window, so that they can never fire; what stands within absent() may lack."),
            new("broken_rules", Shape.List, "The first of those, each with its reason."),
            new("rules_silent", Shape.Number, "Rules of which a selector, its labels included, found no series within the window: a wrong label, or an error that never happened."),
            new("silent_rules", Shape.List, "The first of those, each with its selector."),
            new("firing", Shape.List, "Alerts that fire now."),
            new("alertmanagers", Shape.Number, "Alertmanagers that alerts are sent to."),
            new("alertmanagers_dropped", Shape.Number, "Alertmanagers that were discovered and are not used."),
            new("runbooks_missing", Shape.List, "Alerts whose runbook is no file of the folder."),
            new("runbooks_orphaned", Shape.List, "Files of the folder that no alert names."),
            new("in_step", Shape.Truth, "Under \"runbooks\": every alert has its runbook and every runbook its alert."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("up", "at least 1"), ("down", 0), ("unknown", 0), ("late", 0), ("rules_unhealthy", 0), ("rules_late", 0), ("rules_dead", 0), ("jobs_missing", 0), ("alerts_missing", 0)),
        Population = "targets",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "No target at all has no target down: then nothing is proven. Name the jobs that must be there.",
            "A rule over a metric that nobody exports is healthy and never fires; it is dead here. A metric that shows only on the first error is not there before: export it as 0.",
            "A metric that is there with other labels does not make a rule dead: expect rules_silent: 0 where every label of every rule should be there before anything is wrong.",
            "Whether an existing series ever crosses the threshold is not seen here: ask alert.fire.",
            "Alerts are sent nowhere while alertmanagers is 0; expect at least 1, and ask alerting.delivery whether they arrive.",
            "Prometheus finds changed targets only after some seconds; say within for a look right after a change.",
        ],
        Example = "check: { prometheus.targets_rules: metrics, jobs: [ api ], alerts: [ ApiDown ], expect: { alertmanagers: at least 1 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PrometheusTargetsRulesProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Server("errors_totl");
        await using var well = Server("errors_total");
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri)), cancel, Stage.Over("up", 0, Shape.Number), Stage.Is("down", 0, Shape.Number), Stage.Is("rules_dead", 0, Shape.Number));
        return new("prometheus.targets_rules", "a rule that speaks of a series which does not exist, beside one that speaks of one that does", await Look(sick), await Look(well));
    }

    static LoopbackSite Server(string series)
    {
        static SiteResponse Data(string json) => SiteResponse.Json(200, $$"""{ "status": "success", "data": {{json}} }""");
        var now = Instant.Write(TimeProvider.System.GetUtcNow());
        return LoopbackSite.Start()
            .Route("/api/v1/status/runtimeinfo", _ => Data("""{ "startTime": "2026-03-01T09:00:00Z" }"""))
            .Route("/api/v1/targets", _ => Data($$"""{ "activeTargets": [ { "labels": { "job": "api", "instance": "127.0.0.1:9000" }, "health": "up", "lastError": "", "lastScrape": "{{now}}", "scrapeInterval": "15s" } ] }"""))
            .Route("/api/v1/rules", _ => Data($$"""{ "groups": [ { "name": "one", "interval": 15, "rules": [ { "type": "alerting", "name": "Errors", "query": "rate({{series}}[5m]) > 1", "health": "ok", "state": "inactive", "lastEvaluation": "{{now}}" } ] } ] }"""))
            .Route("/api/v1/query", asked => Data(asked.Query.Contains("label_replace", StringComparison.Ordinal)
                ? $$"""{ "resultType": "vector", "result": [ {{(series == "errors_total" ? """{ "metric": { "muster_index": "0" }, "value": [ 1772355600, "1" ] }""" : "")}} ] }"""
                : $$"""{ "resultType": "scalar", "result": [ 0, "{{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}}" ] }"""))
            .Route("/api/v1/alertmanagers", _ => Data("""{ "activeAlertmanagers": [ { "url": "http://127.0.0.1:9093/api/v2/alerts" } ], "droppedAlertmanagers": [] }"""));
    }
}
