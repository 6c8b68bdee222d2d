using Muster.Readiness;

namespace Muster.Probes;

static class HttpLimitsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "http.limits",
        Says = "Sends an HTTP server requests that are too large or too slow, beside one that is neither, and sees which it refuses, with what and when.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("path", Shape.Text, "The path of the requests.") { Default = "/" },
            new("method", Shape.Text, "The method of requests with a body.") { Default = "POST" },
            new("headers", Shape.Map, "Headers of every request; those of the target are sent too."),
            new("body_under", Shape.Size, "A body that must be taken: the control.") { Default = 16 },
            new("body_over", Shape.Size, "A body that must be refused, at most 256 MiB."),
            new("head_over", Shape.Size, "A request's head that must be refused, at most 4 MiB."),
            new("url_over", Shape.Size, "A path that must be refused, at most 1 MiB."),
            new("slow", Shape.Duration, "How long a request whose head never ends may live, at most 5 m."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("under_admitted", Shape.Truth, "Whether the request that is neither too large nor too slow was answered with less than 400."),
            new("under_status", Shape.Number, "Its status."),
            new("body_refused", Shape.Truth, "Whether the large body was refused: with 4xx, or by ending the connection before all of it was taken, by a peer that answers a small request afterwards."),
            new("body_status", Shape.Number, "With what; 0 where the connection ended without an answer."),
            new("body_taken", Shape.Size, "How much of it was sent until then."),
            new("head_refused", Shape.Truth, "Whether the large head was refused: with a 4xx that a small GET of the same path does not get, or by ending the connection once it came, by a peer that answers a small request afterwards."),
            new("head_status", Shape.Number, "With what."),
            new("url_refused", Shape.Truth, "The same of the long path."),
            new("url_status", Shape.Number, "With what."),
            new("slow_ended", Shape.Truth, "Whether the slow request was ended in time: with 4xx, or by ending the connection, by a peer that answers a small request afterwards."),
            new("slow_after", Shape.Duration, "After how long."),
            new("slow_status", Shape.Number, "With what; 0 without an answer."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("under_admitted", true)),
        Population = "requests",
        Deadline = TimeSpan.FromMinutes(2),
        Pitfalls =
        [
            "A server that refuses everything refuses what is too large: it is shown only beside the request that is admitted.",
            "413 after all of the body was taken protects nothing behind it; look at body_taken.",
            "A proxy's limit says nothing of the service's own, and the other way round; name the one that is meant as the target.",
            "A peer that hangs up before anything large was sent, or that answers nobody afterwards, has refused nothing: the check is unproven.",
            "Whatever is not named is not tried; expect the fields of what is.",
        ],
        Example = "check: { http.limits: edge, path: /upload, body_over: 2MiB, slow: 30s, expect: { body_refused: true, body_status: 413, slow_ended: true } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, HttpLimitsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = LoopbackSite.Start();
        await using var well = LoopbackSite.Start();
        sick.Otherwise = _ => new(200);
        well.Otherwise = request => new(request.Body.Length > 1000 ? 413 : 200);
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("body_over", 2000)), cancel, Stage.Is("under_admitted", true, Shape.Truth), Stage.Is("body_refused", true, Shape.Truth));
        return new("http.limits", "a server that takes a body of any size, beside one that does not", await Look(sick), await Look(well));
    }
}
