using System.Diagnostics;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>An experiment as a document writes it, through the whole command: targets and secrets from the document, and its journal read by the next check as that of any other tool.</summary>
public sealed class ChaosDocumentTests
{
    const string Password = "cache-password-1";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_says_what_holds_while_a_dependency_is_away_and_the_journal_is_evidence_of_its_own()
    {
        await using var cache = await RedisServer.Start(["save \"\"", "requirepass " + Password], Cancel);
        await using var proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        var (port, _) = await proxies.Add("redis", 0, FormattableString.Invariant($"127.0.0.1:{cache.Port}"));
        string[] words = ["--dependency", FormattableString.Invariant($"redis=127.0.0.1:{port}")];
        await using var shop = await EdgeProcess.Start("a", words, Cancel);
        using var scratch = new Scratch();
        scratch.Write("cache", Password);
        Write("/health/live");

        var ran = await Check();
        Assert.True(ran.Exit == ExitCode.Go, ran.Data + ran.Talk);
        Assert.Equal(["journal.read", "shop.outlives"], Met(ran));
        Assert.DoesNotContain(Password, ran.Data + ran.Talk + File.ReadAllText(Path.Combine(scratch.Folder, "reports", "journal.json")), StringComparison.Ordinal);

        // What needs the cache does not outlive it.
        Write("/needs/redis");
        ran = await Check();
        Assert.True(ran.Exit == ExitCode.NoGo, ran.Data + ran.Talk);
        Assert.Empty(Met(ran));
        Assert.All(States(ran), control => Assert.Equal("Failed", control.State));

        // What is named must be there.
        Write("/health/live", other: "nobody");
        ran = await InProcess.Run(scratch.Folder, "lint");
        Assert.Contains("There is no target \"nobody\".", ran.Data + ran.Talk, StringComparison.Ordinal);

        void Write(string steady, string other = "cache") => scratch.Write("muster.yaml", $$"""
            muster: 1
            system: shop
            environments: { here: { consent: [ destructive ] } }
            targets:
              shop: { url: "{{shop.Address}}", through: "{{proxies.Control}}" }
              cache: { redis: "{{cache.Address}}", password: $(file:cache) }
            controls:
              shop.outlives:
                title: Orders are taken while the cache is away
                check:
                  chaos.experiment: shop
                  others: { cache: {{other}} }
                  steady: { orders: { http: { get: {{steady}} }, expect: { status: 200, duration: at most 2s } }, cache itself: { redis.config: cache, expect: { auth_required: true } } }
                  method: [ { name: cache away, proxy: redis, fault: stop, effect: { http: { get: /needs/redis } } } ]
                  hold: 300ms
                  every: 100ms
                  journal: reports/journal.json
                  expect: { during_unmet: 0, time_to_recover: at most 10s }
              journal.read:
                title: The journal of the experiment says so too
                check: { chaostoolkit: reports/journal.json, accept: [ imported ] }
            gates: { go: { environment: here } }
            """);

        async Task<Ran> Check()
        {
            // What takes something away comes last: the journal of this round is read by the next.
            await InProcess.Run(scratch.Folder, "check", "--again", "--format", "json");
            return await InProcess.Run(scratch.Folder, "check", "--again", "--format", "json");
        }

        static IEnumerable<string> Met(Ran ran) => States(ran).Where(control => control.State == "Met").Select(control => control.Id).Order(StringComparer.Ordinal);

        static IEnumerable<(string Id, string State)> States(Ran ran) => ((Value.Items)ran.Json["controls"]!).Are.Cast<Value.Fields>().Select(control => (((Value.Text)control["id"]!).Is, ((Value.Text)control["state"]!).Is));
    }

    /// <summary>The real program, killed for real while the fault is on.</summary>
    [Fact]
    public async Task What_was_on_when_muster_was_killed_is_taken_back_by_the_next_start_which_says_so()
    {
        await using var store = LoopbackListener.Start(static (_, _) => Task.CompletedTask);
        await using var proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        var (port, _) = await proxies.Add("store", 0, FormattableString.Invariant($"127.0.0.1:{store.Port}"));
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "well");
        using var scratch = new Scratch();
        Directory.CreateDirectory(Path.Combine(scratch.Folder, "tmp"));
        Write("1m");
        using var http = new HttpClient { BaseAddress = proxies.Control };
        bool IsOff() => http.GetStringAsync("proxies/store", Cancel).GetAwaiter().GetResult().Contains("\"enabled\":false", StringComparison.Ordinal);

        using (var killed = Process.Start(Start())!)
            try { await ServerProcess.Until(IsOff, "no fault was put on", TimeSpan.FromSeconds(30), Cancel); }
            finally
            {
                killed.Kill();
                await killed.WaitForExitAsync(Cancel);
            }

        Assert.True(IsOff(), "whoever was killed could take nothing back");
        Assert.Contains("\"status\":\"interrupted\"", File.ReadAllText(Path.Combine(scratch.Folder, "journal.json")), StringComparison.Ordinal);
        Write("100ms");
        using var next = Process.Start(Start())!;
        var said = await Task.WhenAll(next.StandardOutput.ReadToEndAsync(Cancel), next.StandardError.ReadToEndAsync(Cancel));
        await next.WaitForExitAsync(Cancel);

        Assert.Contains("(chaos.experiment) was ended in the middle", said[0] + said[1], StringComparison.Ordinal);
        Assert.Contains("undone: POST", said[0] + said[1], StringComparison.Ordinal);
        Assert.False(IsOff());
        Assert.Equal(ExitCode.Go, next.ExitCode);
        Assert.Contains("\"status\":\"completed\"", File.ReadAllText(Path.Combine(scratch.Folder, "journal.json")), StringComparison.Ordinal);

        ProcessStartInfo Start()
        {
            var start = new ProcessStartInfo(Executable.Path, ["check"]) { WorkingDirectory = scratch.Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            start.Environment["MUSTER_PASSPHRASE"] = InProcess.Passphrase;
            // Exercises of other tests are not to be cleaned here, nor this one there.
            start.Environment["TMPDIR"] = Path.Combine(scratch.Folder, "tmp");
            return start;
        }

        void Write(string hold) => scratch.Write("muster.yaml", $$"""
            muster: 1
            system: shop
            environments: { here: { consent: [ destructive ] } }
            targets: { shop: { url: "{{site.Address}}", through: "{{proxies.Control}}" } }
            controls:
              shop.outlives:
                title: Orders are taken while the store is away
                check: { chaos.experiment: shop, steady: { orders: { http: { get: /orders } } }, method: [ { name: store, fault: stop, effect: { tcp: "127.0.0.1:{{port}}" } } ], hold: {{hold}}, every: 100ms, journal: journal.json }
            gates: { go: { environment: here } }
            """);
    }
}
