using Muster.Readiness;

namespace Muster.Probes.Tests.Identity;

/// <summary>An OpenID provider on loopback, well and wrong in one way at a time.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    const string Callback = "https://shop.test/callback";
    const string Ec = """{ "kty": "EC", "crv": "P-256", "kid": "one", "x": "AA", "y": "AA" }""";
    static readonly string Rsa = $$"""{ "kty": "RSA", "kid": "two", "e": "AQAB", "n": "{{new string('A', 342)}}" }""";
    readonly LoopbackSite _site = LoopbackSite.Start();
    string _issuer = "", _more = "", _algorithms = "\"RS256\", \"ES256\"", _keys = $"{Ec}, {Rsa}", _jwks = "";
    Func<string, SiteResponse> _authorise = Strict;

    public ValueTask InitializeAsync()
    {
        _issuer = _site.Address.AbsoluteUri.TrimEnd('/');
        _jwks = _issuer + "/keys";
        _site.Route("/.well-known/openid-configuration", _ => SiteResponse.Json(200, $$"""{ "issuer": "{{_issuer}}", "authorization_endpoint": "{{_site.Address}}authorize", "token_endpoint": "{{_site.Address}}token", "jwks_uri": "{{_jwks}}", "id_token_signing_alg_values_supported": [ {{_algorithms}} ], "code_challenge_methods_supported": [ "S256" ] {{_more}} }"""))
            .Route("/keys", _ => SiteResponse.Json(200, $$"""{ "keys": [ {{_keys}} ] }"""))
            .Route("/authorize", request => _authorise(Uri.UnescapeDataString(request.Query.Split('&').First(part => part.StartsWith("redirect_uri=", StringComparison.Ordinal))["redirect_uri=".Length..])));
        return ValueTask.CompletedTask;
    }

    static SiteResponse Strict(string redirect) => redirect == Callback ? SiteResponse.Redirect("/sign-in", 302) : new(400, "this address is not registered");

    Task<Sight> Look(params (string, Value)[] more) => Probing.Look("oidc", [("target", _site.Address.AbsoluteUri.TrimEnd('/')), .. more]);

    Task<Sight> Redirects() => Look(("client_id", "shop"), ("redirect_uri", Callback));

    [Fact]
    public async Task A_provider_that_is_well_is_seen_so()
    {
        var sight = await Redirects();

        var seen = sight.Observation!;
        Assert.Equal((true, true, false, true, true), (seen.Truth("issuer_matches"), seen.Truth("encrypted"), seen.Truth("offers_none"), seen.Truth("pkce"), seen.Truth("key_ids_differ")));
        Assert.Equal((2d, 0d, true, 0d), (seen.Number("keys"), seen.Number("weak_keys"), seen.Truth("registered_taken"), seen.Number("foreign_taken_count")));
        Assert.Equal(Value.Texts(["authorization_endpoint", "token_endpoint", "jwks_uri"]), seen["endpoints"]);
        Assert.Equal((2, sight.Before), (sight.Population, sight.After));
    }

    [Fact]
    public async Task An_issuer_that_differs_by_a_stroke_is_another()
    {
        _issuer += "/";

        Assert.Equal(Value.False, (await Look()).Observation!["issuer_matches"]);
    }

    [Fact]
    public async Task An_endpoint_in_clear_text_elsewhere_is_seen()
    {
        _more = """, "userinfo_endpoint": "http://login.shop.test/me" """;

        Assert.Equal(Value.False, (await Look()).Observation!["encrypted"]);
    }

    [Fact]
    public async Task Unsigned_tokens_that_are_offered_are_seen_however_they_are_spelt()
    {
        _algorithms = "\"RS256\", \"None\"";

        Assert.Equal(Value.True, (await Look()).Observation!["offers_none"]);
    }

    [Theory]
    [InlineData("""{ "kty": "RSA", "kid": "old", "e": "AQAB", "n": "AAAA" }""", 1, true)]
    [InlineData("""{ "kty": "oct", "kid": "shared", "k": "AA" }""", 1, true)]
    [InlineData("""{ "kty": "EC", "crv": "P-256", "kid": "one", "x": "AA", "y": "AA" }""", 0, false)]
    [InlineData("""{ "kty": "OKP", "crv": "Ed25519", "x": "AA" }""", 0, false)]
    public async Task Keys_that_are_weak_or_cannot_be_told_apart_are_counted(string key, int weak, bool differ)
    {
        _keys = $"{Ec}, {key}";

        var seen = (await Look()).Observation!;

        Assert.Equal((2d, (double)weak, differ), (seen.Number("keys"), seen.Number("weak_keys"), seen.Truth("key_ids_differ")));
    }

    [Fact]
    public async Task A_provider_without_keys_shows_nothing()
    {
        _keys = "";

        var sight = await Look();

        Assert.Equal((0, 0d), (sight.Population, sight.Observation.Number("keys")));
    }

    public static TheoryData<string, string[]> Lenient => new()
    {
        { "takes whatever it is told", ["https://muster.invalid/callback", "https://shop.test.muster.invalid/callback", "https://shop.test/callback/../muster", "http://shop.test/callback"] },
        { "takes what begins alike", ["https://shop.test/callback/../muster"] },
        { "takes the host alone", ["https://shop.test/callback/../muster", "http://shop.test/callback"] },
        { "tells the foreign page that it was wrong", ["https://muster.invalid/callback", "https://shop.test.muster.invalid/callback", "https://shop.test/callback/../muster", "http://shop.test/callback"] },
    };

    [Theory]
    [MemberData(nameof(Lenient))]
    public async Task Each_way_of_taking_a_foreign_address_is_seen_by_which(string how, string[] taken)
    {
        _authorise = redirect => how switch
        {
            "takes what begins alike" => redirect.StartsWith(Callback, StringComparison.Ordinal) ? SiteResponse.Redirect("/sign-in", 302) : new(400),
            "takes the host alone" => new Uri(redirect).Host == "shop.test" ? SiteResponse.Redirect("/sign-in", 302) : new(400),
            "tells the foreign page that it was wrong" => redirect == Callback ? SiteResponse.Redirect("/sign-in", 302) : SiteResponse.Redirect(redirect + "?error=invalid_request", 302),
            _ => SiteResponse.Redirect("/sign-in", 302),
        };

        var seen = (await Redirects()).Observation!;

        Assert.Equal((Value.Texts(taken), Value.True), (seen["foreign_taken"], seen["registered_taken"]));
    }

    [Fact]
    public async Task A_provider_that_takes_no_address_refuses_the_registered_one_too()
    {
        _authorise = _ => new(400);

        var seen = (await Redirects()).Observation!;

        Assert.Equal((Value.False, (Value)0), (seen["registered_taken"], seen["foreign_taken_count"]));
    }

    [Fact]
    public async Task What_is_no_provider_is_not_taken_for_one()
    {
        _site.Route("/keys", _ => new(500));
        Probing.Blind(await Look(), Blind.Unreadable, "jwks_uri answers 500");
        _jwks = "http://169.254.169.254/keys";
        Assert.Equal(Blind.Refused, (await Look()).Blind);
        _site.Route("/.well-known/openid-configuration", _ => SiteResponse.Json(200, "{}"));
        Probing.Blind(await Look(), Blind.Unreadable, "names no issuer");
        _site.Route("/.well-known/openid-configuration", _ => new(404));
        Probing.Blind(await Look(), Blind.Unreadable, "answers 404");
        Probing.Blind(await Probing.Look("oidc", ("target", $"http://127.0.0.1:{LoopbackListener.ClosedPort()}")), Blind.Unreachable, "127.0.0.1");
    }

    [Fact]
    public async Task A_client_without_an_address_is_a_bad_question() => Probing.Blind(await Look(("client_id", "shop")), Blind.BadQuestion, "\"redirect_uri\"");

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
