using Muster.Readiness;

namespace Muster.Probes;

static class AuthzMatrixKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "authz.matrix",
        Says = "Asks every endpoint as every identity: what the list allows must be answered, and all else refused without a word too much.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("may", Shape.Map, "For each identity the endpoints that it may ask: { mia: [ GET /items, DELETE /items/1 ], anonymous: [ GET /login ] }. Identities of the target that are left out may nothing.") { Required = true },
            new("endpoints", Shape.List, "Further endpoints, which only those may ask whom the list names elsewhere."),
            new("refused", Shape.List, "The status codes that are a refusal.") { Default = Value.List([401, 403, 404]) },
            new("never", Shape.List, "Words that no refusal may bear: what is behind the endpoint."),
            new("json", Shape.Any, "The body of what is not GET, HEAD or DELETE."),
            new("writes", Shape.Truth, "true says that endpoints may be asked that write; needs the environment's consent.") { Hazard = Hazard.Active },
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("cells", Shape.Number, "What was asked: identities, anonymous included, times endpoints."),
            new("allowed", Shape.Number, "Cells that were answered with 2xx."),
            new("refused", Shape.Number, "Cells that were refused."),
            new("unclear", Shape.Number, "Cells that were neither: an error of the server, a redirect, another status."),
            new("unclear_cells", Shape.List, "The first of them, each with its status."),
            new("wrongly_allowed", Shape.List, "Cells that were answered and must not be, as \"mia: DELETE /items/1\"."),
            new("wrongly_refused", Shape.List, "Cells that were refused and must be answered."),
            new("wrong", Shape.Number, "How many there are of both."),
            new("leaks", Shape.List, "Refusals that bear one of the words under \"never\"."),
            new("leaking", Shape.Number, "How many there are."),
            new("uncontrolled", Shape.Number, "Endpoints that nobody may ask by the list or that nobody was let into: that they refuse the others proves nothing."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("wrong", 0), ("unclear", 0), ("leaking", 0), ("uncontrolled", 0), ("allowed", "at least 1"), ("refused", "at least 1")),
        Population = "cells",
        Deadline = TimeSpan.FromSeconds(60),
        Pitfalls =
        [
            "A refusal counts only beside an admission of the same endpoint: a path that is misspelt refuses everybody.",
            "404 hides what is there and is a refusal; that it is one and not a wrong path shows because somebody is let in.",
            "A redirect to a sign-in page is unclear unless its status stands under refused.",
            "Another tenant's object is an endpoint of its own: name its id in the path.",
            "Endpoints that stand nowhere are not asked.",
        ],
        Example = "check: { authz.matrix: api, may: { mia: [ GET /items/1 ], jon: [ GET /items/2 ] }, expect: { wrong: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, AuthzMatrixProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/sick", request => new(request.Headers.ContainsKey("authorization") ? 200 : 401)).Route("/well", request => new(request.Headers.GetValueOrDefault("authorization") == "Bearer token-of-mia" ? 200 : 403));
        var target = Value.Of(("address", site.Address.AbsoluteUri), ("identities", Value.Of(("mia", "token-of-mia"), ("jon", "token-of-jon"))));
        Task<Witnessed> Look(string path) => Stage.Look(Declaration, Value.Of(("target", target), ("may", Value.Of(("mia", Value.Texts(["GET " + path]))))), cancel, Stage.Is("wrong", 0, Shape.Number));
        return new("authz.matrix", "an endpoint that lets in whoever has any token, beside one that lets in one identity", await Look("/sick"), await Look("/well"));
    }
}

static class AuthzMatrixProbe
{
    const int MostCells = 400;
    const int MostNamed = 30;
    const int MostBody = 256 * 1024;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var identities = Identities.Read(given, context);
        if (given["may"] is not Value.Fields may) throw Given.Wrong("may", "is not a map of identities");
        if (may.Select(one => one.Key).FirstOrDefault(name => !identities.Has(name)) is { } stranger) throw Given.Wrong("may", $"names \"{stranger}\", and the target has no such identity; it has {string.Join(", ", identities.Names)}");
        var rights = may.ToDictionary(one => one.Key, one => (one.Value switch { Value.Items items => items.Are.Select(item => item.Text() ?? ""), var single => [single.Text() ?? ""] }).Select(text => Endpoint.Read(text, "may")).ToHashSet(), StringComparer.Ordinal);
        var endpoints = rights.Values.SelectMany(one => one).Concat(given.Texts("endpoints").Select(text => Endpoint.Read(text, "endpoints"))).Distinct().OrderBy(one => one.ToString(), StringComparer.Ordinal).ToList();
        if (endpoints.Count == 0) throw Given.Wrong("may", "names no endpoint");
        if (endpoints.Count * identities.Names.Count() > MostCells) throw Given.Wrong("may", $"comes to more than {MostCells} cells");
        if (endpoints.Find(one => !one.IsSafe) is { } writes && !given.Truth("writes", false)) throw Given.Wrong("writes", $"is not true, and {writes} may write");
        var refusals = given["refused"] is Value.Items codes ? codes.Are.Select(code => code.ToString()).ToHashSet(StringComparer.Ordinal) : ["401", "403", "404"];
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var cells = new List<Cell>();
        foreach (var endpoint in endpoints)
            foreach (var name in identities.Names)
            {
                var body = endpoint.IsSafe || endpoint.Method == HttpMethod.Delete ? null : CanonicalJson.Bytes(question.Parameters["json"] ?? Value.Fields.Empty);
                var line = new HttpRequestLine(endpoint.Method, HttpRequestLine.UrlOf(given.Target, endpoint.Path), [.. given.Pairs("headers"), .. identities[name]], body, body is null ? null : "application/json", System.Net.HttpVersion.Version11);
                cells.Add(new(name, endpoint, rights.GetValueOrDefault(name)?.Contains(endpoint) == true, await HttpExchange.Send(line, trust, context, MostBody, cancel), refusals));
            }

        return new() { Observation = Seen(cells, given.Texts("never")), Population = cells.Count, Before = cells[0].Answer.Identity, After = cells[^1].Answer.Identity };
    }

    static Value.Fields Seen(List<Cell> cells, IEnumerable<string> never)
    {
        var leaks = cells.Where(cell => cell.Refused && HttpProbe.Text(cell.Answer.Body.Bytes) is { } text && never.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
        var wrongly = cells.Where(cell => cell.Allowed && !cell.Must).ToList();
        var refused = cells.Where(cell => cell.Refused && cell.Must).ToList();
        var unclear = cells.Where(cell => !cell.Allowed && !cell.Refused).ToList();
        return Value.Of(("cells", cells.Count), ("allowed", cells.Count(cell => cell.Allowed)), ("refused", cells.Count(cell => cell.Refused)), ("unclear", unclear.Count), ("unclear_cells", Value.Texts(unclear.Take(MostNamed).Select(cell => $"{cell}: {cell.Answer.Status}"))),
            ("wrongly_allowed", Value.Texts(wrongly.Take(MostNamed).Select(cell => cell.ToString()))), ("wrongly_refused", Value.Texts(refused.Take(MostNamed).Select(cell => cell.ToString()))), ("wrong", wrongly.Count + refused.Count),
            ("leaks", Value.Texts(leaks.Take(MostNamed).Select(cell => cell.ToString()))), ("leaking", leaks.Count),
            ("uncontrolled", cells.GroupBy(cell => cell.Endpoint).Count(endpoint => !endpoint.Any(cell => cell is { Must: true, Allowed: true }))));
    }

    sealed record Cell(string Identity, Endpoint Endpoint, bool Must, HttpExchange Answer, HashSet<string> Refusals)
    {
        public bool Allowed => Answer.Status is >= 200 and <= 299;

        public bool Refused => Refusals.Contains(Answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));

        public override string ToString() => $"{Identity}: {Endpoint}";
    }
}
