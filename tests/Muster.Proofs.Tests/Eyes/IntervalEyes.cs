using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Muster.Cli.Tests;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Two real Redis with one user, whose old password was last seen at work some days ago by a real look with an earlier clock.</summary>
sealed class IntervalEyes : IEyes
{
    static readonly string[] Users = ["user timed on nopass ~* +@all"];
    static readonly string Before = Fresh(), After = Fresh();
    RedisServer _store = null!, _second = null!;
    string _folder = "";

    public string Name => "interval";

    public IReadOnlyList<Break> Breaks =>
    [
        Timed("a replica takes the old password still", stop => _second.Run(null, ["ACL", "SETUSER", "timed", ">" + Before], stop), "failed"),
        Timed("it was left for ninety-one days", stop => Left(91, stop), "failed"),
        Timed("the old credential never worked", _ =>
        {
            Write("timed-was", Fresh());
            return Task.CompletedTask;
        }, "unproven"),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        (_store, _second) = (await RedisServer.Start(Users, cancel), await RedisServer.Start(Users, cancel));
        Write("fingerprint", "a-key-of-this-document");
        await Left(60, cancel);
        return Values;
    }

    Dictionary<string, int> Values => new() { ["store"] = _store.Port, ["second"] = _second.Port };

    /// <summary>A ledger whose only look was that long ago, when the old credential was the one that works; it is changed after that look.</summary>
    async Task Left(int days, CancellationToken cancel)
    {
        var model = Values.Aggregate(await File.ReadAllTextAsync(Path.Combine(ModelWorld.Source, "eyes", Name + ".yaml"), cancel),
            (text, port) => new Regex($@"(?<=\b{port.Key}: )\d{{5}}").Replace(text, port.Value.ToString(CultureInfo.InvariantCulture), 1));
        Write("muster.yaml", model);
        if (Directory.Exists(Ledger)) Directory.Delete(Ledger, recursive: true);
        await Take(Before, Fresh(), cancel);
        await InProcess.Run(_folder, host => host with { Clock = new Earlier(TimeSpan.FromDays(days)) }, "check", "credentials.interval");
        await Take(After, Before, cancel);
    }

    /// <summary>The credential that works, and the one that the document calls the old one.</summary>
    async Task Take(string now, string was, CancellationToken cancel)
    {
        foreach (var server in (RedisServer[])[_store, _second]) await server.Run(null, ["ACL", "SETUSER", "timed", "resetpass", ">" + now], cancel);
        Write("timed-now", now);
        Write("timed-was", was);
    }

    /// <summary>What looks back is broken beside a ledger of its own, since looks of something broken are looked back at too.</summary>
    Break Timed(string says, Func<CancellationToken, Task> plant, string becomes) => new(["AI-39"], says, async stop =>
    {
        CopyAll(Ledger, Ledger + "-kept");
        await plant(stop);
    }, async stop =>
    {
        Directory.Delete(Ledger, recursive: true);
        Directory.Move(Ledger + "-kept", Ledger);
        await Take(After, Before, stop);
    }, becomes);

    static void CopyAll(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from)) Directory.CreateDirectory(to + folder[from.Length..]);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)) File.Copy(file, to + file[from.Length..]);
    }

    string Ledger => Path.Combine(_folder, ".muster");

    static string Fresh() => "s-" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    public async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        if (_second is not null) await _second.DisposeAsync();
    }
}
