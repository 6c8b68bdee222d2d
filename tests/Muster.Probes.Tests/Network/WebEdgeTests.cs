using System.Globalization;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Network;

/// <summary>What a web server lets through and says, against a real nginx where nginx can show it.</summary>
public sealed class WebEdgeTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string At(int port, string host = "127.0.0.1") => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

    [Fact]
    public async Task Limits_of_a_real_server_are_seen_with_what_they_refuse()
    {
        var port = Ports.Free();
        string Config(string size) => $"client_max_body_size {size}; client_header_timeout 1s; large_client_header_buffers 2 4k; server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{port}/ok; }} location /ok {{ return 200 ok; }} }}";
        await using var nginx = await NginxServer.Start(Config("64k"), Cancel);
        Task<Sight> Look() => Probing.Look("http.limits", ("target", "http://" + At(port)), ("body_over", "1MiB"), ("url_over", "64kB"), ("head_over", "64kB"), ("slow", "5s"));

        var seen = (await Look()).Observation!;
        await nginx.Reload(Config("0"), Cancel);
        var open = (await Look()).Observation!;

        Assert.Equal((Value.True, Value.True, Value.True, Value.True, Value.True), (seen["under_admitted"], seen["body_refused"], seen["url_refused"], seen["head_refused"], seen["slow_ended"]));
        Assert.Equal((Value)413, seen["body_status"]);
        Assert.Equal((Value)414, seen["url_status"]);
        Assert.Equal(Value.False, open["body_refused"]);
    }

    [Fact]
    public async Task An_address_that_is_exposed_is_named_and_one_that_should_be_open_and_is_not_too()
    {
        await using var open = LoopbackSite.Start();
        var closed = LoopbackListener.ClosedPort();

        var well = (await Probing.Look("exposure.reachability", ("open", Value.Texts([At(open.Port)])), ("closed", Value.Texts([At(closed), At(open.Port, "127.0.0.2")])))).Observation!;
        var sick = (await Probing.Look("exposure.reachability", ("open", Value.Texts([At(closed)])), ("closed", Value.Texts([At(open.Port)])))).Observation!;

        Assert.Equal(((Value)0, (Value)2, (Value)1), (well["wrong"], well["kept_out"], well["reached"]));
        Assert.Equal((Value.Texts([At(closed)]), Value.Texts([At(open.Port)])), (sick["missed"], sick["exposed"]));
        Probing.Blind(await Probing.Look("exposure.reachability", ("open", Value.Items.Empty), ("closed", Value.Texts([At(closed)]))), Blind.BadQuestion, "\"open\"");
    }

    [Fact]
    public async Task Who_took_a_connection_is_told_before_and_after()
    {
        await using var open = LoopbackSite.Start();
        var sight = await Probing.Look("exposure.reachability", ("open", Value.Texts([$"localhost:{open.Port}"])), ("closed", Value.Texts([At(LoopbackListener.ClosedPort())])));

        Assert.Equal(Value.Of(("answered", Value.Texts([At(open.Port)]))), sight.Before);
        Assert.Equal(sight.Before, sight.After);
    }

    [Theory]
    [InlineData("default-src 'self'; frame-ancestors 'none'", true, false)]
    [InlineData("default-src 'self'; frame-ancestors *", false, false)]
    [InlineData("img-src 'self'", false, true)]
    [InlineData("script-src 'self' 'unsafe-inline'", false, true)]
    public async Task A_policy_is_read_and_not_only_there(string policy, bool refusesFrames, bool isUnsafe)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => new SiteResponse(200).With("Content-Security-Policy", policy).With("X-Content-Type-Options", "sniff").With("Referrer-Policy", "no-referrer").With("Set-Cookie", "sid=abc; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT"));

        var seen = (await Probing.Look("http.headers", ("target", site.Address.AbsoluteUri))).Observation!;

        Assert.Equal(((Value)refusesFrames, isUnsafe ? 1 : 0), (seen["frames_refused"], ((Value.Items)seen["unsafe_policy"]!).Are.Length));
        Assert.Equal(Value.Texts(["/: x-content-type-options"]), seen["missing"]);
        Assert.Equal(Value.Texts(["/: sid without HttpOnly", "/: sid without SameSite"]), seen["weak_cookies"]);
    }

    [Fact]
    public async Task A_socket_that_ends_foreign_pages_with_an_error_of_its_own_has_refused_nobody()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(503);

        var seen = (await Probing.Look("websocket", ("target", site.Address.AbsoluteUri), ("foreign", "https://muster.invalid"))).Observation!;

        Assert.Equal((Value.False, Value.False), (seen["opened"], seen["foreign_refused"]));
    }

    [Fact]
    public async Task An_origin_that_looks_like_an_allowed_one_is_tried_and_named()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = request => request.Headers.GetValueOrDefault("origin") is { } origin && origin.StartsWith("https://shop.test", StringComparison.Ordinal) ? new SiteResponse(200).With("Access-Control-Allow-Origin", origin) : new(200);

        var seen = (await Probing.Look("cors", ("target", site.Address.AbsoluteUri), ("origins", Value.Texts(["https://shop.test"])))).Observation!;

        Assert.Equal(Value.Texts(["https://shop.test.muster.invalid", "https://shop.test:8443"]), seen["wrongly_let_in"]);
    }

    [Fact]
    public async Task A_limit_of_rate_counts_each_identity_apart_or_shows_that_it_does_not()
    {
        await using var site = LoopbackSite.Start();
        var counts = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        site.Otherwise = request => counts.AddOrUpdate(request.Path == "/apart" ? request.Headers.GetValueOrDefault("authorization") ?? "" : "", 1, (_, count) => count + 1) > 5 ? new SiteResponse(429).With("Retry-After", "7") : new(200);
        Task<Sight> Look(string path) => Probing.Look("ratelimit.http", ("target", Value.Of(("url", site.Address.AbsoluteUri), ("identities", Value.Of(("mia", "token-of-mia"), ("kai", "token-of-kai"))))), ("path", path), ("requests", 12), ("at_once", 1), ("as", "mia"), ("other", "kai"));

        var apart = (await Look("/apart")).Observation!;
        counts.Clear();
        var together = (await Look("/together")).Observation!;

        Assert.Equal(((Value)6, (Value)7, Value.True), (apart["first_limited"], apart["retry_after"], apart["other_admitted"]));
        Assert.Equal(Value.False, together["other_admitted"]);
    }

    [Theory]
    [InlineData("7", true)]
    [InlineData("Wed, 21 Oct 2099 07:28:00 GMT", true)]
    [InlineData("soon", false)]
    [InlineData(null, false)]
    public async Task Whether_every_refusal_says_when_to_come_back_is_seen(string? says, bool told)
    {
        await using var site = LoopbackSite.Start();
        var count = 0;
        site.Otherwise = _ => Interlocked.Increment(ref count) switch { <= 5 => new(200), 6 => new SiteResponse(429).With("Retry-After", "7"), _ => says is null ? new(429) : new SiteResponse(429).With("Retry-After", says) };

        var limited = (await Probing.Look("ratelimit.http", ("target", site.Address.AbsoluteUri), ("requests", 12), ("at_once", 1))).Observation!;
        count = -10;
        var free = (await Probing.Look("ratelimit.http", ("target", site.Address.AbsoluteUri), ("requests", 3), ("at_once", 1))).Observation!;

        Assert.Equal((Value)told, limited["retry_after_said"]);
        Assert.Null(free["retry_after_said"]);
    }
}
