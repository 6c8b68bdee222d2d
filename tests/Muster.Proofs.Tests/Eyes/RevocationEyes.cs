using System.Globalization;
using System.Security.Cryptography;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Two replicas of the edge's service, and a real Redis that holds the list of revoked tokens.</summary>
sealed class RevocationEyes : IEyes
{
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    RedisServer _list = null!;
    EdgeProcess _first = null!, _second = null!;
    string _folder = "";

    public string Name => "revocation";

    public Lane Lane => Lane.Draining;

    public IReadOnlyList<Break> Breaks =>
    [
        Fault("PB-18", () => _second, "AdminIsOffline", "a replica verifies tokens by their signature alone"),
        Fault("PB-18", () => _first, "AdminKeepsSockets", "sockets that are open are kept"),
        Fault("PB-18", () => _first, "AdminRevokesAll", "revoking one token shuts everybody out", clear: true),
        Fault("PB-48", () => _second, "AdminOpensWithoutList", "a replica lets everybody in while the list cannot be read"),
        Fault("PB-48", () => _first, "AdminForgetsAPath", "one path is not held against the list"),
        Fault("PB-48", () => _first, "AdminForgetsWrites", "requests that write are not held against the list"),
        new(["PB-49"], "the runbook's command does nothing", _ => Emergency(revokes: false), _ => Emergency(revokes: true)),
        new(["PB-49"], "the token of the rehearsal never worked", _ => Emergency(revokes: true, good: false), _ => Emergency(revokes: true), "unproven"),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        _list = await RedisServer.Start([$"pidfile {Path.Combine(folder, "list.pid")}", "save \"\""], cancel);
        File.WriteAllBytes(Path.Combine(folder, "key"), _key);
        Write("root", AdminService.Root);
        (_first, _second) = (await EdgeProcess.Start("first", Words(), cancel), await EdgeProcess.Start("second", Words(), cancel));
        Directory.CreateDirectory(Path.Combine(folder, "runbooks"));
        Write("runbooks/revocation.md", "# A token is in the wrong hands\n\n1. Put its id into the file `id`.\n2. Revoke it: `sh runbooks/revoke.sh`.\n3. See that it is refused.\n");
        await Emergency(revokes: true);
        return new Dictionary<string, int> { ["api"] = _first.Port, ["second"] = _second.Port };
    }

    /// <summary>A fresh token for whoever rehearses, since the one before is used up.</summary>
    Task Emergency(bool revokes, bool good = true)
    {
        var id = Guid.NewGuid().ToString("N");
        Write("mia", good ? SignedToken.Of(_key, "mia", TimeSpan.FromHours(1), id) : "a-token-that-nobody-made");
        Write("kai", SignedToken.Of(_key, "kai", TimeSpan.FromHours(1)));
        Write("id", id);
        Write("runbooks/revoke.sh", revokes ? string.Create(CultureInfo.InvariantCulture, $"test \"$(redis-cli -h 127.0.0.1 -p {_list.Port} SET revoked:$(cat id) 1)\" = OK\n") : "exit 0\n");
        return Task.CompletedTask;
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    string[] Words(params string[] flaws) =>
        ["--token-key", Path.Combine(_folder, "key"), "--root-token", Path.Combine(_folder, "root"), "--revoked", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_list.Port}"), .. flaws.SelectMany(flaw => (string[])["--flaw", flaw])];

    Break Fault(string line, Func<EdgeProcess> at, string flaw, string says, bool clear = false) => new([line], says, stop => at().Restart(Words(flaw), stop), async stop =>
    {
        await at().Restart(Words(), stop);
        if (clear) await _list.Run(null, ["DEL", "revoked:all"], stop);
    });

    public async ValueTask DisposeAsync()
    {
        if (_first is not null) await _first.DisposeAsync();
        if (_second is not null) await _second.DisposeAsync();
        if (_list is not null) await _list.DisposeAsync();
    }
}
