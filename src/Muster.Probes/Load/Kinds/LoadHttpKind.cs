using Muster.Readiness;

namespace Muster.Probes.Load;

static class LoadHttpKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "load.http",
        Says = "Puts load on a target as the plan says, and measures latency from the intended start of each request, errors and throughput.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Alone = true,
        Parameters = LoadFields.Parameters,
        Fields = LoadFields.Seen,
        Holds = Value.Of(("met", true)),
        Population = "requests",
        LeastPopulation = 1,
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls = LoadFields.Pitfalls,
        Example = "check: { load.http: { target: api, rate: 200/s, duration: 5m, warm_up: 10s, get: /items, thresholds: { http_req_duration: [ p(95)<200, p(99)<500 ], http_req_failed: [ rate<0.001 ] } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => Read(asked, context).Look(cancel), Prove) { Prepare = Read, TellsUnderWay = true, FillsItself = TemplateReader.IsOfRequests };

    static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var (plan, file) = LoadQuestion.Read(asked, context.Folder, context.MayLeaveFolder);
        return (LoadQuestion.Patience(plan), async cancel => LoadSight.Of(await LoadRun.Run(plan, context, LoadSight.Surroundings(plan, context), cancel), LoadObservation.Of, file));
    }

    /// <summary>A server that answers every twentieth request with 503, beside one that answers all.</summary>
    static async Task<Proof> Prove(CancellationToken cancel)
    {
        const int Every = 20;
        var served = 0;
        await using var site = LoopbackSite.Start();
        site.Route("/sick", _ => Interlocked.Increment(ref served) % Every == 0 ? new(503, "down") : new(200, "up")).Route("/well", _ => new(200, "up"));
        // By count, and with a limit that no busy machine comes to: the fixture is about errors.
        Value.Fields Ask(string path) => Value.Of(("target", site.Address.AbsoluteUri), ("vus", "4"), ("iterations", "800"), ("get", path),
            ("thresholds", Value.Of(("http_req_failed", Value.Texts(["rate<0.01"])), ("http_req_duration", Value.Texts(["p(95)<10000"])))));
        return new("load.http", "a server that answers every twentieth request with 503, beside one that answers all with 200",
            await Probes.Stage.Look(Declaration, Ask("/sick"), cancel, Probes.Stage.Is("met", true, Shape.Truth)),
            await Probes.Stage.Look(Declaration, Ask("/well"), cancel, Probes.Stage.Is("met", true, Shape.Truth)));
    }
}
