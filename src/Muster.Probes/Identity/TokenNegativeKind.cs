using Muster.Readiness;

namespace Muster.Probes;

static class TokenNegativeKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "token.negative",
        Says = "Shows an endpoint a good token and then one bad one after another: none, damaged, unsigned, altered, and those that the target names.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("endpoint", Shape.Text, "Method and path that the good token is admitted to, as \"GET /me\"; one that writes needs the environment's consent.") { Default = "GET /" },
            new("json", Shape.Any, "The body, if the endpoint takes one; needs consent.") { Hazard = Hazard.Active },
            new("token", Shape.Text, "The good token; only under targets."),
            new("bad", Shape.Map, "Bad tokens by name that only somebody else can make, under targets: { expired: $(file:expired), foreign: $(file:foreign) }."),
            new("header", Shape.Text, "The header that bears it, after \"Bearer \" in Authorization.") { Default = "Authorization" },
            new("public_key", Shape.Text, "A PEM file of the key that tokens are verified with, relative to the document: a token signed with it as if it were a shared secret is tried too."),
            new("elsewhere", Shape.Truth, "Whether the good token is tried in the address and in other headers, where it must not count."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("admitted", Shape.Truth, "Whether the good token was answered with 2xx, before and after the bad ones."),
            new("tried", Shape.List, "The bad tokens that were tried, by name."),
            new("accepted", Shape.List, "Those that were answered with 2xx."),
            new("accepted_count", Shape.Number, "How many there are."),
            new("unclear", Shape.List, "Those that were neither answered with 2xx nor refused with 401 or 403, each with its status."),
            new("unclear_count", Shape.Number, "How many there are."),
            new("statuses", Shape.Map, "The status of each."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("admitted", true), ("accepted_count", 0), ("unclear_count", 0)),
        Population = "bad tokens",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "An endpoint that refuses everybody refuses bad tokens too: without a good one that is admitted nothing is shown.",
            "An expired token and one of another issuer can only be made by who has the keys: name them under bad.",
            "400 and 500 are no refusal: whoever answers so may have read the token before it was verified.",
            "A token that is no JWT is only damaged, not altered.",
        ],
        Example = "check: { token.negative: api, endpoint: GET /me }",
    };

    public static readonly ProbeKind Entry = new(Declaration, TokenNegativeProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/sick", request => new(request.Headers.ContainsKey("authorization") ? 200 : 401)).Route("/well", request => new(request.Headers.GetValueOrDefault("authorization") == "Bearer a-good-token" ? 200 : 401));
        Task<Witnessed> Look(string path) => Stage.Look(Declaration, Value.Of(("target", Value.Of(("address", site.Address.AbsoluteUri), ("token", "a-good-token"))), ("endpoint", "GET " + path)), cancel, Stage.Is("admitted", true, Shape.Truth), Stage.Is("accepted_count", 0, Shape.Number));
        return new("token.negative", "an endpoint that takes any token, beside one that takes the good one alone", await Look("/sick"), await Look("/well"));
    }
}
