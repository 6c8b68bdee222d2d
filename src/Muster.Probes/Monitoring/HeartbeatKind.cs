using Muster.Readiness;

namespace Muster.Probes;

static class HeartbeatKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "heartbeat",
        Says = "Reads when a periodic job ran last, to its end and having done something, from the file or the page that it leaves; a job that has fallen silent is overdue.",
        Target = TargetShape.None,
        Parameters =
        [
            new("file", Shape.Text, "The file that the job writes at its end, relative to the document: JSON, or metrics in the Prometheus text format."),
            new("at", Shape.Text, "In place of the file: the target whose page tells the same.") { NamesTarget = true },
            new("page", Shape.Text, "The path of that page.") { Default = "/" },
            new("every", Shape.Duration, "How often the job runs.") { Required = true },
            new("grace", Shape.Duration, "How late it may be; a quarter of \"every\" unless said."),
            new("finished", Shape.Text, "Where the time of its last end stands: a JSON Pointer, or the name of a metric. A text is an instant with its offset, a number seconds since 1970.") { Default = "/finished" },
            new("done", Shape.Text, "Where it says that it came to its end: true, or a metric of 1.") { Default = "/complete" },
            new("did", Shape.Text, "Where it says how many things it did or looked at.") { Default = "/count" },
        ],
        Fields =
        [
            new("overdue", Shape.Truth, "Whether it ended longer ago than \"every\" and \"grace\" together."),
            new("age", Shape.Duration, "How long ago that was."),
            new("last", Shape.Instant, "When that was, by its own word."),
            new("done", Shape.Truth, "Whether that run came to its end."),
            new("did", Shape.Number, "How many things it did or looked at."),
            new("due", Shape.Instant, "By when the next end must be told."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("overdue", false), ("done", true), ("did", "at least 1")),
        Population = "runs",
        Pitfalls =
        [
            "A job that stopped a month ago left a good report, and no alert: silence looks like health. This is the check that notices.",
            "The time of a file is when somebody copied it. Here the time within counts; without one nothing is observed.",
            "A time that the job wrote when it began says nothing of its end; let it write when it is done.",
            "A job that runs and finds nothing to look at has done nothing: did is 0, and that fails.",
            "A clock that is ahead keeps a dead job fresh: a time in the future is no observation.",
        ],
        Example = "check: { heartbeat: { file: jobs/certificates.json, every: 1h } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, HeartbeatProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var ended = TimeProvider.System.GetUtcNow();
        await using var silent = Site(ended - TimeSpan.FromDays(3));
        await using var well = Site(ended - TimeSpan.FromMinutes(5));
        Task<Witnessed> Look(LoopbackSite at) => Stage.Look(Declaration, Value.Of(("at", Value.Of(("address", at.Address.AbsoluteUri))), ("every", 3600)), cancel, Stage.Is("overdue", false, Shape.Truth), Stage.Is("done", true, Shape.Truth));
        return new("heartbeat", "a job that did its work well three days ago and has been silent since, beside one of five minutes ago", await Look(silent), await Look(well));
    }

    static LoopbackSite Site(DateTimeOffset ended) => LoopbackSite.Start().Route("/", _ => SiteResponse.Json(200, Value.Of(("finished", Instant.Write(ended)), ("complete", true), ("count", 12)).ToString()));
}
