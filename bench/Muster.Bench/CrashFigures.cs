using System.Diagnostics;
using System.Globalization;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>A store killed and recovered again and again, beside the kills and restarts alone.</summary>
static class CrashFigures
{
    const int Kills = 200;

    public static readonly IReadOnlyList<Contest> All =
    [
        new("crash.recovery, 200 kill-and-recover rounds of Redis", new Goal.None(), "rounds", Killed) { Rounds = 1, Warm = false, Needs = Missing },
    ];

    static string? Missing() => File.Exists("/usr/bin/redis-server") ? null : "Redis is not here";

    static Arena Killed()
    {
        var folder = Scratch.Fresh("crash");
        var port = Ports.Free();
        var pid = Path.Combine(folder, "redis.pid");
        File.WriteAllText(Path.Combine(folder, "redis.conf"), string.Create(CultureInfo.InvariantCulture, $"bind 127.0.0.1\nport {port}\ndir {folder}\npidfile {pid}\ndaemonize yes\nlogfile {folder}/log\nappendonly yes\nappendfsync always\n"));
        string[] start = ["redis-server", Path.Combine(folder, "redis.conf")];
        Child.Run(start, folder);
        var runner = new ProbeRunner(new() { Release = Digest.Of("bench"u8), Folder = folder, MayRunCommands = true, Consent = _ => [Hazard.Destructive] });
        var asked = Value.Of(("target", string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}")), ("kill", Value.Of(("signal", "KILL"), ("pid_file", pid))), ("start", Value.Texts(start)), ("kills", Kills), ("write_for", 0.1), ("in_recovery", false));
        var ask = new Ask(new("here", [new("", "crash.recovery", asked, false, TimeSpan.FromMinutes(10))]), "bench", ["bench.crash"]);
        var seen = Value.Fields.Empty;
        var alone = $"for i in $(seq {Kills}); do kill -9 $(cat {pid}); while ! redis-server redis.conf >/dev/null 2>&1; do sleep 0.01; done; until redis-cli -p {port} ping 2>/dev/null | grep -q PONG; do sleep 0.01; done; done";
        return new(new("Muster", () =>
        {
            var watch = Stopwatch.StartNew();
            var sight = runner.Look(ask, CancellationToken.None).GetAwaiter().GetResult().Sights[0];
            seen = sight.Observation is { } saw && saw["complete"]!.Equals(Value.True) ? saw : throw new InvalidOperationException($"not all of it was there again: {sight.Detail}{sight.Observation}");
            return new(Kills, watch.Elapsed.TotalSeconds);
        }, Memory.Own)
        { Elsewhere = true }, new("kill, start and ping alone", () =>
        {
            var watch = Stopwatch.StartNew();
            Child.Run(["sh", "-c", alone], folder);
            return new(Kills, watch.Elapsed.TotalSeconds);
        }, static () => null)
        { Elsewhere = true }, () =>
        {
            runner.Dispose();
            Child.Run(["sh", "-c", $"kill $(cat {pid}) && while [ -f {pid} ]; do sleep 0.01; done"], folder);
        })
        {
            Note = () => string.Create(CultureInfo.InvariantCulture, $"each round writes for 20 to 100 ms with 4 writers, kills, starts, and reads all back that was ever written; in all {seen["acknowledged"]} acknowledged writes, {seen["lost"]} lost, {seen["interrupted"]} left without an answer, and at most {((Value.Number)seen["loss_bound"]!).Is:P1} chance of a loss at one kill; the longest recovery took {seen["recovery_time"]} s. The peer writes and compares nothing."),
        };
    }
}
