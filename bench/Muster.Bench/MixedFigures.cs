using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>A thousand probes under way at the same moment: what they cost in time, memory, sockets and threads.</summary>
static class MixedFigures
{
    const int Probes = 1_000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static readonly IReadOnlyList<Contest> All =
    [
        new("1,000 mixed probes at once (http, tls.endpoint, tcp, health)", new Goal.None(), null, Mixed) { Needs = Nginx.Missing },
        new("1,000 probes that wait for peers which say nothing, deadline 3 s", new Goal.None(), null, Silent) { Rounds = 3 },
    ];

    static Arena Mixed()
    {
        var nginx = Nginx.Start();
        string Of(string scheme, int port) => string.Create(CultureInfo.InvariantCulture, $"{scheme}127.0.0.1:{port}");
        (string, Value.Fields)[] kinds =
        [
            ("http", Value.Of(("target", Of("http://", nginx.Http)))),
            ("tls.endpoint", Value.Of(("target", Of("", nginx.Https)), ("trust", "ca.pem"), ("probe_versions", false))),
            ("tcp", Value.Of(("target", Of("", nginx.Http)))),
            ("health", Value.Of(("target", Of("http://", nginx.Http)), ("json", false))),
            ("http", Value.Of(("target", Of("https://", nginx.Https)), ("trust", "ca.pem"))),
        ];
        var runner = Runner(nginx.Folder);
        var asks = Asks(i => kinds[i % kinds.Length], deadline: null);
        var watched = new Watched();
        return new(new("Muster", () => Round(runner, asks, watched, blind: false), Memory.Own), null, () =>
        {
            runner.Dispose();
            nginx.Dispose();
        })
        { Note = watched.Says };
    }

    static Arena Silent()
    {
        // Never accepted: the kernel completes the handshake, and nobody says anything.
        var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(4096);
        var address = silent.LocalEndPoint!.ToString()!;
        (string, Value.Fields)[] kinds = [("http", Value.Of(("target", $"http://{address}/"))), ("tls.endpoint", Value.Of(("target", address), ("probe_versions", false)))];
        var runner = Runner(".");
        var asks = Asks(i => kinds[i % kinds.Length], Patience);
        var watched = new Watched();
        return new(new("Muster", () => Round(runner, asks, watched, blind: true), Memory.Own), null, () =>
        {
            runner.Dispose();
            silent.Dispose();
        })
        { Note = watched.Says };
    }

    static ProbeRunner Runner(string folder) => new(new() { Release = Digest.Of("bench"u8), Jobs = Probes, JobsPerTarget = Probes, Folder = folder, Consent = _ => [Hazard.Active] });

    static ImmutableArray<Ask> Asks(Func<int, (string Kind, Value.Fields Parameters)> of, TimeSpan? deadline) =>
        [.. Enumerable.Range(0, Probes).Select(i => new Ask(new("here", [new("", of(i).Kind, of(i).Parameters, false, deadline)]), "bench", [string.Create(CultureInfo.InvariantCulture, $"bench.control-{i}")]))];

    static Sample Round(ProbeRunner runner, ImmutableArray<Ask> asks, Watched watched, bool blind)
    {
        using var watching = watched.Begin();
        var watch = Stopwatch.StartNew();
        var runs = runner.Look(asks, CancellationToken.None).GetAwaiter().GetResult();
        var took = watch.Elapsed;
        if (runs.FirstOrDefault(run => run.Sights[0].Observation is null != blind) is { } strange) throw new InvalidOperationException($"a probe was not as it should be: {strange.Sights[0].Blind} {strange.Sights[0].Detail}");
        return new(1, took.TotalSeconds);
    }

    /// <summary>The most sockets and threads that this process had at once, looked at every 20 ms.</summary>
    sealed class Watched
    {
        int _sockets, _threads;

        public string Says() => string.Create(CultureInfo.InvariantCulture, $"At most {_sockets} sockets and {_threads} threads of the process at once.");

        public Timer Begin() => new(_ =>
        {
            _threads = Math.Max(_threads, Directory.GetDirectories("/proc/self/task").Length);
            _sockets = Math.Max(_sockets, Directory.GetFiles("/proc/self/fd").Count(IsSocket));
        }, null, 0, 20);

        static bool IsSocket(string descriptor)
        {
            try { return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true; }
            catch (IOException) { return false; } // Closed meanwhile.
        }
    }
}
