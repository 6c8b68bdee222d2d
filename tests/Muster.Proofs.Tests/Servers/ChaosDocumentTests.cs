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
}
