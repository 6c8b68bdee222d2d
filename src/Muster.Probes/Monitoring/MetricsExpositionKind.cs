using Muster.Readiness;

namespace Muster.Probes;

static class MetricsExpositionKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "metrics.exposition",
        Says = "Scrapes a page of metrics as Prometheus would, in its text format or as OpenMetrics, and reads every sample.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("path", Shape.Text, "The path of the page beneath the target.") { Default = "/metrics" },
            new("families", Shape.List, "Families that must be there with a sample; others are named under missing."),
            new("read", Shape.Map, "Names for samples, as { budget: memory_budget_bytes, flushes: \"wal_flushes_total{result=\\\"ok\\\"}\" }: the one sample of that metric that has these labels becomes values.budget."),
            new("again", Shape.Duration, "Scrape a second time after so long, and show under rises what each named sample rose by."),
            new("recent", Shape.Duration, "How old a sample may be that says its own time, at most 31d.") { Default = 300 },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("families", Shape.Number, "Families that have a sample."),
            new("names", Shape.List, "Their names, at most two hundred."),
            new("missing", Shape.Number, "Promised families without a sample."),
            new("missing_families", Shape.List, "Their names."),
            new("samples", Shape.Number, "Samples in all."),
            new("duplicates", Shape.Number, "Samples with the name and labels of another."),
            new("invalid", Shape.Number, "Lines that break the format: no sample, a type said twice or behind its samples, a family in two places, a counter below zero, a page that is cut short."),
            new("invalid_lines", Shape.List, "The first of them, each with its number and the reason."),
            new("stale", Shape.Number, "Samples that say a time of their own which is not recent."),
            new("untyped", Shape.Number, "Families whose type is not said."),
            new("bucket_problems", Shape.Number, "Histograms whose buckets do not rise, do not end at +Inf or do not agree with the count."),
            new("bad_buckets", Shape.List, "The first of them, with the reason."),
            new("values", Shape.Map, "The values of the samples that \"read\" names; one that is not there, is several, or is no finite number is not observed."),
            new("labels", Shape.Map, "Their labels, as maps."),
            new("rises", Shape.Map, "Under \"again\": by how much each of them rose; negative when it fell."),
            new("fell", Shape.Number, "Under \"again\": counting series that fell, though nothing was started anew."),
            new("format", Shape.Text, "prometheus or openmetrics."),
            new("duration", Shape.Duration, "How long the scrape took."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("families", "at least 1"), ("missing", 0), ("invalid", 0), ("duplicates", 0), ("bucket_problems", 0), ("stale", 0)),
        Population = "samples",
        Deadline = TimeSpan.FromSeconds(15),
        Pitfalls =
        [
            "A server that scrapes drops a whole page for one line that it cannot read; the line is told under invalid_lines. A page without a single sample is none, and nothing is observed.",
            "A family is counted when it has a sample. A TYPE line alone exports nothing.",
            "Cumulative buckets that fall make every quantile nonsense and raise no error in the server that scrapes them.",
            "A restart between the two scrapes changes process_start_time_seconds, which is part of the target's identity: it is then unproven, and no rise is believed.",
            "A page that is there says nothing of whether anybody scrapes it: ask prometheus.targets_rules.",
            "A metric with labels is several samples; name in read the labels of the one that is meant.",
            "A counter that stands still may be well and idle; under again make sure that there is something to count.",
        ],
        Example = "check: { metrics.exposition: api, families: [ wal_flushes ], read: { budget: memory_budget_bytes }, expect: { /values/budget: over 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, MetricsExpositionProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        string Page(int last) => $"# TYPE wait_seconds histogram\nwait_seconds_bucket{{le=\"0.1\"}} 7\nwait_seconds_bucket{{le=\"+Inf\"}} {last}\nwait_seconds_count {last}\nwait_seconds_sum 1.5\n";
        site.Route("/sick", _ => new(200, Page(5))).Route("/well", _ => new(200, Page(9)));
        Task<Witnessed> Look(string path) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("path", path)), cancel, Stage.Over("families", 0, Shape.Number), Stage.Is("bucket_problems", 0, Shape.Number));
        return new("metrics.exposition", "a histogram whose last bucket holds less than the one before, beside one that makes sense", await Look("/sick"), await Look("/well"));
    }
}
