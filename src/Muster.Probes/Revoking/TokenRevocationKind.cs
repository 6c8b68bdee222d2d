using System.Collections.Concurrent;
using Muster.Readiness;

namespace Muster.Probes;

static class TokenRevocationKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "token.revocation",
        Says = "Sees a token let in, has it revoked, and asks ten times a second at every replica and protocol until it is refused for good; another token must be let in all along.",
        Target = TargetShape.Url,
        // The one token that is revoked was made for that; what takes the store away is another matter.
        Hazard = Hazard.Active,
        Parameters =
        [
            new("token", Shape.Text, "The token that is revoked; only under targets. Left out, \"issue\" makes one."),
            new("control_token", Shape.Text, "Another token, of somebody else, that stays good; only under targets. Left out, \"issue\" makes it."),
            new("paths", Shape.List, "The endpoints that are asked, each a path or as \"POST /items\"; they must be answered with 2xx to the token, and 401 or 403 without one.") { Default = Value.Texts(["/"]) },
            new("sockets", Shape.List, "Paths of WebSockets: one is opened before and must be ended, and new ones must be refused."),
            new("replicas", Shape.List, "The URL of each further replica, asked past the load balancer."),
            new("header", Shape.Text, "The header that bears the token; in Authorization after \"Bearer\".") { Default = "Authorization" },
            new("admin", Shape.Text, "The target that revokes, with the credentials of whoever may.") { NamesTarget = true },
            new("request", Shape.Text, "The endpoint there that revokes, as \"POST /admin/revoked\"."),
            new("json", Shape.Any, "Its body, beside the field of the token."),
            new("field", Shape.Text, "The field of that body that names the token.") { Default = "token" },
            new("by", Shape.Text, "What stands in it: the token itself, or its claim jti or sub.") { Default = "token", OneOf = ["token", "jti", "sub"] },
            new("issue", Shape.Text, "The endpoint of \"admin\" that makes a fresh token, as \"POST /admin/tokens\", so that each look has its own."),
            new("issue_json", Shape.Any, "Its body."),
            new("issued", Shape.Text, "A JSON Pointer to the token in the answer.") { Default = "/token" },
            new("revoke", Shape.Any, "In place of \"request\": the command that revokes, [program, argument], or { signal: HUP, pid_file: path }. What else it does nobody knows.") { Hazard = Hazard.Destructive },
            new("wait", Shape.Duration, "How long it may take at most, at each stage.") { Default = 20 },
            new("settle", Shape.Duration, "For how long it must be refused each time.") { Default = 1 },
            new("store_down", Shape.Any, "What takes the store of revoked tokens away, as \"revoke\" is written. Then everybody must be refused.") { Hazard = Hazard.Destructive },
            new("store_up", Shape.Any, "What brings it back. It is done whatever happens."),
            new("store", Shape.Text, "The store's host:port, so that one sees that it is gone."),
            new("headers", Shape.Map, "Request headers, mostly from the target."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("complete", Shape.Truth, "The whole way was gone: refused for good at every place, sockets ended, the other token let in all along, and closed and open again around the store's absence where that is asked for."),
            new("rejected", Shape.Truth, "Whether the token was refused for good at every place."),
            new("time_to_reject", Shape.Duration, "From asking for the revocation until the last place refused it; only when all did."),
            new("last_accepted", Shape.Duration, "When it was let in for the last time, after that."),
            new("still_accepted", Shape.List, "Places that did not refuse it for good."),
            new("control_accepted", Shape.Truth, "Whether the other token was let in at every place, each time."),
            new("control_refusals", Shape.Number, "How often it was not."),
            new("sockets_ended", Shape.Truth, "Under \"sockets\": whether each socket that was open was ended."),
            new("time_to_end", Shape.Duration, "Until the last of them was."),
            new("places", Shape.List, "Each place with requests, last_status, time_to_reject and last_accepted."),
            new("requests", Shape.Number, "How often the revoked token was tried."),
            new("expires_in", Shape.Duration, "How long the token would have been good by its own word; not observed of one that says nothing."),
            new("closed_when_store_is_down", Shape.Truth, "Under \"store_down\": whether every place refused everybody."),
            new("time_to_close", Shape.Duration, "Until the last place did."),
            new("open_when_store_is_down", Shape.List, "Places that let somebody in to the end."),
            new("back_with_the_store", Shape.Truth, "Whether the other token was let in again afterwards, and the revoked one was not."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "places",
        // What takes the store away shuts out the tokens of another such look.
        Alone = true,
        Deadline = TimeSpan.FromMinutes(2),
        Pitfalls =
        [
            "A service that verifies tokens by their signature alone refuses a revoked one never, or when it expires; one whose own end is near proves nothing and is unproven.",
            "Each replica has its own memory of who is revoked: name every one under replicas, past the load balancer.",
            "A WebSocket is opened once and never asked again; name sockets.",
            "Where everybody is refused the token is refused too: the other token must be let in all along.",
            "The token is used up. Let admin issue a fresh one, or give the target another for each look.",
            "A service that lets everybody in while the list cannot be read passes every other test: say store_down, in an environment that consents to destructive checks.",
        ],
        Example = "check: { token.revocation: api, admin: admin, issue: POST /admin/tokens, request: POST /admin/revoked, paths: [ /admin/items ], expect: { time_to_reject: at most 5s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, TokenRevocationProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        Task<Witnessed> Look(LoopbackSite first, LoopbackSite second) => Stage.Look(Declaration,
            Value.Of(("target", Value.Of(("address", first.Address.AbsoluteUri), ("token", "the-token-of-mia"), ("control_token", "the-token-of-kai"))), ("replicas", Value.Texts([second.Address.AbsoluteUri])),
                ("admin", Value.Of(("address", first.Address.AbsoluteUri))), ("request", "POST /revoke"), ("wait", 0.6), ("settle", 0.2)),
            cancel, Stage.Is("rejected", true, Shape.Truth), Stage.Is("control_accepted", true, Shape.Truth));

        ConcurrentDictionary<string, bool> here = new(), there = new();
        await using var asked = Site(here, here);
        await using var other = Site(there, here);
        var sick = await Look(asked, other);
        here.Clear();
        await using var sharing = Site(here, here);
        return new("token.revocation", "a second replica that does not hear of it, beside one that does", sick, await Look(asked, sharing));
    }

    static LoopbackSite Site(ConcurrentDictionary<string, bool> reads, ConcurrentDictionary<string, bool> writes) => LoopbackSite.Start()
        .Route("/", request => new(request.Headers.GetValueOrDefault("authorization") is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token] && token.StartsWith("the-token-", StringComparison.Ordinal) && !reads.ContainsKey(token) ? 200 : 401))
        .Route("/revoke", request =>
        {
            writes[(Value.Parse(System.Text.Encoding.UTF8.GetBytes(request.Body)) as Value.Fields).Text("token") ?? ""] = true;
            return new(200);
        });
}
