using Muster.Readiness;

namespace Muster.Probes;

static class MetricQueryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "metric",
        Says = "Asks Muster's own memory of metrics (muster telemetry serve) one PromQL query, and tells what the answer rests on. What it means when a series is missing is decided in the check; it is never a pass by itself.",
        Target = TargetShape.Url,
        UsualTarget = "http://127.0.0.1:7280",
        Parameters =
        [
            new("query", Shape.Text, "The PromQL query; it gives a vector or a scalar, and names at least one series.") { Required = true },
            new("no_data", Shape.Text, "What it means when a selector of the query has no sample now, or the answer is empty though its window is covered: unproven; fail; or zero, which needs a witness.") { Default = "unproven", OneOf = ["unproven", "fail", "zero"] },
            new("witness", Shape.Text, "Under no_data: zero, the selector of a series that is above 0 as long as somebody is there to count, as up{job=\"api\"}. What is missing is taken as zero only where that was so throughout the window."),
            new("over", Shape.Duration, "Ask for the time from so long ago until now, and show the trend; else for now alone."),
            new("step", Shape.Duration, "The distance of two points under \"over\"; a hundredth of it unless said."),
            new("gap", Shape.Duration, "Each piece of the window of this length must have a sample, and the newest may be so old: at least the interval at which samples come, better twice it. A longer window than a thousand of them has a thousand pieces.") { Default = 120 },
            new("window", Shape.Duration, "How far back samples must be there; else as far as the query looks: \"over\", its longest range, its subqueries and its furthest offset together; at least the gap."),
            new("coverage", Shape.Percentage, "The least share of the pieces with a sample, for each selector of the query; with less nothing is proven.") { Default = 0.9 },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("value", Shape.Number, "The value, if there is exactly one series now and it is a finite number; under \"over\" the last; 0 where an empty answer was taken as zero."),
            new("values", Shape.List, "The values of all series; under \"over\" the last of each that has not ended."),
            new("series", Shape.List, "Each of these series with its labels and its value."),
            new("series_count", Shape.Number, "How many series there are now."),
            new("lowest", Shape.Number, "The least value of all series, and of all points under \"over\"."),
            new("highest", Shape.Number, "The greatest."),
            new("not_numbers", Shape.Number, "Series whose value is not a finite number, as 0/0 is; they have no value. Under \"over\" also those with such a point at any time."),
            new("no_data", Shape.Truth, "A selector of the query has no sample that is young enough, or the answer is empty, and that was not taken as zero. There is no value then."),
            new("taken_as_zero", Shape.Truth, "Something was missing, now or in a part of the window, and was taken as zero since a witness shows that somebody was there to count."),
            new("silent", Shape.List, "Selectors of the query whose newest sample is older than the gap, or that have none."),
            new("samples", Shape.Number, "How many samples the answer rests on, by the server's own count."),
            new("age", Shape.Duration, "The age of the newest sample behind the query, by the server's clock; of several selectors the one that is furthest behind."),
            new("window", Shape.Duration, "How far back samples had to be there."),
            new("coverage", Shape.Percentage, "The share of the window's pieces with a sample, for the selector that has fewest; of the witness where something was taken as zero."),
            new("first", Shape.Number, "Under \"over\": the first value of the one series."),
            new("rise", Shape.Number, "Under \"over\": the last value less the first, of the one series; a gauge's trend. Ask increase() of a counter."),
            new("points", Shape.Number, "Under \"over\": how many points were seen, of all series."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("no_data", false), ("not_numbers", 0)),
        Population = "samples",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "It asks Muster alone, since only of its own memory it knows what the numbers of an answer mean; prometheus.query asks others.",
            "A memory that began a minute ago has no hour: rate(x[1h]) gives a number all the same. The window is then not covered, and nothing is proven.",
            "\"or vector(0)\" does not help: what is asked is whether the series are there, not whether the answer is empty. Decide no_data.",
            "A counter of errors that is not there may mean that there was none, or that nobody scrapes. no_data: zero tells them apart by a witness of the same exporter; take one that is not 0 while all is well, since a target that is down is there too, as up 0.",
            "A counter that appears with its first error begins at 1, and increase() does not see that one. Export it as 0 from the start; no_data: zero is for those that cannot.",
            "absent() and @ are refused: the one is there when nothing is, and the other may be of long ago.",
            "An empty answer of series that are all there is what no_data says, too: with zero, count(up == 0) is 0 while all is well, and so is a division whose labels never match. See a query give a number once.",
            "Coverage is of all series of a selector together: one replica that is gone does not show in it. Ask count() of what must be so many.",
            "A higher population than 1 comes before no_data: fail; where there is nothing, too few samples are unproven.",
        ],
        Example = "check: { metric: { target: memory, query: sum(increase(errors_total[1h])), no_data: zero, witness: \"up{job='api'}\" }, expect: { value: at most 3 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, MetricQueryProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Server(isThere: false);
        await using var well = Server(isThere: true);
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("query", "queue_depth"), ("no_data", "fail")), cancel, Stage.Is("no_data", false, Shape.Truth));
        return new("metric", "a memory that has no sample of a series, beside one that has", await Look(sick), await Look(well));
    }

    static LoopbackSite Server(bool isThere)
    {
        const long Now = 1772355600;
        static SiteResponse Data(string json) => SiteResponse.Json(200, $$"""{ "status": "success", "data": {{json}} }""");
        string Vector(string value) => $$"""{ "resultType": "vector", "result": [ {{(isThere ? $$"""{ "metric": {}, "value": [ {{Now}}, "{{value}}" ] }""" : "")}} ], "stats": { "samples": { "samplesRead": {{(isThere ? 1 : 0)}}, "totalQueryableSamples": {{(isThere ? 1 : 0)}} } } }""";
        return LoopbackSite.Start()
            .Route("/api/v1/status/buildinfo", _ => Data("""{ "version": "3.0.0", "application": "Muster", "musterVersion": "1.0.0" }"""))
            .Route("/api/v1/status/runtimeinfo", _ => Data("""{ "startTime": "2026-03-01T09:00:00Z" }"""))
            .Route("/api/v1/query", asked => Data(
                asked.Query.Contains("query=time", StringComparison.Ordinal) ? $$"""{ "resultType": "scalar", "result": [ {{Now}}, "{{Now}}" ] }"""
                : Vector(asked.Query.Contains("timestamp", StringComparison.Ordinal) ? $"{Now - 4}" : "12")))
            .Route("/api/v1/query_range", _ => Data($$"""{ "resultType": "matrix", "result": [ {{(isThere ? $$"""{ "metric": {}, "values": [ [ {{Now}}, "8" ] ] }""" : "")}} ], "stats": { "samples": { "samplesRead": 8, "totalQueryableSamples": 8 } } }"""));
    }
}
