using Muster.Readiness;

namespace Muster.Probes.Tests.Http;

public class HttpProbeTests
{
    [Fact]
    public async Task An_answer_is_shown_whole()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/version", _ => SiteResponse.Json(200, """{"digest":"abc","parts":[{"n":1},{"n":2}]}""").With("Server", "shop/1").With("Set-Cookie", "sid=abcdef; HttpOnly"));

        var sight = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("get", "/version"), ("read", "/parts/*/n"));

        var seen = sight.Observation!;
        Assert.Equal(200, seen["status"]);
        Assert.Equal("1.1", seen["version"]);
        Assert.Equal("abc", ((Value.Fields)seen["json"]!)["digest"]);
        Assert.Equal(Value.List([1, 2]), seen["value"]);
        Assert.Equal("sid=[secret]; HttpOnly", ((Value.Fields)seen["headers"]!)["set-cookie"]);
        Assert.True(seen["duration"] is Value.Number { Is: > 0 });
        Assert.Equal(1, sight.Population);
        Assert.Equal($"127.0.0.1:{site.Port}", ((Value.Fields)sight.Before!)["address"]);
        Assert.Equal("shop/1", ((Value.Fields)sight.Before!)["server"]);
        Assert.Equal(sight.Before, sight.After);
    }

    [Fact]
    public async Task Method_headers_and_json_are_sent()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = request => SiteResponse.Json(201, Value.Of(("method", request.Method), ("body", request.Body), ("a", request.Headers["x-a"]), ("b", request.Headers["x-b"]), ("type", request.Headers["content-type"])).ToString());
        var target = Value.Of(("url", site.Address.AbsoluteUri), ("headers", Value.Of(("X-A", "target"), ("X-B", "target"))));

        var sight = await Probing.Look("http", ("target", target), ("post", "/items"), ("json", Value.Of(("n", 1))), ("headers", Value.Of(("X-B", "check"))));

        Assert.Equal(Value.Of(("method", "POST"), ("body", """{"n":1}"""), ("a", "target"), ("b", "check"), ("type", "application/json")), sight.Observation!["json"]);
    }

    [Fact]
    public async Task A_refused_connection_is_no_observation()
    {
        var sight = await Probing.Look("http", ("target", $"http://127.0.0.1:{LoopbackListener.ClosedPort()}/"));

        Probing.Blind(sight, Blind.Unreachable, "refused");
        Assert.Equal(0, sight.Population);
    }

    [Fact]
    public async Task An_answer_that_is_not_http_is_unreadable()
    {
        await using var listener = LoopbackListener.Start(async (stream, stop) => await stream.WriteAsync("SSH-2.0-shop\r\n\r\n"u8.ToArray(), stop));

        Probing.Blind(await Probing.Look("http", ("target", $"http://127.0.0.1:{listener.Port}/")), Blind.Unreadable, "");
    }

    [Fact]
    public async Task Redirects_are_followed_as_far_as_asked_and_listed()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/a", _ => SiteResponse.Redirect("/b", 302)).Route("/b", _ => SiteResponse.Redirect("/c", 301)).Route("/c", _ => new(200, "end"));

        var none = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("get", "/a"));
        var one = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("get", "/a"), ("follow", 1));
        var all = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("get", "/a"), ("follow", 5));

        Assert.Equal(302, none.Observation!["status"]);
        Assert.Equal(301, one.Observation!["status"]);
        Assert.Equal(200, all.Observation!["status"]);
        Assert.Equal(["/b", "/c"], ((Value.Items)all.Observation["redirects"]!).Are.Select(hop => new Uri(((Value.Text)((Value.Fields)hop)["to"]!).Is).AbsolutePath));
    }

    [Fact]
    public async Task Headers_stay_behind_when_a_redirect_leaves_the_origin()
    {
        await using var other = LoopbackSite.Start();
        other.Route("/", request => new(200, request.Headers.ContainsKey("authorization") ? "leaked" : "clean"));
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => SiteResponse.Redirect(other.Address.AbsoluteUri));
        var target = Value.Of(("url", site.Address.AbsoluteUri), ("headers", Value.Of(("Authorization", "Bearer abc"))));

        var sight = await Probing.Look("http", ("target", target), ("follow", 1));

        Assert.Equal("clean", sight.Observation!["body"]);
    }

    [Fact]
    public async Task A_body_over_the_bound_is_not_observed_in_part()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => new(200, new string('a', 5000)));

        var sight = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("most_body", 4999));
        var whole = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("most_body", 5000));

        Assert.Equal(200, sight.Observation!["status"]);
        Assert.Null(sight.Observation["body"]);
        Assert.Null(sight.Observation["size"]);
        Assert.NotNull(sight.Observation["cut"]);
        Assert.Equal(5000, whole.Observation!["size"]);
    }

    [Fact]
    public async Task A_private_certificate_is_trusted_only_through_its_root()
    {
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        await using var site = LoopbackSite.Start(leaf);
        site.Route("/", _ => new(200, "well"));
        using var trust = new TemporaryFile(authority.PemOfRoot);

        var trusted = await Probing.Look("http", ("target", site.Address.AbsoluteUri), ("trust", trust.Path));
        var untrusted = await Probing.Look("http", ("target", site.Address.AbsoluteUri));

        Assert.Equal(Digest.Of(leaf.RawData), ((Value.Fields)trusted.Observation!["tls"]!)["sha256"]);
        Assert.Equal(Digest.Of(leaf.RawData), ((Value.Fields)trusted.Before!)["leaf"]);
        Probing.Blind(untrusted, Blind.Unreachable, "TLS");
    }

    [Fact]
    public async Task Each_look_makes_its_own_connection_so_that_a_new_certificate_is_seen()
    {
        using var authority = LoopbackAuthority.Create();
        using var first = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        using var second = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(2));
        await using var site = LoopbackSite.Start(first);
        site.Route("/", _ => new(200));
        using var trust = new TemporaryFile(authority.PemOfRoot);
        using var runner = new ProbeRunner(Probing.Options);
        var ask = Probing.Ask("http", ("target", site.Address.AbsoluteUri), ("trust", trust.Path));

        var before = await runner.Look(ask, TestContext.Current.CancellationToken);
        site.Present(second);
        var after = await runner.Look(ask, TestContext.Current.CancellationToken);

        Assert.Equal(Digest.Of(first.RawData), ((Value.Fields)before.Sights[0].After!)["leaf"]);
        Assert.Equal(Digest.Of(second.RawData), ((Value.Fields)after.Sights[0].After!)["leaf"]);
    }

    [Fact]
    public async Task A_server_that_is_exchanged_while_it_is_asked_shows_in_its_identity()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", request => new SiteResponse(site.Served == 0 ? 503 : 200).With("Server", site.Served == 0 ? "old" : "new"));
        var ask = Probing.Ask(new Asked("", "http", Value.Of(("target", site.Address.AbsoluteUri)), Within: TimeSpan.FromSeconds(30)))
            with
        { Settled = (_, seen) => ((Value.Fields)seen)["status"]!.Equals((Value)200) };

        var sight = (await Probing.Run(Probing.Options, ask)).Sights[0];

        Assert.Equal(2, sight.Attempts);
        Assert.Equal("old", ((Value.Fields)sight.Before!)["server"]);
        Assert.Equal("new", ((Value.Fields)sight.After!)["server"]);
    }

    [Theory]
    [InlineData("ftp://shop.test/")]
    [InlineData("shop.test")]
    [InlineData("http://mia:pass@shop.test/")]
    public async Task A_target_that_is_no_web_address_is_named(string target) =>
        Probing.Blind(await Probing.Look("http", ("target", target)), Blind.BadQuestion, "\"target\"");

    [Fact]
    public async Task A_request_that_writes_needs_consent()
    {
        await using var site = LoopbackSite.Start();
        var options = Probing.Options with { Consent = _ => [] };

        Probing.Blind(await Probing.Look(options, "http", ("target", site.Address.AbsoluteUri), ("post", "/")), Blind.NoConsent, "staging");
        Probing.Blind(await Probing.Look(options, "http", ("target", site.Address.AbsoluteUri), ("path", "/"), ("method", "delete")), Blind.NoConsent, "active");
        Assert.Equal(0, site.Served);
        Assert.NotNull((await Probing.Look(options, "http", ("target", site.Address.AbsoluteUri))).Observation);
    }
}
