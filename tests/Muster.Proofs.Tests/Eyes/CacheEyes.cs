using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A real Redis with users and a replica.</summary>
sealed class CacheEyes : IEyes
{
    const string Keeper = "keeper-password-1";
    RedisServer _server = null!, _replica = null!;

    public string Name => "cache";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["PB-17"], "another user can read every message as it passes", stop => Say(stop, "ACL", "SETUSER", "worker", "+monitor"), stop => Say(stop, "ACL", "SETUSER", "worker", "-monitor")),
        new(["PB-46"], "another user may publish notifications", stop => Say(stop, "ACL", "SETUSER", "worker", "&notify.*"), stop => Say(stop, "ACL", "SETUSER", "worker", "resetchannels")),
        new(["PB-47"], "another user may listen to notifications", stop => Say(stop, "ACL", "SETUSER", "worker", "&notify.*"), stop => Say(stop, "ACL", "SETUSER", "worker", "resetchannels")),
        new(["SU-18"], "the cache asks for no password", stop => Say(stop, "CONFIG", "SET", "requirepass", ""), stop => _server.Run(null, ["CONFIG", "SET", "requirepass", Keeper], stop)),
        new(["SU-42"], "writes are kept in memory alone", stop => Say(stop, "CONFIG", "SET", "appendonly", "no"), stop => Say(stop, "CONFIG", "SET", "appendonly", "yes")),
        new(["SU-61"], "the replica is stopped", async stop => { await _replica.Stop(); await Until(0, stop); }, async stop => { await _replica.Begin(stop); await Until(1, stop); }),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        foreach (var (name, password) in ((string, string)[])[("keeper", Keeper), ("relay", "relay-password-1"), ("hub", "hub-password-1"), ("worker", "worker-password-1")]) File.WriteAllText(Path.Combine(folder, name), password);
        _server = await RedisServer.Start(
        [
            $"requirepass {Keeper}", "user relay on >relay-password-1 resetchannels &notify.user.* +publish", "user hub on >hub-password-1 resetchannels &notify.user.* +subscribe +psubscribe",
            "user worker on >worker-password-1 ~* resetchannels +@all -monitor", "maxmemory 64mb", "maxmemory-policy noeviction", "appendonly yes",
        ], cancel);
        _replica = await RedisServer.Start([$"requirepass {Keeper}", $"masterauth {Keeper}", FormattableString.Invariant($"replicaof 127.0.0.1 {_server.Port}")], cancel);
        await Until(1, cancel);
        return new Dictionary<string, int> { ["bus"] = _server.Port };
    }

    Task<string> Say(CancellationToken cancel, params string[] command) => _server.Run(Keeper, command, cancel);

    /// <summary>Waits until so many replicas follow.</summary>
    Task Until(int replicas, CancellationToken cancel) => ServerProcess.Until(
        () => _server.Run(Keeper, ["INFO", "replication"], cancel).GetAwaiter().GetResult() is var info && (replicas == 0 ? info.Contains("connected_slaves:0", StringComparison.Ordinal) : info.Contains("state=online", StringComparison.Ordinal)),
        "the replicas are not as they should be", TimeSpan.FromSeconds(30), cancel);

    public async ValueTask DisposeAsync()
    {
        if (_replica is not null) await _replica.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }
}
