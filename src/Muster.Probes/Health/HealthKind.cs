using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

static class HealthKind
{
    static readonly ImmutableArray<Field> Page =
    [
        new("status", Shape.Number, "The status code."),
        new("json", Shape.Any, "The answer as JSON."),
        new("duration", Shape.Duration, "From the connection to the last byte."),
    ];

    public static readonly Kind Declaration = new()
    {
        Name = "health",
        Says = "Asks liveness, readiness and the detailed page of one service at the same moment.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("liveness", Shape.Text, "The path of the page that says that the process lives."),
            new("readiness", Shape.Text, "The path of the page that says that it may get traffic."),
            new("detailed", Shape.Text, "The path of the page that names its dependencies."),
            new("json", Shape.Truth, "Whether the pages must be JSON; the detailed one always must.") { Default = true },
            new("headers", Shape.Map, "Request headers; those of the target are sent too."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("liveness", Shape.Map, "What liveness answered.") { Of = Page },
            new("readiness", Shape.Map, "What readiness answered.") { Of = Page },
            new("detailed", Shape.Map, "What the detailed page answered.") { Of = Page },
            new("statuses", Shape.List, "The status codes of all pages that were asked."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("statuses", Value.Of(("only", Value.List([200]))))),
        Population = "pages",
        Pitfalls =
        [
            "Without any path, /health/live and /health/ready are asked.",
            "A 200 with an HTML page is what a catch-all route answers; where JSON is asked, it is unreadable, hence unproven.",
            "A page that always answers 200 passes here. Only taking a dependency away shows that readiness means something.",
            "207 counts as success for many probes; here only 200 holds by itself.",
            "Pages are compared as JSON, never as text: { \"status\": \"ok\" } is found by /liveness/json/status, not by a word in the body.",
        ],
        Example = "check: { health: api, readiness: /health/ready, detailed: /health/detailed, expect: { readiness: { status: 200 } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, HealthProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/health/live", _ => SiteResponse.Json(200, """{"status":"ok"}""")).Route("/health/ready", _ => SiteResponse.Json(503, """{"status":"degraded","failures":["db"]}"""));
        await using var well = LoopbackSite.Start();
        well.Route("/health/live", _ => SiteResponse.Json(200, """{"status":"ok"}""")).Route("/health/ready", _ => SiteResponse.Json(200, """{"status":"ok"}"""));
        var expect = new FieldMatcher("statuses", new Matcher.Only([Operand.Of(200)]));
        return new("health", "a service that lives and is not ready, beside one that is",
            await Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri)), cancel, expect),
            await Stage.Look(Declaration, Value.Of(("target", well.Address.AbsoluteUri)), cancel, expect));
    }
}
