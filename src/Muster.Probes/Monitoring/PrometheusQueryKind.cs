using Muster.Readiness;

namespace Muster.Probes;

static class PrometheusQueryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "prometheus.query",
        Says = "Asks Prometheus, or an engine with its API, one PromQL query and shows every series of the answer.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("query", Shape.Text, "The PromQL query; it gives a vector or a scalar.") { Required = true },
            new("over", Shape.Duration, "Ask for the time from so long ago until now, and show the trend; else for now alone."),
            new("step", Shape.Duration, "The distance of two points under \"over\"; a hundredth of it unless said."),
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("value", Shape.Number, "The value, if there is exactly one series and it is a finite number; under \"over\" the last, unless it ended before now."),
            new("values", Shape.List, "The values of all series."),
            new("series", Shape.List, "Each series with its labels and its value."),
            new("series_count", Shape.Number, "How many series there are."),
            new("lowest", Shape.Number, "The least value of all series, and of all points under \"over\"."),
            new("highest", Shape.Number, "The greatest."),
            new("not_numbers", Shape.Number, "Series whose value is not a finite number, as 0/0 is; they have no value."),
            new("age", Shape.Duration, "The age of the newest sample behind the query, by the server's clock; of several selectors the one that is furthest behind."),
            new("silent", Shape.List, "Selectors of the query for which there is no sample now: their series never were, or their target is gone. Those within absent() are none."),
            new("first", Shape.Number, "Under \"over\": the first value of the one series."),
            new("rise", Shape.Number, "Under \"over\": the last value less the first, of the one series; a gauge's trend. Ask increase() of a counter."),
            new("points", Shape.Number, "Under \"over\": how many points were seen, of all series."),
            new("coverage", Shape.Percentage, "Under \"over\": the points that were seen as a share of those that there could be, for the series that has fewest."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("series_count", "at least 1"), ("not_numbers", 0), ("silent", Value.Of(("count", 0))), ("age", "at most 5m")),
        Population = "series",
        Deadline = TimeSpan.FromSeconds(15),
        Pitfalls =
        [
            "No series is no answer: the check is unproven, also where \"expect\" would hold of nothing. A counter that was never raised may not exist yet; export it as 0.",
            "rate() over five minutes goes on for minutes after its exporter has gone; silent and age tell, since they look at the samples behind the query and not at its result.",
            "\"or vector(0)\" turns a missing series into zero. The value is then there and the selector is named in silent, so it does not hold by itself.",
            "A query without a series, such as vector(1), rests on no sample: age is not seen, and it is unproven.",
            "An aggregation such as sum() gives one series where many went in; one dead replica does not show in it. prometheus.targets_rules counts them.",
            "A comparison in the query itself (errors > 5) turns \"all is well\" into \"no data\", which proves nothing. Ask for the number and compare in expect.",
            "rate() over fewer than two samples gives nothing; a ratio whose divisor is 0 gives no number, and is counted under not_numbers.",
            "A warning in the answer (a part of the data could not be read) makes it unproven.",
        ],
        Example = "check: { prometheus.query: { target: metrics, query: sum(rate(writes_failed_total[5m])) }, expect: { value: at most 0.1 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PrometheusQueryProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Server(97);
        await using var well = Server(12);
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("query", "disk_used_percent")), cancel, Stage.Between("value", 0, 80, Shape.Number));
        return new("prometheus.query", "a server that answers 97 percent, beside one that answers 12", await Look(sick), await Look(well));
    }

    static LoopbackSite Server(int value) => LoopbackSite.Start()
        .Route("/api/v1/status/runtimeinfo", _ => SiteResponse.Json(200, """{ "status": "success", "data": { "startTime": "2026-03-01T09:00:00Z" } }"""))
        .Route("/api/v1/query", asked => SiteResponse.Json(200, asked.Query.Contains("label_replace", StringComparison.Ordinal)
            ? """{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": { "muster_index": "0" }, "value": [ 1772355600, "4.2" ] } ] } }"""
            : $$"""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": { "__name__": "disk_used_percent" }, "value": [ 1772355600, "{{value}}" ] } ] } }"""));
}
