namespace Muster.Bench;

/// <summary>Requests a second of the load engine on one core, and how exactly they begin.</summary>
static class LoadFigures
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

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
    ];

    static Contest OnNginx(string peer, double? goal, int connections, Func<int, int, Side> beside) =>
        new($"load, nginx, {connections} connections, beside {peer}", goal is { } times ? new Goal.Times(times) : new Goal.None(), "requests", () =>
        {
            var nginx = Nginx.Start();
            var trial = new LoadTrial(nginx.Http, connections);
            return new(new("Muster", () => trial.Closed(Long), Memory.Own), beside(nginx.Http, connections), () =>
            {
                trial.Dispose();
                nginx.Dispose();
            });
        })
        { Pinned = true, Needs = () => Nginx.Missing() ?? LoadPeers.Missing(peer) };

    static Arena Light()
    {
        var (target, port) = LightTarget.Start();
        var trial = new LoadTrial(port, 64);
        return new(new("Muster", () => trial.Closed(Long), Memory.Own), LoadPeers.Wrk(port, 64), () =>
        {
            trial.Dispose();
            target.Dispose();
        });
    }

    /// <summary>One round is one run; its measure is the 99th of a hundred latenesses.</summary>
    static Contest Lateness(double rate) =>
        new($"load, {rate:0} requests a second by the schedule, lateness of 99 of 100", new Goal.AtMost(50e-6), null, () =>
        {
            var nginx = Nginx.Start();
            var trial = new LoadTrial(nginx.Http, 64);
            long middle = 0;
            return new(new("Muster", () =>
            {
                var late = trial.Open(rate, Long);
                middle = late.Quantile(0.5);
                return new(1, late.Quantile(0.99) / 1e9);
            }, Memory.Own), null, () =>
            {
                trial.Dispose();
                nginx.Dispose();
            })
            { Without = "no peer tells when each of its requests began", Note = () => $"half of them began at most {middle / 1e3:0.0} µs late" };
        })
        { Pinned = true, Needs = Nginx.Missing };
}
