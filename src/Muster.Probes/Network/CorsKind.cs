using Muster.Readiness;

namespace Muster.Probes;

static class CorsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "cors",
        Says = "Asks as pages of allowed and of foreign origins would, and sees whom the server lets read its answers.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("path", Shape.Text, "The path that is asked.") { Default = "/" },
            new("origins", Shape.List, "Origins that must be let in, as https://shop.test.") { Required = true },
            new("foreign", Shape.List, "Further origins that must not; six are made of the allowed ones: look-alikes before and behind the name, plain HTTP, another port, null, and a stranger."),
            new("method", Shape.Text, "The method that pages use; only a preflight asks for one that is neither GET nor HEAD nor POST.") { Default = "GET" },
            new("headers", Shape.Map, "Request headers that pages send; those of the target are sent too. What no form can send (X-Tenant, Authorization, JSON's Content-Type) a preflight must allow."),
            new("credentials", Shape.Truth, "Whether pages come with cookies: then * lets nobody in, and Access-Control-Allow-Credentials must say true.") { Default = false },
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("let_in", Shape.List, "Allowed origins that are let in: the answer names them, and where a preflight is needed, it names them, the method and the headers."),
            new("kept_out", Shape.List, "Allowed origins that are not."),
            new("wrongly_let_in", Shape.List, "Foreign origins that the answer or a preflight names, or that * stands for."),
            new("wrong", Shape.Number, "How many there are of the last two."),
            new("credentials", Shape.Truth, "Whether an allowed origin may send cookies: it is named itself, and Access-Control-Allow-Credentials says true."),
            new("anybody", Shape.Truth, "Whether the answer is for any origin (*)."),
            new("varies", Shape.Truth, "Whether answers say that they differ by Origin, so that no cache gives one origin's answer to another."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("wrong", 0), ("anybody", false)),
        Population = "origins",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "It keeps browsers from reading; it keeps nobody from asking. What must not be done needs a check of who asks.",
            "A foreign origin that is refused counts beside an allowed one that is let in.",
            "A preflight bears no credentials and none of the headers that it asks for, as a browser's does not: a gateway that asks for them there keeps every page out.",
            "Servers that echo whatever origin they are told look right for the allowed one.",
        ],
        Example = "check: { cors: { target: api, path: /items, origins: [ \"https://shop.test\" ] } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, CorsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/sick", request => new SiteResponse(200).With("Access-Control-Allow-Origin", request.Headers.GetValueOrDefault("origin") ?? "none"))
            .Route("/well", request => request.Headers.GetValueOrDefault("origin") == "https://shop.test" ? new SiteResponse(200).With("Access-Control-Allow-Origin", "https://shop.test").With("Vary", "Origin") : new(200));
        Task<Witnessed> Look(string path) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("path", path), ("origins", Value.Texts(["https://shop.test"]))), cancel, Stage.Is("wrong", 0, Shape.Number));
        return new("cors", "a server that lets in whatever origin it is told, beside one that knows its own", await Look("/sick"), await Look("/well"));
    }
}
