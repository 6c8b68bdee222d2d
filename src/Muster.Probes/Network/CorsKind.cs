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
            new("method", Shape.Text, "The method that a preflight asks for.") { Default = "GET" },
            new("headers", Shape.Map, "Request headers; those of the target are sent too."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("let_in", Shape.List, "Allowed origins that are let in."),
            new("kept_out", Shape.List, "Allowed origins that are not."),
            new("wrongly_let_in", Shape.List, "Foreign origins that are let in."),
            new("wrong", Shape.Number, "How many there are of the last two."),
            new("credentials", Shape.Truth, "Whether an allowed origin may send cookies."),
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

static class CorsProbe
{
    const int MostOrigins = 100;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var origins = given.Texts("origins");
        if (origins.IsEmpty) throw Given.Wrong("origins", "is empty: foreign ones are shown only beside one that is let in");
        var foreign = origins.SelectMany(Foreign).Concat(given.Texts("foreign")).Append("null").Append("https://muster.invalid").Distinct().Except(origins).ToList();
        if (origins.Length + foreign.Count > MostOrigins) throw Given.Wrong("origins", $"come with the foreign ones to more than {MostOrigins}");
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var (let, kept, wrongly) = (new List<string>(), new List<string>(), new List<string>());
        var (credentials, anybody, varies) = (false, false, true);
        HttpExchange? first = null, last = null;
        foreach (var origin in origins.Concat(foreign))
        {
            async Task<HttpExchange> Ask(HttpMethod method, params (string, string)[] more) => await HttpExchange.Send(new(method, HttpRequestLine.UrlOf(given.Target, given.Text("path") ?? "/"), [.. given.Pairs("headers"), ("Origin", origin), .. more], null, null, System.Net.HttpVersion.Version11), trust, context, HttpProbe.MostBody, cancel);
            var answers = (HttpExchange[])[await Ask(HttpMethod.Get), await Ask(HttpMethod.Options, ("Access-Control-Request-Method", given.Text("method") ?? "GET"))];
            first ??= answers[0];
            last = answers[1];
            var allowed = answers.Select(answer => answer.Headers.Text("access-control-allow-origin")).OfType<string>().ToList();
            anybody |= allowed.Contains("*");
            var lets = allowed.Any(one => one == "*" || one == origin);
            if (origins.Contains(origin))
            {
                (lets ? let : kept).Add(origin);
                credentials |= answers.Any(answer => answer.Headers.Text("access-control-allow-credentials") == "true");
                varies &= !lets || answers[0].Headers.Text("vary")?.Contains("origin", StringComparison.OrdinalIgnoreCase) == true;
            }
            else if (lets) wrongly.Add(origin);
        }

        return new()
        {
            Observation = Value.Of(("let_in", Value.Texts(let)), ("kept_out", Value.Texts(kept)), ("wrongly_let_in", Value.Texts(wrongly)), ("wrong", kept.Count + wrongly.Count), ("credentials", credentials), ("anybody", anybody), ("varies", varies)),
            Population = origins.Length + foreign.Count, Before = first!.Identity, After = last!.Identity,
        };
    }

    static IEnumerable<string> Foreign(string origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var url) || url.Host.Length == 0) throw Given.Wrong("origins", $"has what is no origin, as https://shop.test: {Bounded.Start(origin, 60)}");
        yield return $"{url.Scheme}://{url.Host}.muster.invalid";
        yield return $"{url.Scheme}://muster{url.Host}";
        if (url.Scheme == "https") yield return $"http://{url.Authority}";
        yield return $"{url.Scheme}://{url.Host}:{(url.Port == 8443 ? 8444 : 8443)}";
    }
}
