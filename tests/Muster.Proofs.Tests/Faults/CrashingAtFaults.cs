using System.Globalization;

namespace Muster.Proofs.Tests;

/// <summary>What kills a store and does not reach it has killed nothing.</summary>
sealed class CrashingAtFaults : IAskedAtFaults
{
    static readonly string OwnPid = WriteOwnPid();
    static readonly string Kill = $"kill: [ /bin/true ], pid_file: \"{OwnPid}\", start: [ /bin/true ], kills: 1, wait: 1s, write_for: 200ms";
    const string Write = "write: { put: \"/items/$(write:id)\", json: { digest: \"$(write:digest)\" } }, read: { get: /items }";

    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["crash.recovery"] = $"crash.recovery: {{ target: \"http://ADDRESS\", {Kill}, {Write} }}",
        ["crash.recovery-of-redis"] = $"crash.recovery: {{ target: crashing-redis, {Kill} }}",
        ["crash.recovery-of-nats"] = $"crash.recovery: {{ target: crashing-nats, {Kill} }}",
        ["crash.recovery-of-postgres"] = $"crash.recovery: {{ target: crashing-db, {Kill} }}",
        ["limits.enforced"] = "limits.enforced: { target: \"http://ADDRESS\", alive: { get: /version, read: /process }, body: { post: /items, json: { a: 1 }, over: 64KiB }, concurrency: { post: /items, json: { a: 1 }, under: 1, over: 3 } }",
        ["rollback.drill"] = $"rollback.drill: {{ target: \"http://ADDRESS\", back: [ /bin/true ], forward: [ /bin/true ], {Write}, wait: 1s }}",
        ["playbook"] = "playbook: { target: \"http://ADDRESS\", watch: { in_flight: requests_in_flight }, play: [ { name: take down } ] }",
    };

    /// <summary>The process that must die is this one, which never does.</summary>
    static string WriteOwnPid()
    {
        var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"muster-faults-{Environment.ProcessId}.pid"));
        File.WriteAllText(file, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(file);
        return file;
    }

    public IReadOnlyDictionary<string, string> Targets { get; } = new Dictionary<string, string>
    {
        ["crashing-redis"] = "{ redis: \"redis://ADDRESS\" }",
        ["crashing-nats"] = "{ nats: \"nats://ADDRESS\" }",
        ["crashing-db"] = "{ postgres: \"postgres://postgres@ADDRESS/shop?sslmode=disable\" }",
    };
}
