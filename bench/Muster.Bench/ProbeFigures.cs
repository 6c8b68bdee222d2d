using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Muster.Ledger;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>Probes a second on one core, through the whole runner: guard, deadline, redaction, evidence.</summary>
static class ProbeFigures
{
    const int Jobs = 64;
    static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    public static readonly IReadOnlyList<Contest> All =
    [
        new("HTTP probes, one core, evidence built", new Goal.Times(3), "probes", () => Http(kept: false)) { Pinned = true, Needs = Nginx.Missing },
        new("HTTP probes, one core, evidence signed and durable in the ledger", new Goal.Times(3), "probes", () => Http(kept: true)) { Pinned = true, Needs = Nginx.Missing },
        new("TLS 1.3 probes, one core, full handshake, chain verified", new Goal.AtLeast(1_400), "probes", Tls) { Pinned = true, Needs = Nginx.Missing },
    ];

    static Arena Http(bool kept)
    {
        var nginx = Nginx.Start();
        var blackbox = Blackbox.Missing is null ? Blackbox.Start(nginx.Http) : null;
        var ledger = kept ? Ledgers.New("probes") : null;
        var runner = new ProbeRunner(new() { Release = Digest.Of("bench"u8), Jobs = Jobs, JobsPerTarget = Jobs });
        var asks = Asks("http", Value.Of(("target", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{nginx.Http}/"))));
        return new(new("Muster", () => Round(runner, asks, ledger), Memory.Own), blackbox?.Side, Clear) { Without = Blackbox.Missing };

        void Clear()
        {
            runner.Dispose();
            ledger?.Dispose();
            blackbox?.Dispose();
            nginx.Dispose();
        }
    }

    static Arena Tls()
    {
        var nginx = Nginx.Start();
        var runner = new ProbeRunner(new() { Release = Digest.Of("bench"u8), Jobs = Jobs, JobsPerTarget = Jobs, Folder = nginx.Folder });
        var asks = Asks("tls.endpoint", Value.Of(("target", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{nginx.Https}")), ("trust", "ca.pem"), ("probe_versions", false)));
        return new(new("Muster", () => Round(runner, asks, null), Memory.Own), OpenSsl.Handshakes(nginx), Clear);

        void Clear()
        {
            runner.Dispose();
            nginx.Dispose();
        }
    }

    static ImmutableArray<Ask> Asks(string kind, Value.Fields parameters) =>
        [.. Enumerable.Range(0, 512).Select(i => new Ask(new("here", [new("", kind, parameters)]), "bench", [string.Create(CultureInfo.InvariantCulture, $"bench.control-{i}")]))];

    static Sample Round(ProbeRunner runner, ImmutableArray<Ask> asks, LedgerFolder? ledger)
    {
        var watch = Stopwatch.StartNew();
        long done = 0;
        while (watch.Elapsed < Long) done += Look(runner, asks, ledger).GetAwaiter().GetResult();
        return new(done, watch.Elapsed.TotalSeconds);
    }

    static async Task<int> Look(ProbeRunner runner, ImmutableArray<Ask> asks, LedgerFolder? ledger)
    {
        var done = 0;
        await foreach (var runs in runner.Answers(asks, CancellationToken.None))
        {
            if (runs.FirstOrDefault(run => run.Sights[0].Observation is null) is { } blind) throw new InvalidOperationException($"a probe saw nothing: {blind.Sights[0].Detail}");
            done += runs.Length;
            if (ledger is not null && ledger.Append([.. runs.Select(run => (Fact)new Fact.Ran(run))], ledger.Runner!) is LedgerAppend.NotAppended refused) throw new InvalidOperationException(refused.Problem.Says);
        }

        return done;
    }
}
