using Muster.Readiness;

namespace Muster.Probes;

static class LimitsEnforcedKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "limits.enforced",
        Says = "Goes up to each limit of a service and past it, in size, concurrency, memory or by requests that ask for too much, and sees that it takes what keeps the limit, refuses what does not, and lives on.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Alone = true,
        Parameters =
        [
            new("alive", Shape.Any, "The request that tells one process from the next: { get: /version, read: /process }."),
            new("pid_file", Shape.Text, "In its place, on this machine: the file with the process's id, relative to the document."),
            new("serves", Shape.Any, "The request that must be served afterwards.") { Default = "/ready" },
            new("body", Shape.Map, "{ put: /path, json: …, over: 2MiB }: that body as it is, and with blanks behind it up to the size that must be refused."),
            new("concurrency", Shape.Map, "{ put: /path, json: …, under: 4, over: 40 }: so many requests at once. Their last byte is held back until all are there; hold: false sends them whole, for requests that take long by themselves."),
            new("memory", Shape.Map, "{ put: /path, json: { id: $(write:id), text: $(write:digest) }, fill: 64KiB, most: 1000 }: such requests one after another until one is refused; the digest is a text as long as fill."),
            new("requests", Shape.Map, "By name, { under: request, over: request }: two that differ in what they ask for."),
            new("prepare", Shape.Any, "A request before all others, for a place of the exercise's own."),
            new("clean", Shape.Any, "One after all others."),
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("enforced", Shape.Truth, "Every limit took what keeps it and refused what does not, and the process lives and serves."),
            new("limits", Shape.List, "Each limit: name, below (what was asked), accepted_below, above, refused_above, and statuses, how often each was answered above it (0 is an end without an answer)."),
            new("not_refused", Shape.List, "Names of those past which nothing was refused."),
            new("not_accepted", Shape.List, "Names of those where what keeps the limit was refused too."),
            new("survived", Shape.Truth, "Whether the same process lives."),
            new("died_at", Shape.Text, "The limit past which it did not."),
            new("serves_after", Shape.Truth, "Whether it serves afterwards."),
            new("serve_time", Shape.Duration, "How long that took."),
            new("cleaned", Shape.Truth, "Under \"clean\": whether that was done."),
            new("left", Shape.Text, "What stays behind where it was not."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("enforced", true)),
        Population = "limits",
        Deadline = TimeSpan.FromMinutes(5),
        Pitfalls =
        [
            "A service that refuses everything refuses what is too much: each limit is shown only beside what it takes.",
            "A limit of the rate refuses too, whatever the size: what keeps the limit is asked again right after the refusal, and both a second later; past a concurrency as many follow one after the other, as fast as they are answered. A limit of the rate that those do not reach looks the same, and with hold: false none follow.",
            "A limit that is never reached is none that was tried: past it at least one request must be refused, with 413, 422, 429, 503 and the like.",
            "A supervisor brings a dead process back within a moment; that is why \"alive\" or \"pid_file\" must tell one process from the next.",
            "What keeps a limit is sent several times: it must not be refused for being there already.",
            "A proxy in front that waits for whole bodies never hands on a request whose last byte is held back; ask the service itself, or use hold: false with a request that takes long.",
            "It fills memory up to the limit of a real service: give it a place of its own, and clean.",
        ],
        Example = "check: { limits.enforced: api, alive: { get: /version, read: /process }, body: { post: /items, json: { name: a }, over: 2MiB }, concurrency: { post: /items, json: { name: a }, under: 4, over: 200 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, LimitsEnforcedProbe.Look, Prove) { FillsItself = RequestTemplate.IsOfWrites };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/ready", _ => SiteResponse.Json(200, """{ "process": 1 }""")).Route("/sick", _ => new(200)).Route("/well", request => new(request.Body.Length > 1000 ? 413 : 200));
        Task<Witnessed> Look(string path) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("alive", Value.Of(("get", "/ready"), ("read", "/process"))),
            ("body", Value.Of(("post", path), ("json", Value.Of(("name", "a"))), ("over", 2000)))), cancel, Stage.Is("enforced", true, Shape.Truth));
        return new("limits.enforced", "a service that takes a body of any size, beside one that does not", await Look("/sick"), await Look("/well"));
    }
}
