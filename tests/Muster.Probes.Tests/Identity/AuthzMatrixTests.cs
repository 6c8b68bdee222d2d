using Muster.Readiness;

namespace Muster.Probes.Tests.Identity;

/// <summary>A small shop with two customers and a clerk, well and with one hole at a time.</summary>
public sealed class AuthzMatrixTests : IAsyncLifetime
{
    readonly LoopbackSite _site = LoopbackSite.Start();
    string _flaw = "";

    public ValueTask InitializeAsync()
    {
        _site.Otherwise = Answer;
        return ValueTask.CompletedTask;
    }

    SiteResponse Answer(SiteRequest request)
    {
        var who = request.Headers.GetValueOrDefault("authorization") switch { "Bearer token-of-mia-1" => "mia", "Bearer token-of-jon-1" => "jon", _ when request.Headers.GetValueOrDefault("x-key") == "key-of-the-clerk" => "clerk", _ => "" };
        if (request.Path == "/login") return new(200);
        if (_flaw == "down") return new(503);
        if (_flaw == "sends on" && who.Length == 0) return SiteResponse.Redirect("/login", 302);
        if (who.Length == 0) return _flaw == "open" ? new(200) : new(401);
        var owner = request.Path switch { "/baskets/1" => "mia", "/baskets/2" => "jon", "/stock" => "clerk", _ => "" };
        if (owner.Length == 0) return new(404);
        if (_flaw == "locked out" && who == "jon") return new(403);
        if (who == owner || who == "clerk" && request.Method == "GET") return request.Method == "DELETE" && who != "clerk" ? new(403) : new(200);
        if (_flaw == "neighbours" && owner != "clerk") return new(200);
        return new(403, _flaw == "talks" ? "not for you: a Lamp for 30 EUR" : "no");
    }

    Value Target => Value.Of(("address", _site.Address.AbsoluteUri), ("identities", Value.Of(("mia", "token-of-mia-1"), ("jon", "token-of-jon-1"), ("clerk", Value.Of(("X-Key", "key-of-the-clerk"))))));

    static readonly Value.Fields May = Value.Of(("mia", Value.Texts(["GET /baskets/1", "/login"])), ("jon", Value.Texts(["GET /baskets/2", "GET /login"])), ("clerk", Value.Texts(["GET /baskets/1", "GET /baskets/2", "GET /stock", "GET /login"])), ("anonymous", "GET /login"));

    Task<Sight> Look(params (string, Value)[] more) => Probing.Look("authz.matrix", [("target", Target), .. more.Any(one => one.Item1 == "may") ? [] : (ReadOnlySpan<(string, Value)>)[("may", May)], ("never", Value.Texts(["lamp"])), .. more]);

    [Fact]
    public async Task A_shop_that_keeps_its_rights_is_seen_cell_by_cell()
    {
        var sight = await Look();

        var seen = sight.Observation!;
        Assert.Equal((16, 9d, 7d, 0d, 0d, 0d, 0d), (sight.Population, seen.Number("allowed"), seen.Number("refused"), seen.Number("wrong"), seen.Number("unclear"), seen.Number("leaking"), seen.Number("uncontrolled")));
        Assert.Equal(sight.Before, sight.After);
    }

    [Theory]
    [InlineData("open", "wrongly_allowed", "anonymous: GET /baskets/1, anonymous: GET /baskets/2, anonymous: GET /stock")]
    [InlineData("neighbours", "wrongly_allowed", "jon: GET /baskets/1, mia: GET /baskets/2")]
    [InlineData("locked out", "wrongly_refused", "jon: GET /baskets/2")]
    [InlineData("talks", "leaks", "jon: GET /baskets/1, mia: GET /baskets/2, jon: GET /stock, mia: GET /stock")]
    [InlineData("sends on", "unclear_cells", "anonymous: GET /baskets/1: 302, anonymous: GET /baskets/2: 302, anonymous: GET /stock: 302")]
    public async Task Each_hole_is_named_by_who_and_what(string flaw, string field, string cells)
    {
        _flaw = flaw;

        var seen = (await Look()).Observation!;

        Assert.Equal(Value.Texts(cells.Split(", ")), seen[field]);
        Assert.NotEqual(0, seen.Number("wrong") + seen.Number("leaking") + seen.Number("unclear"));
    }

    [Fact]
    public async Task A_server_that_is_down_refuses_nobody()
    {
        _flaw = "down";

        var seen = (await Look()).Observation!;

        Assert.Equal((12d, 3d), (seen.Number("unclear"), seen.Number("uncontrolled")));
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_refuses_everybody_and_shows_nothing()
    {
        var seen = (await Look(("endpoints", Value.Texts(["GET /baskest/1"])))).Observation!;

        Assert.Equal((1d, 0d), (seen.Number("uncontrolled"), seen.Number("wrong")));
    }

    [Fact]
    public async Task What_writes_is_asked_only_where_that_is_said()
    {
        var may = Value.Of(("clerk", Value.Texts(["DELETE /stock"])));

        Probing.Blind(await Look(("may", may)), Blind.BadQuestion, "\"writes\"");
        var seen = (await Look(("may", may), ("writes", true))).Observation!;
        Assert.Equal((1d, 3d, 0d), (seen.Number("allowed"), seen.Number("refused"), seen.Number("wrong")));
        var run = await Probing.Run(Probing.Options with { Consent = _ => [] }, Probing.Ask("authz.matrix", ("target", Target), ("may", may), ("writes", true)));
        Assert.Null(run.Sights[0].Observation);
    }

    [Fact]
    public async Task Who_or_what_is_not_there_is_a_bad_question()
    {
        Probing.Blind(await Look(("may", Value.Of(("kai", "GET /")))), Blind.BadQuestion, "\"kai\"");
        Probing.Blind(await Look(("may", Value.Of(("mia", "items")))), Blind.BadQuestion, "no endpoint");
        Probing.Blind(await Look(("may", Value.Fields.Empty)), Blind.BadQuestion, "names no endpoint");
    }

    [Fact]
    public async Task No_identity_is_shown_by_its_secret()
    {
        _site.Otherwise = request => new(403, request.Headers.GetValueOrDefault("authorization") ?? "");

        var sight = await Look();

        Assert.DoesNotContain("token-of", $"{sight.Observation} {sight.Detail}", StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
