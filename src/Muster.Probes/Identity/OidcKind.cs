using Muster.Readiness;

namespace Muster.Probes;

static class OidcKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "oidc",
        Says = "Reads what an OpenID provider says of itself and its keys, and asks it to send people to addresses, registered and foreign.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("client_id", Shape.Text, "A client; with it redirect_uri is asked for at the authorisation endpoint, without signing in."),
            new("redirect_uri", Shape.Text, "An address that is registered for the client, and must be taken."),
            new("foreign", Shape.List, "Further addresses that must be refused; four are made of the registered one: another host, one that begins with it, one beneath it, and plain HTTP."),
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("issuer", Shape.Text, "The issuer that it says it is."),
            new("issuer_matches", Shape.Truth, "Whether that is exactly the target."),
            new("encrypted", Shape.Truth, "Whether every endpoint that it names is https, or on this machine."),
            new("endpoints", Shape.List, "The names of the endpoints that it has."),
            new("signing_algorithms", Shape.List, "How it says that it signs identity tokens."),
            new("offers_none", Shape.Truth, "Whether \"none\" is among them."),
            new("pkce", Shape.Truth, "Whether it takes S256 code challenges."),
            new("keys", Shape.Number, "Its public keys."),
            new("weak_keys", Shape.Number, "RSA keys under 2048 bits, and keys that are shared secrets."),
            new("key_ids_differ", Shape.Truth, "Whether each key has an id of its own."),
            new("registered_taken", Shape.Truth, "Whether the registered address is taken."),
            new("foreign_taken", Shape.List, "Foreign addresses that it would send people to."),
            new("foreign_taken_count", Shape.Number, "How many there are."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("issuer_matches", true), ("encrypted", true), ("offers_none", false), ("keys", "at least 1"), ("weak_keys", 0)),
        Population = "keys",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "An issuer that differs by a slash is another issuer to every client that is strict.",
            "That it answers its discovery page shows no sign-in; that takes a test identity.",
            "That a foreign address is refused counts beside a registered one that is taken.",
            "A provider that shows its own error page refuses; one that sends the error to the foreign address has taken it.",
        ],
        Example = "check: { oidc: login, client_id: shop, redirect_uri: \"https://shop.test/callback\", expect: { registered_taken: true, foreign_taken_count: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, OidcProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Provider("\"RS256\", \"none\"");
        await using var well = Provider("\"RS256\"");
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri.TrimEnd('/'))), cancel, Stage.Is("issuer_matches", true, Shape.Truth), Stage.Is("offers_none", false, Shape.Truth));
        return new("oidc", "a provider that offers unsigned tokens, beside one that does not", await Look(sick), await Look(well));
    }

    static LoopbackSite Provider(string algorithms)
    {
        var site = LoopbackSite.Start();
        var issuer = site.Address.AbsoluteUri.TrimEnd('/');
        return site
            .Route("/.well-known/openid-configuration", _ => SiteResponse.Json(200, $$"""{ "issuer": "{{issuer}}", "authorization_endpoint": "{{issuer}}/authorize", "token_endpoint": "{{issuer}}/token", "jwks_uri": "{{issuer}}/keys", "id_token_signing_alg_values_supported": [ {{algorithms}} ], "code_challenge_methods_supported": [ "S256" ] }"""))
            .Route("/keys", _ => SiteResponse.Json(200, """{ "keys": [ { "kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256", "use": "sig", "x": "AA", "y": "AA" } ] }"""));
    }
}

static class OidcProbe
{
    const string Discovery = "/.well-known/openid-configuration";
    static readonly string[] Endpoints = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint", "revocation_endpoint", "introspection_endpoint"];

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var api = await HttpApi.Of(given, context, cancel);
        var page = await api.Get(Discovery, cancel);
        var issuer = page.Text("issuer") ?? throw new Unseen(Blind.Unreadable, $"{Discovery} names no issuer; is the target an OpenID provider?");
        var endpoints = Endpoints.Where(name => page.Text(name) is not null).ToList();
        var keys = await Keys(page.Text("jwks_uri") ?? throw new Unseen(Blind.Unreadable, $"{Discovery} names no jwks_uri"), given, context, cancel);
        var algorithms = page.Items("id_token_signing_alg_values_supported").Select(one => one.Text()).OfType<string>().ToList();
        var seen = Value.Of(("issuer", issuer), ("issuer_matches", issuer == given.Target), ("encrypted", endpoints.All(name => IsEncrypted(page.Text(name)!))), ("endpoints", Value.Texts(endpoints)),
            ("signing_algorithms", Value.Texts(algorithms)), ("offers_none", algorithms.Contains("none", StringComparer.OrdinalIgnoreCase)), ("pkce", page.Items("code_challenge_methods_supported").Any(one => one.Text() == "S256")),
            ("keys", keys.Count), ("weak_keys", keys.Count(IsWeak)), ("key_ids_differ", keys.Select(key => key.Text("kid")).Distinct().Count() == keys.Count && keys.All(key => key.Text("kid") is not null)));
        if (given.Text("client_id") is { } client) seen = await Redirects(seen, page, client, given, context, cancel);
        return new() { Observation = seen, Population = keys.Count, Before = api.First, After = (await api.Ask(HttpMethod.Get, Discovery, null, cancel)).Identity };
    }

    static async Task<List<Value>> Keys(string address, Given given, ProbeContext context, CancellationToken cancel)
    {
        // The provider chooses the address, so that it goes through the guard like any other, and without the target's credentials.
        var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(address, null), [], null, null, System.Net.HttpVersion.Version11);
        var answer = await HttpExchange.Send(line, await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), context, HttpProbe.MostBody, cancel);
        return [.. HttpApi.Read("jwks_uri", answer).Items("keys")];
    }

    static async Task<Value.Fields> Redirects(Value.Fields seen, Value page, string client, Given given, ProbeContext context, CancellationToken cancel)
    {
        var registered = given.Text("redirect_uri") is { } said && Uri.TryCreate(said, UriKind.Absolute, out var uri) ? uri : throw Given.Wrong("redirect_uri", "is missing, or no address");
        var authorize = page.Text("authorization_endpoint") ?? throw new Unseen(Blind.Unreadable, $"{Discovery} names no authorization_endpoint");
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        async Task<bool> Taken(string address)
        {
            var query = $"response_type=code&scope=openid&state=muster&client_id={Uri.EscapeDataString(client)}&redirect_uri={Uri.EscapeDataString(address)}&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
            var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(authorize + (authorize.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query, null), [], null, null, System.Net.HttpVersion.Version11);
            var answer = await HttpExchange.Send(line, trust, context, HttpProbe.MostBody, cancel);
            // Sent to the address, be it with an error: then it was taken. Shown a page, or sent on to the provider's own sign-in: taken unless that page is an error.
            return answer.Location is { } to && to.StartsWith(address, StringComparison.OrdinalIgnoreCase) || answer.Status is >= 200 and <= 399 && !(answer.Location?.Contains("error=", StringComparison.Ordinal) ?? false);
        }

        var foreign = new List<string>();
        foreach (var address in Foreign(registered).Concat(given.Texts("foreign")))
            if (await Taken(address)) foreign.Add(address);
        return seen.With("registered_taken", await Taken(registered.OriginalString)).With("foreign_taken", Value.Texts(foreign)).With("foreign_taken_count", foreign.Count);
    }

    static IEnumerable<string> Foreign(Uri registered)
    {
        yield return $"https://muster.invalid{registered.PathAndQuery}";
        yield return $"{registered.Scheme}://{registered.Authority}.muster.invalid{registered.PathAndQuery}";
        yield return registered.OriginalString.TrimEnd('/') + "/../muster";
        if (registered.Scheme == "https") yield return $"http://{registered.Host}{registered.PathAndQuery}";
    }

    static bool IsEncrypted(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.Scheme == "https" || url.IsLoopback);

    /// <summary>The modulus is base64url without padding: 2048 bits are 342 letters.</summary>
    static bool IsWeak(Value key) => key.Text("kty") switch { "RSA" => (key.Text("n")?.Length ?? 0) < 340, "EC" or "OKP" => false, _ => true };
}
