using System.Collections.Immutable;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>Results made by hand: one to look at, and any number that only have the shape.</summary>
static class LoadResults
{
    public static readonly DateTimeOffset Began = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    static readonly Value.Fields Machine = Value.Of(("os", "Linux 6.1"), ("cpu", "Example CPU @ 2.50GHz"), ("cores", 2), ("memory", 25_769_803_776L), ("runtime", ".NET 10.0.0"));

    /// <summary>A shop of two scenarios for two minutes, of which the first ten seconds warm up, with a freeze of half a second in the middle.</summary>
    public static LoadResult Shop(int seed = 1, double slower = 1, int seconds = 120, int perSecond = 200)
    {
        var random = new Random(seed);
        var (browse, search, pay) = (new Tally(), new Tally(), new Tally());
        var windows = ImmutableArray.CreateBuilder<LoadWindow>();
        var lateness = new Latencies();
        for (var second = 0; second < seconds; second++)
        {
            var (warm, latency, failed) = (second < 10, new Latencies(), 0);
            for (var i = 0; i < perSecond; i++)
            {
                var service = (long)(Math.Exp(2.3 + 0.45 * Normal(random)) * slower * Loads.Ms) + (random.Next(200) == 0 ? random.NextInt64(80, 240) * Loads.Ms : 0);
                var stalled = second == seconds / 2 && i < perSecond / 2 ? 500 * Loads.Ms - i * 1000 * Loads.Ms / perSecond : 0;
                var bad = random.Next(4_000) == 0;
                var at = second * 1_000 * Loads.Ms + i * 1000 * Loads.Ms / perSecond;
                var sample = new Probes.Load.Sample
                {
                    Intended = at, Sent = at + 30_000 + stalled, FirstByte = at + 30_000 + stalled + service * 9 / 10, Done = at + 30_000 + stalled + service, Sending = 12_000, Status = bad ? 503 : 200,
                    Failure = bad ? Failure.Status : Failure.None, BytesOut = 240, BytesIn = 1_800, ChecksPassed = 1, Connecting = i == 0 ? 180_000 : 0, Handshaking = i == 0 ? 1_400_000 : 0,
                };
                latency.Add(sample.Latency);
                if (bad) failed++;
                if (warm) continue;
                lateness.Add(random.NextInt64(2_000, 40_000));
                (i % 4 == 0 ? pay : i % 2 == 0 ? browse : search).Add(sample);
            }

            windows.Add(new() { From = TimeSpan.FromSeconds(second), Length = TimeSpan.FromSeconds(1), WarmUp = warm, Requests = perSecond, Failed = failed, Users = 8 + (second == seconds / 2 ? 90 : random.Next(4)), Rate = perSecond, Latency = latency, Waiting = second == seconds / 2 ? 12 : 0, Memory = 200e6 + second * 40_000 });
        }

        var tallies = ImmutableArray.Create(Loads.Tagged("browse", "home", browse), Loads.Tagged("browse", "search", search), Loads.Tagged("buy", "pay", pay, ("team", "checkout")));
        var measured = new Measured(tallies, [Iterated("browse", browse.Requests + search.Requests), Iterated("buy", pay.Requests)], TimeSpan.FromSeconds(seconds - 10));
        var thresholds = ((string Metric, string Expression, (string, string)[] Tags)[])
        [
            ("http_req_duration", "p(95)<200", []), ("http_req_duration", "p(99)<500", []), ("http_req_duration", "p(99)<30", [("scenario", "buy")]), ("http_req_failed", "rate<0.001", []), ("dropped_iterations", "count==0", []),
        ];
        var all = measured.Select(ImmutableSortedDictionary<string, string>.Empty);
        return new()
        {
            Started = Began, Finished = Began.AddSeconds(seconds + 0.25), Took = TimeSpan.FromSeconds(seconds + 0.25), Planned = TimeSpan.FromSeconds(seconds), Over = measured.Took,
            Target = new("https://shop.example/api", Value.Of(("address", "127.0.0.1:8443"), ("server", "shop/2.1"), ("process_start", "2026-03-01T08:00:00.000Z")), Value.Of(("address", "127.0.0.1:8443"), ("server", "shop/2.1"), ("process_start", "2026-03-01T08:00:00.000Z"))),
            Engine = new("0.1.0", "epoll", "HTTP/1.1", 1, Machine),
            Plan = [("browse", $"{perSecond * 3 / 4}/s for {seconds} s, the first 10 s warm up"), ("buy", $"{perSecond / 4}/s for {seconds} s")],
            Balance = new(perSecond * seconds + 2, perSecond * seconds, 1, 1, 0, 24),
            All = all, Tallies = tallies, Iterations = measured.Iterations, Windows = windows.ToImmutable(),
            Thresholds = ThresholdJudge.Of(thresholds.Select(of => new Threshold(of.Metric, of.Tags.ToImmutableSortedDictionary(tag => tag.Item1, tag => tag.Item2, StringComparer.Ordinal), of.Expression)), measured, exact: false),
            Self = new() { Lateness = lateness, Turns = Some(random, 1_000, 60_000), Cpu = TimeSpan.FromSeconds(seconds * 0.21), GcPauses = TimeSpan.FromMilliseconds(3), Memory = 74_000_000, ClockJump = TimeSpan.FromMilliseconds(-2) },
        };

        Iterations Iterated(string scenario, long n)
        {
            var seen = new Iterations { Scenario = scenario, Begun = n, Done = n, Queued = n / 500, Users = 9, MostUsers = 98 };
            for (var i = 0; i < n; i++) seen.Duration.Add((long)(Math.Exp(2.4 + 0.4 * Normal(random)) * slower * Loads.Ms));
            return seen;
        }
    }

    /// <summary>A step test that no longer holds at 1,000 a second.</summary>
    public static LoadResult Stepped()
    {
        var steps = Enumerable.Range(1, 11).Select(i =>
        {
            var (rate, held) = (i * 100.0, i < 10);
            var tally = Loads.Slow(2_000, (0.03, held ? 40 + i * i : 900), (0.2, 25 + i * 2));
            return new StepSeen(rate, held ? rate : 930, tally.Latency, 2_000, held ? 0 : 40, held, held ? "p(99) stayed under 500 ms and nothing failed" : "p(99) was over 500 ms");
        }).ToImmutableArray();
        return Shop(seconds: 60) with { Steps = steps, Capacity = new(900, 1_000, 600), Plan = [("default", "100/s to 1,100/s by 100/s, 10 s each")] };
    }

    /// <summary>Anything that a result can be, the odd and the empty more often than in life.</summary>
    public static LoadResult Any(Random random)
    {
        var scenarios = Enumerable.Range(0, random.Next(3)).Select(i => $"scenario {i} \"é<&\"").ToArray();
        var tallies = scenarios.SelectMany(scenario => Enumerable.Range(0, random.Next(1, 3)).Select(i => Loads.Tagged(scenario, $"step {i}", Any(random, random.Next(3) * random.Next(200)), ("odd tag", "a:b,c")))).ToImmutableArray();
        var all = new Tally();
        foreach (var tally in tallies) all.Add(tally.Tally);
        var thresholds = Enumerable.Range(0, random.Next(4)).Select(i => new ThresholdResult(
            new("http_req_duration", i == 1 ? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("scenario", "x") : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), "p(95)<200") { AbortOnFail = random.Next(2) == 0, Delay = TimeSpan.FromTicks(random.NextInt64(0, 1_000_000_000)) },
            (ThresholdState)random.Next(3), random.Next(2) == 0 ? null : random.NextDouble() * 1e6, random.Next(2) == 0 ? null : random.NextDouble(), random.NextInt64(0, 1L << 50), $"so it is {i}")).ToImmutableArray();
        Slope? Slope() => random.Next(2) == 0 ? null : new(random.NextDouble() - 0.5, random.NextDouble(), random.NextDouble(), random.Next(1_000));
        var sockets = new SocketTally { Sessions = random.Next(2) * 7, Sent = 3, Received = 2 };
        if (sockets.Sessions > 0) sockets.RoundTrip.Add(12_345);
        return new()
        {
            Started = Instant.Cut(Began.AddTicks(random.NextInt64(0, 1L << 50))), Finished = Instant.Cut(Began.AddTicks(random.NextInt64(0, 1L << 50))),
            Took = TimeSpan.FromTicks(random.NextInt64(0, 1L << 45)), Planned = TimeSpan.FromTicks(random.NextInt64(0, 1L << 45)), Over = TimeSpan.FromTicks(random.Next(2) * random.NextInt64(0, 1L << 40)),
            Target = new("http://localhost:8080/", random.Next(2) == 0 ? null : Machine, random.Next(2) == 0 ? null : Value.Of(("address", "::1"))),
            Engine = new("1", "sockets", "HTTP/2", random.Next(9), Machine),
            Plan = [.. scenarios.Select(scenario => (scenario, "500/s for 30 s"))],
            Balance = new(random.NextInt64(0, 1L << 40), 3, 2, 1, random.Next(5), random.Next(99)),
            All = all, Tallies = tallies,
            Iterations = [.. scenarios.Select(scenario =>
            {
                var seen = new Iterations { Scenario = scenario, Begun = random.Next(99), Done = random.Next(99), Dropped = random.Next(9), Queued = random.Next(9), Users = random.Next(9), MostUsers = random.Next(9) };
                seen.Duration.Add(Some(random, random.Next(9), 1L << 40));
                return seen;
            })],
            Sockets = random.Next(2) == 0 ? new() : sockets,
            Windows = [.. Enumerable.Range(0, random.Next(5)).Select(i => new LoadWindow
            {
                From = TimeSpan.FromTicks(i * 12_345_678L), Length = TimeSpan.FromTicks(random.NextInt64(0, 1L << 30)), WarmUp = i == 0, Requests = 100 + i, Failed = i, Users = i, Waiting = random.Next(3),
                Rate = random.Next(2) == 0 ? null : random.NextDouble() * 1e5, Memory = random.Next(2) == 0 ? null : random.NextInt64(0, 1L << 40), Latency = Some(random, random.Next(20), 1L << 43),
            })],
            Thresholds = thresholds,
            Steps = [.. Enumerable.Range(0, random.Next(3)).Select(i => new StepSeen(100 * i, 99.5 * i, Some(random, 5, 1L << 30), 100, 3, random.Next(3) switch { 0 => null, 1 => true, _ => false }, "the p99 stayed under 100 ms"))],
            Capacity = random.Next(2) == 0 ? null : new(1_000, random.Next(2) == 0 ? null : 1_100, random.Next(2) == 0 ? null : 700),
            Drift = random.Next(2) == 0 ? null : new(Slope(), Slope(), Slope(), Slope()),
            Self = new() { Lateness = Some(random, random.Next(50), 1L << 20), Turns = Some(random, random.Next(50), 1L << 20), Cpu = TimeSpan.FromTicks(random.NextInt64(0, 1L << 40)), GcPauses = TimeSpan.FromTicks(3), Memory = random.NextInt64(0, 1L << 40), ClockJump = TimeSpan.FromTicks(random.NextInt64(-99, 99)) },
            Doubts = random.Next(2) == 0 ? [] : ["The generator was overloaded.", "Ctrl-C \u001b[31m"],
        };
    }

    static Tally Any(Random random, int requests)
    {
        var tally = new Tally();
        for (var i = 0; i < requests; i++)
        {
            var latency = random.NextInt64(0, 1L << random.Next(1, 45));
            var failure = random.Next(3) == 0 ? (Failure)random.Next(Enum.GetValues<Failure>().Length) : Failure.None;
            tally.Add(new Probes.Load.Sample
            {
                Intended = 0, Sent = random.Next(5) == 0 ? -1 : latency / 3, FirstByte = random.Next(5) == 0 ? -1 : latency / 2, Done = latency, Sending = latency / 10, Connecting = random.Next(2) * 55, Handshaking = random.Next(2) * 555,
                Status = failure == Failure.None ? 200 : random.Next(700), Failure = failure, BytesOut = random.Next(1_000), BytesIn = random.NextInt64(1L << 35), ChecksPassed = random.Next(3), ChecksFailed = random.Next(3),
            });
        }

        return tally;
    }

    static Latencies Some(Random random, int count, long most)
    {
        var seen = new Latencies();
        for (var i = 0; i < count; i++) seen.Add(random.NextInt64(0, most));
        return seen;
    }

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
