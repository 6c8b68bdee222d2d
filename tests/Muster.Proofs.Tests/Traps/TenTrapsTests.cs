using System.Diagnostics;
using System.Text.Json;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>
/// Ten ways in which a check that looks at the obvious is content, each over something real. The naive check is written out and passes; the document's check of the same thing does not, and says why.
/// </summary>
public sealed class TenTrapsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The state of the one control, and why.</summary>
    static async Task<(string State, string Because)> Ask(Scratch scratch, string check, string targets = "")
    {
        scratch.Write("muster.yaml", $$"""
            muster: 1
            system: shop
            environments: { here: { consent: [ active, destructive ] } }
            targets: { {{targets}} }
            controls:
              it.holds:
                title: It holds
                check: {{check}}
            gates: { go: { environment: here } }
            """);
        var ran = await InProcess.Run(scratch.Folder, "check", "--allow-commands", "--format", "json");
        Assert.True(ran.Exit is ExitCode.Go or ExitCode.NoGo or ExitCode.Undecided, ran.Data + ran.Talk);
        var control = ((Value.Items)ran.Json["controls"]!).Are.Cast<Value.Fields>().Single();
        return (((Value.Text)control["state"]!).Is, ((Value.Text)control["because"]!).Is);
    }

    static async Task Is(string state, Scratch scratch, string check, string because, string targets = "")
    {
        var seen = await Ask(scratch, check, targets);
        Assert.True(seen.State == state && seen.Because.Contains(because, StringComparison.Ordinal), $"{seen.State}: {seen.Because}");
    }

    static int Sh(string folder, string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        shell.WaitForExit();
        return shell.ExitCode;
    }

    [Fact]
    public async Task One_a_backup_exists_and_holds_nothing()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.PathOf("backups"));

        // The dump fails, the pipe ends well.
        Assert.Equal(0, Sh(scratch.Folder, "pg_dump --host 127.0.0.1 --port 1 shop 2>/dev/null | gzip > backups/shop.sql.gz"));
        Assert.True(File.GetLastWriteTimeUtc(scratch.PathOf("backups/shop.sql.gz")) > TimeProvider.System.GetUtcNow().AddHours(-24).UtcDateTime);
        Assert.Equal(0, Sh(scratch.Folder, "gzip -t backups/shop.sql.gz"));

        await Is("Failed", scratch, "{ postgres.restore_drill: backups/shop.sql.gz, level: L2, expect: { complete: { present: true }, rung: at least 2 } }", "rung: expected at least 2, saw 0");
    }

    [Fact]
    public async Task Two_evidence_that_was_made_up_says_PASS_with_its_target_unplugged()
    {
        using var scratch = new Scratch();
        scratch.Write("evidence.json", """{ "status": "PASS", "p95_ms": 120, "origin": "dry-run" }""");

        Assert.Equal("PASS", JsonDocument.Parse(File.ReadAllText(scratch.PathOf("evidence.json"))).RootElement.GetProperty("status").GetString());

        await Is("Unproven", scratch, $"{{ load.http: \"http://127.0.0.1:{LoopbackListener.ClosedPort()}/\", rate: 50/s, duration: 1s, get: /, thresholds: {{ http_req_failed: [ rate<0.5 ] }} }}", "refuses connections");
    }

    [Fact]
    public async Task Three_a_tool_that_is_there_ends_well_and_nobody_looked_at_what_it_should_look_at()
    {
        using var scratch = new Scratch();
        scratch.Write("dist/app", "what was released");
        Sh(scratch.PathOf("dist"), "sha256sum app > SHA256SUMS");
        scratch.Write("dist/app", "what was put in its place");
        scratch.Write("verify.sh", "openssl version && echo 'All artifacts verified'\n");

        Assert.Equal(0, Sh(scratch.Folder, "sh verify.sh"));

        await Is("Failed", scratch, "{ artifact.checksums: dist/SHA256SUMS }", "mismatched: expected count 0, saw [\"app\"]");
    }

    [Fact]
    public async Task Four_a_benchmark_of_one_request_has_a_99th_percentile()
    {
        var first = true;
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ =>
        {
            var quick = first;
            first = false;
            return new(200) { After = TimeSpan.FromMilliseconds(quick ? 0 : 300) };
        };
        using var scratch = new Scratch();

        using var http = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        (await http.GetAsync(site.Address, Cancel)).EnsureSuccessStatusCode();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5)); // "p99 < 5 s": that of one sample, whatever comes after it.

        await Is("Unproven", scratch, "{ load.http: site, iterations: 1, vus: 1, get: /, thresholds: { http_req_duration: [ p(99)<5000 ] } }", "met was not observed", $"site: \"{site.Address.AbsoluteUri}\"");
    }

    [Fact]
    public async Task Five_a_signature_is_valid_and_the_set_that_was_signed_is_another()
    {
        using var scratch = new Scratch();
        scratch.Write("dist/app", "what was released");
        Sh(scratch.PathOf("dist"), "sha256sum app > SHA256SUMS && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ../any.key && openssl pkey -in ../any.key -pubout -out any.pub && openssl dgst -sha256 -sign ../any.key -out SHA256SUMS.sig SHA256SUMS");
        scratch.Write("dist/extra", "what nobody listed");

        Assert.Equal(0, Sh(scratch.PathOf("dist"), "openssl dgst -sha256 -verify any.pub -signature SHA256SUMS.sig SHA256SUMS && sha256sum -c SHA256SUMS"));

        await Is("Failed", scratch, "{ artifact.checksums: dist/SHA256SUMS, besides: [ SHA256SUMS.sig, any.pub ] }", "unlisted: expected count 0, saw [\"extra\"]");
    }

    [Fact]
    public async Task Six_readiness_says_ready_whatever_becomes_of_what_it_needs()
    {
        await using var cache = await RedisServer.Start(["save \"\""], Cancel);
        await using var proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        var (port, _) = await proxies.Add("redis", 0, FormattableString.Invariant($"127.0.0.1:{cache.Port}"));
        await using var shop = await EdgeProcess.Start("a", ["--dependency", FormattableString.Invariant($"redis=127.0.0.1:{port}"), "--flaw", "ReadinessStatic"], Cancel);
        using var scratch = new Scratch();
        using var http = new HttpClient();

        (await http.GetAsync(shop.Address + "/health/ready", Cancel)).EnsureSuccessStatusCode();

        await Is("Failed", scratch, "{ health.dependency_outage: shop, dependency: redis, fault: stop, request: /needs/redis, within: 2s, hold: 100ms, back_within: 5s, expect: { complete: { present: true }, readiness: { status: 503 } } }", "readiness.status: expected 503, saw 200", $"shop: {{ url: \"{shop.Address}\", through: \"{proxies.Control}\" }}");
    }

    [Fact]
    public async Task Seven_an_alert_has_a_rule_a_route_and_a_receiver_and_nobody_is_paged()
    {
        await using var inbox = LoopbackSite.Start().Route("/inbox", _ => SiteResponse.Json(200, """{ "messages": [] }"""));
        var config = FormattableString.Invariant($$"""
            route: { receiver: pager, group_wait: 0s }
            receivers: [ { name: pager, webhook_configs: [ { url: "http://127.0.0.1:{{LoopbackListener.ClosedPort()}}/" } ] } ]
            """);
        await using var router = await AlertmanagerServer.Start(config, Cancel);
        using var scratch = new Scratch();

        Assert.Contains("receiver: pager", config, StringComparison.Ordinal);
        Assert.Contains("webhook_configs", config, StringComparison.Ordinal);

        await Is("Failed", scratch, "{ alerting.delivery: { target: router, sink: inbox, wait: 3s }, expect: { complete: { present: true }, delivered: true } }", "delivered: expected true, saw false", $"router: \"{router.Address.AbsoluteUri}\", inbox: {{ url: \"{inbox.Address.AbsoluteUri}\", page: /inbox, read: /messages }}");
    }

    [Fact]
    public async Task Eight_a_rotation_has_a_date_and_the_old_password_opens_the_door()
    {
        await using var cache = await RedisServer.Start(["user app on >new-password-of-app >old-password-of-app ~* +@all"], Cancel);
        using var scratch = new Scratch();
        scratch.Write("rotation.json", $$"""{ "rotated": "{{Instant.Write(TimeProvider.System.GetUtcNow().AddDays(-1))}}" }""");
        scratch.Write("now", "new-password-of-app");
        scratch.Write("was", "old-password-of-app");
        scratch.Write("rotate.sh", "exit 0\n");

        Assert.True(JsonDocument.Parse(File.ReadAllText(scratch.PathOf("rotation.json"))).RootElement.GetProperty("rotated").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddDays(-90));

        await Is("Failed", scratch, "{ credential.rotation: db, rotate: [ sh, rotate.sh ], wait: 1s, pace: 100ms, expect: { complete: { present: true }, old_refused: true } }", "old_refused: expected true, saw false", $"db: {{ redis: \"{cache.Address}\", user: app, password: $(file:now), was: $(file:was) }}");
    }

    [Fact]
    public async Task Nine_a_policy_is_written_and_what_it_forbids_is_reached()
    {
        await using var door = LoopbackListener.Start(static (_, _) => Task.CompletedTask);
        await using var closed = LoopbackListener.Start(static (_, _) => Task.CompletedTask);
        using var scratch = new Scratch();
        scratch.Write("policies.json", FormattableString.Invariant($$"""{ "policies": [ { "deny": "127.0.0.1:{{closed.Port}}" } ] }"""));

        Assert.Equal(1, JsonDocument.Parse(File.ReadAllText(scratch.PathOf("policies.json"))).RootElement.GetProperty("policies").GetArrayLength());

        await Is("Failed", scratch, FormattableString.Invariant($$"""{ exposure.reachability: { open: [ "127.0.0.1:{{door.Port}}" ], closed: [ "127.0.0.1:{{closed.Port}}" ] } }"""), "kept_out: expected at least 1, saw 0");
    }

    [Fact]
    public async Task Ten_everybody_signed_and_one_bit_of_what_they_signed_is_another()
    {
        using var launch = await Launch.Of(new Launch { Gate = ", sign: { architect: 1, devops-lead: 1 }" });
        await launch.Run("check");
        foreach (var person in (string[])["mia", "jon"]) await launch.Done("sign", "--as", person);
        Assert.Equal(ExitCode.Go, (await launch.Run("gate")).Exit);
        var board = (await launch.Run("report")).Data;
        Flip.Payload(launch.Folder.PathOf(".muster/ledger/log"));

        // Both boxes are ticked, on the board of a minute ago.
        Assert.All((string[])["mia", "jon"], person => Assert.Contains(person, board, StringComparison.Ordinal));

        Assert.Equal(ExitCode.NotVerified, (await launch.Run("gate")).Exit);
    }

    [Fact]
    public async Task Ten_everybody_signed_and_the_fact_is_another_now()
    {
        using var launch = await Launch.Of(new Launch { Gate = ", sign: { architect: 1, devops-lead: 1 }" });
        await launch.Run("check");
        foreach (var person in (string[])["mia", "jon"]) await launch.Done("sign", "--as", person);
        launch.Folder.Write("facts.json", """{ "ok": false }""");
        await launch.Run("check", "--again");
        launch.Folder.Write("facts.json", """{ "ok": true }""");

        // The fact is well again, and two people have signed.
        Assert.Contains("true", File.ReadAllText(launch.Folder.PathOf("facts.json")), StringComparison.Ordinal);

        Assert.Equal(ExitCode.NoGo, (await launch.Run("gate")).Exit);
    }
}
