using Muster.Readiness;

namespace Muster.Probes.Tests.Network;

/// <summary>What a page of an allowed origin may really do, as a browser decides it (the Fetch standard, 3.3).</summary>
public sealed class CorsTests
{
    const string Shop = "https://shop.test";

    /// <summary>A server that knows its own origin, with what else its answers and its preflights say.</summary>
    static async Task<Value.Fields> Look(Func<SiteRequest, SiteResponse> answer, params (string, Value)[] more)
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = answer;
        return (await Probing.Look("cors", [("target", site.Address.AbsoluteUri), ("origins", Value.Texts([Shop])), .. more])).Observation!;
    }

    static SiteResponse Named(SiteRequest request, string? methods = null, string? headers = null)
    {
        var answer = new SiteResponse(200).With("Vary", "Origin");
        if (request.Headers.GetValueOrDefault("origin") != Shop) return answer;
        answer = answer.With("Access-Control-Allow-Origin", Shop);
        if (request.Method == "OPTIONS" && methods is not null) answer = answer.With("Access-Control-Allow-Methods", methods);
        return request.Method == "OPTIONS" && headers is not null ? answer.With("Access-Control-Allow-Headers", headers) : answer;
    }

    static void IsLetIn(bool expected, Value.Fields seen) => Assert.Equal((Value.Texts(expected ? [Shop] : []), Value.Texts(expected ? [] : [Shop])), (seen["let_in"], seen["kept_out"]));

    [Fact]
    public async Task An_origin_that_only_the_preflight_names_is_not_let_in() =>
        IsLetIn(false, await Look(request => request.Method == "OPTIONS" ? Named(request) : new(200)));

    [Theory]
    [InlineData("DELETE", null, false)]
    [InlineData("DELETE", "GET, PUT", false)]
    [InlineData("DELETE", "GET, DELETE", true)]
    [InlineData("DELETE", "*", true)]
    [InlineData("POST", null, true)]
    public async Task A_method_that_no_form_can_send_must_be_allowed_by_the_preflight(string method, string? allowed, bool isIn) =>
        IsLetIn(isIn, await Look(request => Named(request, allowed), ("method", method)));

    [Theory]
    [InlineData(null, false)]
    [InlineData("X-Other", false)]
    [InlineData("content-type, x-tenant", true)]
    [InlineData("*", true)]
    public async Task A_header_that_no_form_can_send_must_be_allowed_by_the_preflight(string? allowed, bool isIn) =>
        IsLetIn(isIn, await Look(request => Named(request, headers: allowed), ("headers", Value.Of(("X-Tenant", "shop"), ("Accept", "text/plain")))));

    [Fact]
    public async Task A_preflight_bears_no_credentials_and_a_star_does_not_stand_for_them()
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<SiteRequest>();
        var headers = Value.Of(("Authorization", "Bearer a-token-of-the-test"));

        IsLetIn(false, await Look(request =>
        {
            asked.Enqueue(request);
            return Named(request, headers: "*");
        }, ("headers", headers)));

        Assert.All(asked.Where(request => request.Method == "OPTIONS"), request => Assert.Equal((false, "authorization"), (request.Headers.ContainsKey("authorization"), request.Headers["access-control-request-headers"])));
        Assert.All(asked.Where(request => request.Method == "GET"), request => Assert.Equal("Bearer a-token-of-the-test", request.Headers["authorization"]));
    }

    [Fact]
    public async Task A_preflight_that_is_an_error_lets_nobody_in() =>
        IsLetIn(false, await Look(request => request.Method == "OPTIONS" ? Named(request, "DELETE") with { Status = 405 } : Named(request), ("method", "DELETE")));

    [Fact]
    public async Task A_star_lets_in_whoever_sends_no_cookies_and_nobody_who_does()
    {
        static SiteResponse Star(SiteRequest request) => new SiteResponse(200).With("Access-Control-Allow-Origin", "*").With("Access-Control-Allow-Credentials", "true");

        var without = await Look(Star);
        var with = await Look(Star, ("credentials", true));

        IsLetIn(true, without);
        Assert.Equal((Value.True, Value.False), (without["anybody"], without["credentials"]));
        Assert.NotEqual(0, without["wrong"]);
        IsLetIn(false, with);
        Assert.Equal(Value.True, with["anybody"]);
    }

    [Fact]
    public async Task Whoever_comes_with_cookies_is_let_in_only_where_the_answer_says_so()
    {
        IsLetIn(false, await Look(request => Named(request), ("credentials", true)));
        var seen = await Look(request => Named(request).With("Access-Control-Allow-Credentials", "true"), ("credentials", true));

        IsLetIn(true, seen);
        Assert.Equal(Value.True, seen["credentials"]);
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("GET")]
    public async Task A_foreign_origin_is_let_in_by_either_answer(string by)
    {
        var seen = await Look(request => request.Method == by && request.Headers.GetValueOrDefault("origin") == "https://muster.invalid" ? new SiteResponse(200).With("Access-Control-Allow-Origin", "https://muster.invalid") : Named(request));

        Assert.Equal(Value.Texts(["https://muster.invalid"]), seen["wrongly_let_in"]);
    }
}
