using System.Globalization;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Monitoring;

/// <summary>A request to a real nginx that comes out in its log of requests, and stores on a real socket where nginx cannot be made to err.</summary>
public sealed class TelemetryCanaryTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    const string Token = "shopkey-$(nonce)";

    static string Logs(int port, string what, string how = "line") =>
        $$"""log_format line escape=json '{"path":"$request_uri","status":$status}'; log_format open escape=json '{"path":"$request_uri","sent":"$http_authorization"}'; server { listen 127.0.0.1:{{port}}; access_log {{what}} {{how}}; location / { return 404; } }""";

    [Fact]
    public async Task A_request_comes_out_in_the_log_without_its_token_and_one_that_is_logged_with_it_is_no_round_trip()
    {
        var port = Ports.Free();
        await using var nginx = await NginxServer.Start(Logs(port, "requests.log"), Cancel);
        var log = nginx.PathOf("requests.log");
        async Task<Value.Fields> Look(double wait = 20) => (await Probing.Look(Probing.Options with { MayLeaveFolder = true }, "telemetry.canary", ("target", $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}"),
            ("method", "GET"), ("path", "/?canary=$(nonce)"), ("find", "canary=$(nonce)"), ("secret", Token), ("headers", Value.Of(("Authorization", Token))), ("sink", Value.Of(("path", log))), ("wait", wait))).Observation!;

        var well = await Look();
        await nginx.Reload(Logs(port, "requests.log", "open"), Cancel);
        var leaking = await Look();
        await nginx.Reload(Logs(port, "off", ""), Cancel);
        var silent = await Look(wait: 0.5);

        Assert.Equal((Value.True, Value.True, (Value)404, (Value)1), (well["round_trip"], well["found"], well["status"], well["records"]));
        Assert.Equal((Value)404, ((Value.Fields)well["record"]!)["status"]);
        Assert.Equal((Value.True, Value.True, Value.False, Value.False), (well["redacted"], leaking["found"], leaking["redacted"], leaking["round_trip"]));
        Assert.Equal((Value.False, Value.False, (Value?)null), (silent["round_trip"], silent["found"], silent["lag"]));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_secret_that_comes_out_is_no_round_trip(bool keeps, bool redacted)
    {
        var seen = await Store(body => keeps ? body : body.Replace("shopkey-", "", StringComparison.Ordinal), Look);

        Assert.Equal(((Value)redacted, (Value)redacted, Value.True), (seen["redacted"], seen["round_trip"], seen["found"]));
    }

    [Fact]
    public async Task A_secret_in_base64_and_in_a_line_of_its_own_is_found_too()
    {
        var seen = await Store(body => $"{{\"n\":\"{Nonce(body)}\"}},\"{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("x:shopkey-" + Nonce(body)))}\"", Look);

        Assert.Equal((Value.True, Value.False), (seen["found"], seen["redacted"]));
    }

    [Fact]
    public async Task A_store_that_repeats_the_question_finds_nothing()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = request => SiteResponse.Json(200, $$"""{"query":"{{request.Query}}","hits":[]}""");

        var echo = await Probing.Look("telemetry.canary", Parameters(site, ("ask", "/out?q=$(nonce)")));
        var pointed = await Probing.Look("telemetry.canary", Parameters(site, ("ask", "/out?q=$(nonce)"), ("read", "/hits")));

        Probing.Blind(echo, Blind.BadQuestion, "before anything was sent");
        Assert.Equal(Value.False, pointed.Observation!["found"]);
    }

    [Fact]
    public async Task What_is_not_sent_cannot_be_looked_for()
    {
        await using var site = LoopbackSite.Start();

        Probing.Blind(await Probing.Look("telemetry.canary", Parameters(site, ("find", "something-else"))), Blind.BadQuestion, "not in what is sent");
        Probing.Blind(await Probing.Look("telemetry.canary", Parameters(site, ("secret", "another-secret"))), Blind.BadQuestion, "never leak");
        Probing.Blind(await Probing.Look("telemetry.canary", Parameters(site, ("find", "short"))), Blind.BadQuestion, "fewer than");
        Assert.Equal(0, site.Served);
    }

    [Fact]
    public async Task A_sink_that_cannot_be_read_is_unproven_and_nothing_is_sent()
    {
        var sent = 0;
        await using var site = LoopbackSite.Start();
        site.Route("/in", _ =>
        {
            Interlocked.Increment(ref sent);
            return new(204);
        }).Route("/out", _ => new(401));

        Probing.Blind(await Probing.Look("telemetry.canary", Parameters(site, ("ask", "/out"))), Blind.NotAdmitted, "401");
        Assert.Equal(0, sent);
    }

    static string Nonce(string body) => body[(body.IndexOf("\"n\":\"", StringComparison.Ordinal) + 5)..][..16];

    static Task<Sight> Look(LoopbackSite site) => Probing.Look("telemetry.canary", Parameters(site, ("secret", Token), ("ask", "/out"), ("read", ""), ("wait", 5)));

    static (string, Value)[] Parameters(LoopbackSite site, params (string, Value)[] more) =>
    [
        .. new (string Name, Value Value)[]
        {
            ("target", site.Address.AbsoluteUri), ("path", "/in"), ("json", Value.Of(("n", "$(nonce)"), ("password", Token))), ("find", "$(nonce)"), ("sink", Value.Of(("url", site.Address.AbsoluteUri))), ("wait", 0.3),
        }.Where(one => !more.Any(other => other.Item1 == one.Name)).Select(one => (one.Name, one.Value)),
        .. more,
    ];

    /// <summary>A store that keeps of a body what is said.</summary>
    static async Task<Value.Fields> Store(Func<string, string> keep, Func<LoopbackSite, Task<Sight>> look)
    {
        var kept = "";
        await using var site = LoopbackSite.Start();
        site.Route("/in", request =>
        {
            kept = keep(request.Body);
            return new(204);
        }).Route("/out", _ => SiteResponse.Json(200, $"[{kept}]"));
        return (await look(site)).Observation!;
    }
}
