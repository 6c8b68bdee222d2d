using Muster.Readiness;

namespace Muster.Probes.Load;

static class LoadCapacityKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "load.capacity",
        Says = "Raises the rate step by step until a step does not hold, and compares the last that held with the peak that production must bear.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Alone = true,
        Parameters = LoadFields.Parameters,
        Fields =
        [
            new("capacity", Shape.Rate, "The highest rate that held, in iterations a second."),
            new("knee", Shape.Rate, "The rate that no longer did; not observed if every step held, and the capacity is then only a lower bound."),
            new("peak", Shape.Rate, "What production must bear, as the check says it."),
            new("headroom", Shape.Percentage, "(capacity - peak) / capacity."),
            new("ladder", Shape.List, "Each step that was taken.")
            {
                Of =
                [
                    new("rate", Shape.Rate, "As planned."), new("achieved", Shape.Rate, "Answered well."), new("held", Shape.Truth, "Whether it held."), new("because", Shape.Text, "Why, or why not."),
                    new("p95", Shape.Duration, "Latency from the intended start."), new("p99", Shape.Duration, "The same."), new("failed", Shape.Number, "Requests that failed."),
                ],
            },
            .. LoadFields.Seen.Where(field => field.Name is "requests" or "duration" or "says" or "engine" or "lateness"),
            Bounded.Cut,
        ],
        Holds = Value.Of(("headroom", "at least 0%")),
        Population = "requests",
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "A step holds if 95 % of its rate was answered well, at most 1 % failed, and the thresholds hold of its own samples. Without a threshold of latency a target may be slow and still hold.",
            "If every step held, the knee was not reached: the capacity is what was tried, and more may be possible.",
            "A generator that cannot keep the rate is no knee: the check is unproven then, and says so.",
            .. LoadFields.Pitfalls.Where(pitfall => pitfall.StartsWith("Load changes", StringComparison.Ordinal)),
        ],
        Example = "check: { load.capacity: { target: api, steps: { from: 100/s, by: 100/s, to: 2000/s, each: 10s, peak: 700/s }, get: /search, thresholds: { http_req_duration: [ p(95)<200 ] } }, expect: { headroom: at least 30% } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => Read(asked, context).Look(cancel), Prove) { Prepare = Read, TellsUnderWay = true, FillsItself = TemplateReader.IsOfRequests };

    static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var (plan, file) = LoadQuestion.Read(asked, context.Folder, context.MayLeaveFolder);
        if (!plan.Scenarios.Any(scenario => scenario.Model is LoadModel.StepTest)) throw Given.Wrong("steps", "is missing: a capacity is found by steps");
        // The step that broke a threshold is what was looked for; it does not fail the look.
        return (LoadQuestion.Patience(plan), async cancel => LoadSight.Of(await LoadRun.Run(plan, context, LoadSight.Surroundings(plan, context), cancel) with { Thresholds = [] }, Seen, file));
    }

    static Value.Fields Seen(LoadResult result)
    {
        var found = result.Capacity!;
        return Value.Of(("capacity", found.Rate), ("requests", result.All.Requests), ("duration", result.Over),
                ("ladder", Value.List(result.Steps.Select(step => (Value)Value.Of(("rate", step.Rate), ("achieved", step.Achieved), ("because", step.Because), ("failed", step.Failed),
                    ("p95", step.Latency.Quantile(0.95) / 1e9), ("p99", step.Latency.Quantile(0.99) / 1e9)).With("held", step.Held is { } held ? held : (Value?)null)))),
                ("engine", Value.Of(("wire", result.Engine.Wire), ("protocol", result.Engine.Protocol), ("machine", result.Engine.Machine))))
            .With("knee", found.Knee is { } knee ? knee : (Value?)null)
            .With("peak", found.Peak is { } peak ? peak : (Value?)null)
            .With("headroom", found.Headroom is { } headroom ? headroom : found is { Rate: 0, Peak: not null } ? -1 : (Value?)null)
            .With("lateness", result.Self.Lateness.Count > 0 ? result.Self.Lateness.Quantile(0.99) / 1e9 : (Value?)null)
            .With("says", result.Target.After?["says"]);
    }

    /// <summary>A server that refuses most of what it is asked beyond ten requests a second, beside one that does not.</summary>
    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var (began, served) = (TimeProvider.System.GetTimestamp(), 0);
        await using var site = LoopbackSite.Start();
        site.Route("/well", _ => new(200, "up"))
            .Route("/weak", _ => Interlocked.Increment(ref served) > 10 * TimeProvider.System.GetElapsedTime(began).TotalSeconds ? new(503, "full") : new(200, "up"));
        // The limit of latency is one that no busy machine comes to.
        Value.Fields Ask(string path) => Value.Of(("target", site.Address.AbsoluteUri), ("get", path), ("steps", Value.Of(("from", "50/s"), ("by", "50/s"), ("to", "100/s"), ("each", "1s"), ("peak", "20/s"))),
            ("thresholds", Value.Of(("http_req_duration", Value.Texts(["p(95)<10000"])))));
        var well = await Probes.Stage.Look(Declaration, Ask("/well"), cancel, Probes.Stage.Over("headroom", 0, Shape.Percentage));
        (began, served) = (TimeProvider.System.GetTimestamp(), 0);
        return new("load.capacity", "a server that refuses what goes beyond ten requests a second, beside one that does not",
            await Probes.Stage.Look(Declaration, Ask("/weak"), cancel, Probes.Stage.Over("headroom", 0, Shape.Percentage)), well);
    }
}
