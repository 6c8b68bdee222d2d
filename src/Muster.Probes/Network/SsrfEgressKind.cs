using Muster.Readiness;

namespace Muster.Probes;

static class SsrfEgressKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "ssrf.egress",
        Says = "Asks a service that fetches URLs to fetch from a listener of ours that it may reach, and then from what it must not: its own machine, metadata services and private networks in every spelling, other schemes, redirects and names that turn.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("fetch", Shape.Text, "The endpoint that fetches, as \"GET /fetch\" or \"POST /probe\".") { Default = "GET /" },
            new("query", Shape.Text, "For GET: the name of the query's part that carries the address.") { Default = "url" },
            new("field", Shape.Text, "For POST: the field of the JSON body that carries the address.") { Default = "url" },
            new("json", Shape.Any, "For POST: the rest of the body."),
            new("allowed", Shape.Text, "An address of this machine that the service may fetch from; a listener of ours is put there for the look.") { Default = "127.0.0.1" },
            new("denied", Shape.Text, "An address of this machine that it must not fetch from; another listener is put there, at the same port.") { Default = "127.0.0.2" },
            new("port", Shape.Number, "The port of both, where the service allows that one alone; a free one unless said."),
            new("classes", Shape.List, "What is tried: own, metadata, link_local, private, scheme, disguise, redirect, rebinding, public; public addresses only where they are named here.") { Default = Value.Texts(EgressPayloads.Usual) },
            new("refused", Shape.Text, "A text by which the body tells a refusal, where the service answers 200 to everything."),
            new("rebind_name", Shape.Text, "A name that the service resolves at a name server of ours, for the class rebinding. Without it that class is left out; among \"classes\" it may not be named then."),
            new("rebind_port", Shape.Number, "The port on 127.0.0.1 where that name server is put for the look."),
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "What is allowed was fetched before and after, and of what is denied nothing was reached, nothing came back, and each was refused."),
            new("allowed_fetched", Shape.Truth, "Whether the allowed listener was fetched from, before and after."),
            new("tried", Shape.Number, "How many denied addresses were asked for."),
            new("refused_count", Shape.Number, "Those that were refused: a status from 400 to 499 other than 408 and 429 that the service does not give for what it did fetch, the text of \"refused\", or, where our listener would have heard somebody come, any error."),
            new("relays", Shape.Truth, "Whether the service answers with 400 to 499 for something that it did fetch: then that status refuses nothing by itself."),
            new("reached", Shape.List, "Those by which somebody came to the denied listener."),
            new("reached_count", Shape.Number, "How many there are."),
            new("returned", Shape.List, "Those that were answered with 2xx, or with words that stand only behind them."),
            new("returned_count", Shape.Number, "How many there are."),
            new("unclear", Shape.List, "Those that ended in neither: an error of the gateway, a time that ran out. The service may have dialled."),
            new("unclear_count", Shape.Number, "How many there are."),
            new("classes_tried", Shape.Map, "How many of each class were asked for."),
            new("answers", Shape.Map, "What each that was not refused came to."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "addresses",
        Deadline = TimeSpan.FromMinutes(2),
        Pitfalls =
        [
            "A service that fetches nothing refuses everything: the allowed listener must be fetched from, before and after.",
            "A list of forbidden texts knows 127.0.0.1 and not 2130706433; each address is tried in sixteen spellings.",
            "A redirect is a second address, and a name a second one at its second look-up: both are tried, the name only with rebind_name.",
            "A connection is the harm, not what comes back: whoever connects to the denied listener has reached it, whatever was answered.",
            "Metadata addresses are asked for and not listened at: there a refusal must be told by status or text, and an error of the gateway is unclear, since somebody may have been dialled.",
            "A service that hands on the status of whoever it fetched from answers 401 for a metadata service that it reached: what it says of our own pages of 400, 401, 403 and 404 is asked first, and where it hands them on name its text of a refusal under refused.",
            "The service must reach this machine's listeners: it runs here, or name addresses of this machine that it reaches.",
        ],
        Example = "check: { ssrf.egress: probe, fetch: GET /fetch, allowed: 10.1.0.5, denied: 10.2.0.5 }",
    };

    public static readonly ProbeKind Entry = new(Declaration, SsrfEgressProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var open = LoopbackFetcher.Start();
        open.Allows = static (_, _) => true;
        await using var well = LoopbackFetcher.Start();
        Task<Witnessed> Look(LoopbackFetcher at) => Stage.Look(Declaration, Value.Of(("target", at.Address), ("fetch", "GET /fetch")), cancel, Stage.Is("complete", true, Shape.Truth));
        return new("ssrf.egress", "a service that fetches whatever it is asked to, beside one that fetches from one address", await Look(open), await Look(well));
    }
}
