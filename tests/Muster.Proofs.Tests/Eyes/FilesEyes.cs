using Muster.Cli.Tests;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Real backups: archives of a store's snapshot and log, a repository of restic, an RDB of a real Redis; and a script that restores over production when it is told so twice.</summary>
sealed class FilesEyes : IEyes
{
    const string Guarded = """
        #!/bin/sh
        # restore: lays the backup over a place; production needs a word of confirmation.
        if [ "$1" = production ] && [ "$3 $4" != "--confirm restore-over-production" ]; then
          echo "$(date -u +%FT%TZ) refused $1 $2" >> restore.log
          echo "restoring over production needs --confirm restore-over-production" >&2
          exit 3
        fi
        cp backed-up/* "$1"/ && echo "$(date -u +%FT%TZ) restored $1 $2" >> restore.log && echo restored
        """;

    readonly ServerFolder _runs = new();
    RedisServer _cache = null!;
    string _folder = "";

    public string Name => "files";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["AI-54", "AI-56"], "the newest archive is cut off", Change(Archive, bytes => bytes[..^200]), Mend(Archive)),
        new(["AI-54", "AI-56"], "a part of the log is not in the archive", async stop => { Keep(Archive); await Pack("store", Archive, stop, "--exclude", "wal-2"); }, Mend(Archive)),
        new(["AI-54", "AI-56"], "the newest archive is gone, and only what it must hold is left", stop => { Keep(Archive); File.Delete(At(Archive)); return Task.CompletedTask; }, Mend(Archive)),
        new(["AI-56"], "nothing was backed up for hours", Change(Manifest, bytes => System.Text.Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(System.Text.Encoding.UTF8.GetString(bytes), "\"taken\":\"[^\"]+\"", "\"taken\":\"2026-01-01T00:00:00.000Z\""))), Mend(Manifest)),
        new(["AI-54", "AI-56"], "what the backup must hold names no file", Change(Manifest, bytes => "{ \"format\": \"muster-files-manifest/1\", \"taken\": \"2026-01-01T00:00:00Z\", \"entries\": [] }"u8.ToArray()), Mend(Manifest), "unproven"),
        new(["SU-54"], "the script restores over production without a word", Script(text => text.Replace("exit 3", "", StringComparison.Ordinal)), Script(text => text)),
        new(["SU-54"], "a refusal is written nowhere", Script(text => text.Replace("restore.log\n  echo \"rest", "/dev/null\n  echo \"rest", StringComparison.Ordinal)), Script(text => text)),
        new(["SU-54"], "the script refuses whatever is said", Script(text => text.Replace("restore-over-production\" ]", "never\" ]", StringComparison.Ordinal)), Script(text => text)),
    ];

    static string Archive => "store/store-20260101T0200Z.tar.gz";

    static string Manifest => Archive + ".manifest.json";

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        foreach (var name in (string[])["made", "store", "rendered/etc", "shop/etc", "production", "backed-up", "cache"]) Directory.CreateDirectory(At(name));
        for (var i = 0; i < 3; i++) await File.WriteAllTextAsync(At($"made/wal-{i}"), string.Join('\n', Enumerable.Range(i * 500, 500).Select(number => $"put point {number} {number * 37 % 101}")), cancel);
        await File.WriteAllTextAsync(At("made/snapshot"), string.Join('\n', Enumerable.Range(0, 2000).Select(number => $"point {number} {number * 91 % 997}")), cancel);
        await Muster("manifest", "files", "made", "--out", Manifest);
        await Pack("made", Archive, cancel);
        foreach (var place in (string[])["rendered", "shop"]) await File.WriteAllTextAsync(At(place + "/etc/shop.yaml"), "workers: 4\nregion: the one that is nearest\n", cancel);
        await File.WriteAllTextAsync(At("backup-key"), "restic-password-1", cancel);
        await Restic(cancel, "init");
        await Restic(cancel, "backup", At("shop"));
        await Muster("manifest", "files", "shop", "--out", "shop.manifest.json");
        await Restic(cancel, "backup", At("shop"));
        _cache = await RedisServer.Start(["save \"\""], cancel);
        await _cache.Run(null, ["MSET", "shop:version", "12", "shop:basket", "apples"], cancel);
        await Muster("manifest", "redis", _cache.Address, "--out", "cache/cache.rdb.manifest.json");
        await _cache.Run(null, ["SAVE"], cancel);
        File.Copy(_cache.PathOf("dump.rdb"), At("cache/cache.rdb"));
        await File.WriteAllTextAsync(At("backed-up/orders"), "orders as they were", cancel);
        await File.WriteAllTextAsync(At("production/orders"), "orders as they are", cancel);
        await Write("digest", "#!/bin/sh\ncat \"$1\"/* | sha256sum\n", cancel);
        await Write("restore", Guarded, cancel);
        return new Dictionary<string, int>();
    }

    string At(string name) => Path.Combine(_folder, name);

    Task<string> Pack(string from, string archive, CancellationToken cancel, params string[] more) => ServerProcess.Run(_runs, "tar", ["-czf", At(archive), .. more, "-C", At(from == "store" ? "made" : from), "."], cancel);

    Task<string> Restic(CancellationToken cancel, params string[] words) => ServerProcess.Run(_runs, "restic", ["--repo", At("backups"), "--no-cache", "--quiet", "--password-file", At("backup-key"), .. words], cancel);

    async Task Muster(params string[] words)
    {
        var ran = await InProcess.Run(_folder, words);
        Assert.True(ran.Exit == 0, ran.Talk);
    }

    async Task Write(string name, string text, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(At(name), text.ReplaceLineEndings("\n"), cancel);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    Func<CancellationToken, Task> Script(Func<string, string> change) => async stop =>
    {
        var changed = change(Guarded);
        await Write("restore", changed, stop);
        await File.WriteAllTextAsync(At("production/orders"), "orders as they are", stop);
    };

    void Keep(string name) => File.Copy(At(name), Path.Combine(_runs.Path, Path.GetFileName(name)), overwrite: true);

    Func<CancellationToken, Task> Change(string name, Func<byte[], byte[]> change) => async stop =>
    {
        Keep(name);
        await File.WriteAllBytesAsync(At(name), change(await File.ReadAllBytesAsync(At(name), stop)), stop);
    };

    Func<CancellationToken, Task> Mend(string name) => stop =>
    {
        File.Copy(Path.Combine(_runs.Path, Path.GetFileName(name)), At(name), overwrite: true);
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync()
    {
        if (_cache is not null) await _cache.DisposeAsync();
        _runs.Dispose();
    }
}
