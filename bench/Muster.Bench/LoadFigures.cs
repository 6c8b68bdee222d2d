using Muster.Probes.Load;

namespace Muster.Bench;

/// <summary>Requests a second of the load engine on one core, and how exactly they begin.</summary>
static class LoadFigures
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Stalled = TimeSpan.FromSeconds(5);

    public static readonly IReadOnlyList<Contest> All =
    [
        OnNginx("wrk", 1, 32, LoadPeers.Wrk),
        OnNginx("wrk", 1, 64, LoadPeers.Wrk),
        OnNginx("wrk", 1, 256, LoadPeers.Wrk),
        OnNginx("hey", 2.7, 64, LoadPeers.Hey),
        OnNginx("ab", null, 64, LoadPeers.Ab),
        new("load, a light target, 64 connections, beside wrk", new Goal.Times(1.25), "requests", Light) { Pinned = true, Needs = static () => LoadPeers.Missing("wrk") },
        Lateness(1_000),
        Lateness(20_000),
        Truth(0.5),
        Truth(0.8),
        Truth(1.2),
        new("load, nginx, HTTP/2, 64 requests at once, beside h2load", new Goal.None(), "requests", Http2) { Pinned = true, Needs = static () => Nginx.Missing() ?? LoadPeers.Missing("h2load") },
        Many(2_000, busy: true),
        Many(10_000, busy: false),
    ];

    static Contest OnNginx(string peer, double? goal, int connections, Func<int, int, Side> beside) =>
        new($"load, nginx, {connections} connections, beside {peer}", goal is { } times ? new Goal.Times(times) : new Goal.None(), "requests", () =>
        {
            var nginx = Nginx.Start();
            return new(Ours(new(nginx.Http), connections), beside(nginx.Http, connections), nginx.Dispose);
        })
        { Pinned = true, Needs = () => Nginx.Missing() ?? LoadPeers.Missing(peer) };

    static Side Ours(LoadTrial trial, int users) => new("Muster", () => LoadTrial.Rate(trial.Closed(users, Long)), Memory.Own);

    static Arena Light()
    {
        var (target, port) = LightTarget.Start();
        return new(Ours(new(port), 64), LoadPeers.Wrk(port, 64), target.Dispose);
    }

    static Arena Http2()
    {
        var nginx = Nginx.Start();
        var trial = new LoadTrial($"https://127.0.0.1:{nginx.Http2}/") { Wiring = new() { HttpVersion = "2", Trust = Path.Combine(nginx.Folder, "ca.pem") } };
        return new(Ours(trial, 64), LoadPeers.H2Load(nginx.Http2, 64), nginx.Dispose);
    }

    /// <summary>One round is one run; its measure is the 99th of a hundred latenesses.</summary>
    static Contest Lateness(double rate) =>
        new($"load, {rate:0} requests a second by the schedule, lateness of 99 of 100", new Goal.AtMost(50e-6), null, () =>
        {
            var nginx = Nginx.Start();
            var trial = new LoadTrial(nginx.Http);
            long middle = 0;
            return new(new("Muster", () =>
            {
                var late = trial.Open(rate, 64, Long).Self.Lateness;
                middle = late.Quantile(0.5);
                return new(1, late.Quantile(0.99) / 1e9);
            }, Memory.Own), null, nginx.Dispose)
            { Without = "no peer tells when each of its requests began", Note = () => $"half of them began at most {middle / 1e3:0.0} µs late" };
        })
        { Pinned = true, Needs = Nginx.Missing };

    /// <summary>A server that stalls by schedule, at a share of what it bears. One round is one run; its measure is how far its 99th of a hundred is from what arithmetic says.</summary>
    static Contest Truth(double share)
    {
        var rate = StallSchedule.Capacity * share;
        return new($"load, a server that stalls, at {share * 100:0} % of what it bears, error of the 99th of 100", new Goal.AtMost(StallSchedule.Truth(rate, Stalled).Quantile(0.99) / 1e9 * 0.02), null, () =>
        {
            var (target, port) = LightTarget.Start(LightTarget.Stalling);
            var (trial, truth) = (new LoadTrial(port), StallSchedule.Truth(rate, Stalled));
            var seen = new Latencies();
            return new(new("Muster", () =>
            {
                Rest();
                seen = trial.Open(rate, 2_000, Stalled).All.Latency;
                return new(1, Math.Abs(seen.Quantile(0.99) - truth.Quantile(0.99)) / 1e9);
            }, Memory.Own), null, target.Dispose)
            { Without = "each tells percentiles of its own, below", Note = () => $"arithmetic: {Told(truth)}; Muster: {Told(seen)}; {Beside(port, rate)}" };
        })
        { Rounds = 3, Warm = false, Pinned = true, Needs = static () => LoadPeers.Missing("wrk") ?? LoadPeers.Missing("hey") };
    }

    static string Beside(int port, double rate)
    {
        Rest();
        var wrk = LoadPeers.WrkLatency(port, 16, Stalled);
        Rest();
        return $"{wrk} (which has no rate); {LoadPeers.HeyLatency(port, 16, rate, Stalled)} (asked for the same rate)";
    }

    /// <summary>The schedule of stalls begins anew after it.</summary>
    static void Rest() => Thread.Sleep(1_000);

    static string Told(Latencies of) => $"50 % {of.Quantile(0.5) / 1e6:0.00} ms, 99 % {of.Quantile(0.99) / 1e6:0.00} ms, 99.9 % {of.Quantile(0.999) / 1e6:0.00} ms";

    /// <summary>Memory with many connections: busy ones, or such as ask once and think for the rest of the run.</summary>
    static Contest Many(int connections, bool busy) =>
        new($"load, {connections} {(busy ? "busy" : "idle")} connections{(busy ? ", beside wrk" : "")}", new Goal.None(), "requests", () =>
        {
            var (target, port) = LightTarget.Start();
            var trial = new LoadTrial(port);
            var before = Memory.Own();
            return new(new("Muster", () => LoadTrial.Rate(trial.Closed(connections, busy ? Long : 2 * Long, busy ? default : TimeSpan.FromMinutes(1))), Memory.Own), busy ? LoadPeers.Wrk(port, connections) : null, target.Dispose)
            {
                Without = "none keeps connections idle",
                Note = () => $"{(Memory.Own() - before) / 1e3 / connections:0.0} kB a connection beyond the {Table.Size(before ?? 0)} of a process that has done nothing",
            };
        })
        { Rounds = busy ? 5 : 2, Pinned = true, Needs = () => busy ? LoadPeers.Missing("wrk") : null };
}
