using Muster.Readiness;

namespace Muster.Probes;

static class HttpKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "http",
        Says = "Sends one HTTP request over a connection of its own and shows the answer.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("get", Shape.Text, "The path to GET; it stands for path and method together."),
            new("head", Shape.Text, "The path to HEAD."),
            new("post", Shape.Text, "The path to POST to; needs the environment's consent to active checks.") { Hazard = Hazard.Active },
            new("put", Shape.Text, "The path to PUT to; needs consent.") { Hazard = Hazard.Active },
            new("patch", Shape.Text, "The path to PATCH; needs consent.") { Hazard = Hazard.Active },
            new("delete", Shape.Text, "The path to DELETE; needs consent.") { Hazard = Hazard.Active },
            new("scheme", Shape.Text, "http or https in place of the target's, at that scheme's own port unless a port is said: the same host over plain HTTP.") { OneOf = ["http", "https"] },
            new("port", Shape.Number, "The port in place of the target's."),
            new("path", Shape.Text, "The path beneath the target, beginning with \"/\"."),
            new("method", Shape.Text, "The method; all but GET, HEAD and OPTIONS need consent.") { Default = "GET", Hazard = Hazard.Active, Harmless = ["GET", "HEAD", "OPTIONS"] },
            new("headers", Shape.Map, "Request headers; those of the target are sent too."),
            new("json", Shape.Any, "The body, sent as application/json."),
            new("body", Shape.Text, "The body, sent as it is."),
            new("follow", Shape.Number, "How many redirects are followed, at most 10; each goes through the outbound guard again.") { Default = 0 },
            new("http_version", Shape.Text, "The newest version that is offered.") { Default = "1.1", OneOf = ["1.1", "2"] },
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
            new("read", Shape.Text, "A JSON Pointer into the answer, with \"*\" for every element; what is there becomes the field value."),
            new("most_body", Shape.Size, "The most bytes of body that are read; of a larger one nothing is observed.") { Default = HttpProbe.MostBody },
        ],
        Fields =
        [
            new("status", Shape.Number, "The status code of the last answer."),
            new("reason", Shape.Text, "Its reason phrase; empty under HTTP/2."),
            new("version", Shape.Text, "The HTTP version that was spoken: \"1.1\" or \"2.0\"."),
            new("duration", Shape.Duration, "From the first connection to the last byte, redirects included."),
            new("headers", Shape.Map, "Response headers; names in lower case, the values of cookies masked.") { LowerCaseNames = true },
            new("body", Shape.Text, "The body, if it is whole and UTF-8."),
            new("json", Shape.Any, "The body, if it is JSON."),
            new("value", Shape.Any, "What \"read\" points to."),
            new("size", Shape.Size, "The size of the body."),
            new("sha256", Shape.Text, "The digest of the body."),
            new("redirects", Shape.List, "The redirects that were followed, each with status, from and to."),
            new("tls", Shape.Map, "Of the last connection, when it was https.") { Of = [new("version", Shape.Text, "\"TLS1.2\" or \"TLS1.3\"."), new("sha256", Shape.Text, "The digest of the server's certificate.")] },
            new("timings", Shape.Map, "Of the last request.")
            {
                Of = [new("connect", Shape.Duration, "Until the TCP connection stood."), new("first_byte", Shape.Duration, "Until the headers were read."), new("whole", Shape.Duration, "Until the last byte.")],
            },
            Bounded.Cut,
        ],
        Holds = Value.Of(("status", "between 200 and 299")),
        Population = "responses",
        Pitfalls =
        [
            "A redirect is an answer: with follow: 0 (the default) a 301 is seen as 301, and it does not hold by itself.",
            "A connection that is refused or a certificate that is not trusted is no observation: the check is unproven, not failed. Use tcp or tls.endpoint to judge those.",
            "A 200 with an error page is a 200; expect a field of the JSON or a word of the body.",
            "A body that is too large to keep is not observed, so that \"does not contain\" never holds on a part of it; use read for the part that matters.",
        ],
        Example = "check: { http: api, get: /version, expect: { status: 200, /digest: { present: true } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, HttpProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/sick", _ => new(500, "down")).Route("/well", _ => new(200, "up"));
        return new("http", "a server that answers 500, beside one that answers 200",
            await Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("get", "/sick")), cancel, Stage.Between("status", 200, 299, Shape.Number)),
            await Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("get", "/well")), cancel, Stage.Between("status", 200, 299, Shape.Number)));
    }
}
