using System.Globalization;
using Muster.Probes;

namespace Muster.Proofs.Tests;

/// <summary>Two deployments that say who they are, and a system of replicas behind a front, each of which does one thing after the other.</summary>
sealed class BenchmarkEyes : IEyes
{
    const string This = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    const string Other = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
    const int Exchanged = 100;
    static readonly SiteResponse Found = SiteResponse.Json(200, """{ "found": [ 1 ] }""");
    readonly Deployment _east = new("east"), _west = new("west"), _production = new("production");
    readonly Replicas _one = new(1), _two = new(2);

    public string Name => "benchmark";

    public Lane Lane => Lane.Quiet;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["CG-44", "CG-79", "CG-03"], "the address of one deployment leads to the other", Do(() => _west.Says = "east"), Do(() => _west.Says = "west")),
        new(["CG-80", "CG-03"], "one deployment runs another image", Do(() => _west.Image = () => Other), Do(() => _west.Image = () => This)),
        new(["CG-80"], "the image is exchanged in the middle of the run", Do(() => Roll(_east)), Do(() => _east.Image = () => This), "unproven"),
        new(["CG-78"], "the deployment runs with the profile of a developer's machine", Do(() => _east.Profile = "development"), Do(() => _east.Profile = "production-like")),
        new(["AI-17"], "the baseline is measured on a smaller machine", Do(() => _east.Machine = "2 cores, 4 GiB"), Do(() => _east.Machine = _production.Machine)),
        new(["AI-09"], "6 % of the answers of one page stall in one mode", Do(() => _east.Odd = static (request, number) => request.Path == "/similar" && request.Query == "?mode=approximate" && number % 16 == 0 ? Found with { After = TimeSpan.FromMilliseconds(700) } : null), Do(() => _east.Odd = null)),
        new(["AI-10"], "1.5 % of the answers of one page stall for long", Do(() => _east.Odd = static (request, number) => request.Path == "/search" && number % 66 == 0 ? Found with { After = TimeSpan.FromSeconds(1) } : null), Do(() => _east.Odd = null)),
        new(["AI-10"], "one page is so slow in one mode that there are too few samples for a 99th percentile", Do(() => _east.Odd = static (request, _) => request.Path == "/search" && request.Query == "?mode=exact" ? Found with { After = TimeSpan.FromMilliseconds(120) } : null), Do(() => _east.Odd = null), "unproven"),
        new(["AI-18"], "it refuses what goes beyond 40 requests a second", Do(() => _east.Odd = Limited(40)), Do(() => _east.Odd = null)),
        new(["SU-90"], "a single replica bears less than the peak", Do(() => _one.Each = TimeSpan.FromMilliseconds(40)), Do(() => _one.Each = Replicas.Quick)),
        new(["CG-82"], "the front sends everything to the first of two replicas", Do(() => _two.Used = 1), Do(() => _two.Used = 2)),
        new(["CG-82"], "an order is stored by both replicas", Do(() => _two.Doubles = true), Do(() => _two.Doubles = false)),
        new(["CG-82"], "orders are confirmed and lost", Do(() => _two.Loses = true), Do(() => _two.Loses = false)),
    ];

    public Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        File.WriteAllText(Path.Combine(folder, "release.json"), $$"""{ "artifacts": { "app": "{{This}}" } }""");
        return Task.FromResult<IReadOnlyDictionary<string, int>>(new Dictionary<string, int>
        {
            ["east"] = _east.Start(), ["west"] = _west.Start(), ["production"] = _production.Start(), ["one"] = _one.Start(), ["two"] = _two.Start(),
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in (IAsyncDisposable[])[_east, _west, _production, _one, _two]) await one.DisposeAsync();
    }

    /// <summary>As a rolling update does it: what answers after a while is another image.</summary>
    static void Roll(Deployment deployment)
    {
        var began = deployment.Answered;
        deployment.Image = () => deployment.Answered - began < Exchanged ? This : Other;
    }

    static Func<SiteRequest, long, SiteResponse?> Limited(double rate)
    {
        var (began, served) = (TimeProvider.System.GetTimestamp(), 0);
        return (_, _) => Interlocked.Increment(ref served) > rate * TimeProvider.System.GetElapsedTime(began).TotalSeconds ? new(503, "full") : null;
    }

    static Func<CancellationToken, Task> Do(Action change) => _ =>
    {
        change();
        return Task.CompletedTask;
    };

    sealed class Deployment(string name) : IAsyncDisposable
    {
        LoopbackSite? _site;
        long _answered;

        public string Says { get; set; } = name;
        public string Profile { get; set; } = "production-like";
        public string Machine { get; set; } = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB");
        public Func<string> Image { get; set; } = static () => This;
        public Func<SiteRequest, long, SiteResponse?>? Odd { get; set; }
        public long Answered => Interlocked.Read(ref _answered);

        public int Start()
        {
            _site = LoopbackSite.Start()
                .Route("/version", _ => SiteResponse.Json(200, $$"""{ "environment": "{{Says}}", "image": "{{Image()}}", "profile": "{{Profile}}" }"""))
                .Route("/machine", _ => SiteResponse.Json(200, $$"""{ "kind": "{{Machine}}" }"""))
                .Route("/search", Answer).Route("/similar", Answer);
            return _site.Port;

            SiteResponse Answer(SiteRequest request) => Odd?.Invoke(request, Interlocked.Increment(ref _answered)) ?? Counted();
        }

        SiteResponse Counted()
        {
            if (Odd is null) Interlocked.Increment(ref _answered);
            return Found;
        }

        public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>A front and its replicas: each takes a request only when it is done with the one before, so that two of them bear twice as much.</summary>
    sealed class Replicas(int count) : IAsyncDisposable
    {
        public static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(1.25);
        readonly Lock _lock = new();
        readonly long[] _free = new long[count];
        readonly List<string> _stored = [];
        LoopbackSite? _site;
        int _next;

        public TimeSpan Each { get; set; } = Quick;
        public int Used { get; set; } = count;
        public bool Doubles { get; set; }
        public bool Loses { get; set; }

        public int Start()
        {
            _site = LoopbackSite.Start().Route("/search", _ => Found with { After = Turn() }).Route("/orders", request => request.Method switch
            {
                "DELETE" => Clean(),
                "POST" => new SiteResponse(201, "stored") { After = Stored(request.Body) },
                _ => Tally(),
            });
            return _site.Port;
        }

        public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;

        /// <summary>How long it takes until the replica whose turn it is has done this as well.</summary>
        TimeSpan Turn()
        {
            lock (_lock)
            {
                ref var free = ref _free[_next++ % Used];
                var now = TimeProvider.System.GetTimestamp();
                free = Math.Max(free, now) + (long)(Each.TotalSeconds * TimeProvider.System.TimestampFrequency);
                return TimeProvider.System.GetElapsedTime(now, free);
            }
        }

        TimeSpan Stored(string order)
        {
            lock (_lock)
            {
                if (!Loses || _next % 50 != 0) _stored.Add(order);
                if (Doubles) _stored.Add(order);
            }

            return Turn();
        }

        SiteResponse Clean()
        {
            lock (_lock) _stored.Clear();
            return new(204);
        }

        SiteResponse Tally()
        {
            lock (_lock) return SiteResponse.Json(200, string.Create(CultureInfo.InvariantCulture, $$"""{ "stored": {{_stored.Count}}, "distinct": {{_stored.Distinct(StringComparer.Ordinal).Count()}} }"""));
        }
    }
}
