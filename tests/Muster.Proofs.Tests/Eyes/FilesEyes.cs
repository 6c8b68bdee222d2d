using System.Globalization;
using Muster.Cli.Tests;
using Muster.Probes;
using Muster.Readiness;
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

    const string Key = "restic-password-1", Rendered = "workers: 4\nregion: the one that is nearest\n";
    readonly ServerFolder _runs = new();
    readonly ServerFolder _work = new("postgres");
    RedisServer _cache = null!;
    PostgresServer _database = null!;
    string _folder = "";

    public string Name => "files";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["AI-54", "AI-56"], "the newest archive is cut off", Change(Archive, bytes => bytes[..^200]), Mend(Archive)),
        new(["AI-54", "AI-56"], "a part of the log is not in the archive", async stop => { Keep(Archive); await Pack("store", Archive, stop, "--exclude", "wal-2"); }, Mend(Archive)),
        new(["AI-54", "AI-56"], "the newest archive is gone, and only what it must hold is left", stop => { Keep(Archive); File.Delete(At(Archive)); return Task.CompletedTask; }, Mend(Archive)),
        new(["AI-56"], "nothing was backed up for hours", Change(Manifest, bytes => System.Text.Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(System.Text.Encoding.UTF8.GetString(bytes), "\"taken\":\"[^\"]+\"", "\"taken\":\"2026-01-01T00:00:00.000Z\""))), Mend(Manifest)),
        new(["AI-56"], "a restore takes longer than it may", Objective("rto: at most 15m", "rto: at most 0.1ms"), Objective("rto: at most 0.1ms", "rto: at most 15m")),
        new(["AI-56"], "it was measured last more than a month ago", _ => Task.CompletedTask, _ => Task.CompletedTask, Becomes: "unproven", Later: TimeSpan.FromDays(32)),
        new(["AI-54", "AI-56"], "what the backup must hold names no file", Change(Manifest, bytes => "{ \"format\": \"muster-files-manifest/1\", \"taken\": \"2026-01-01T00:00:00Z\", \"entries\": [] }"u8.ToArray()), Mend(Manifest), "unproven"),
        new(["PB-10"], "the newest dump is cut off", Change("database/shop.dump", bytes => bytes[..^1000]), Mend("database/shop.dump")),
        new(["PB-10"], "the configuration that is used is not the one that was backed up", stop => File.AppendAllTextAsync(At("rendered/etc/shop.yaml"), "debug: true\n", stop), stop => File.WriteAllTextAsync(At("rendered/etc/shop.yaml"), Rendered, stop)),
        new(["PB-10", "SU-28"], "the key of the configuration's backup is lost", stop => File.WriteAllTextAsync(At("backup-key"), "another-password", stop), stop => File.WriteAllTextAsync(At("backup-key"), Key, stop)),
        new(["SU-28"], "the job packs the configuration, and encrypts nothing any more", Plain, _ =>
        {
            Directory.Delete(At("backups"), recursive: true);
            Directory.Move(At("backups-encrypted"), At("backups"));
            return Task.CompletedTask;
        }),
        new(["SU-54"], "the script restores over production without a word", Script(text => text.Replace("exit 3", "", StringComparison.Ordinal)), Script(text => text)),
        new(["SU-54"], "a refusal is written nowhere", Script(text => text.Replace("restore.log\n  echo \"rest", "/dev/null\n  echo \"rest", StringComparison.Ordinal)), Script(text => text)),
        new(["SU-54"], "the script refuses whatever is said", Script(text => text.Replace("restore-over-production\" ]", "never\" ]", StringComparison.Ordinal)), Script(text => text)),
    ];

    string Archive { get; } = $"store/store-{TimeProvider.System.GetUtcNow().AddSeconds(-30).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.tar.gz";

    string Manifest => Archive + ".manifest.json";

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        foreach (var name in (string[])["made", "store", "rendered/etc", "shop/etc", "production", "backed-up", "cache", "database"]) Directory.CreateDirectory(At(name));
        for (var i = 0; i < 3; i++) await File.WriteAllTextAsync(At($"made/wal-{i}"), string.Join('\n', Enumerable.Range(i * 500, 500).Select(number => $"put point {number} {number * 37 % 101}")), cancel);
        await File.WriteAllTextAsync(At("made/snapshot"), string.Join('\n', Enumerable.Range(0, 2000).Select(number => $"point {number} {number * 91 % 997}")), cancel);
        await Muster("manifest", "files", "made", "--out", Manifest);
        await Pack("made", Archive, cancel);
        foreach (var place in (string[])["rendered", "shop"]) await File.WriteAllTextAsync(At(place + "/etc/shop.yaml"), Rendered, cancel);
        await File.WriteAllTextAsync(At("backup-key"), Key, cancel);
        await Restic(cancel, "init");
        await Restic(cancel, "backup", At("shop"));
        await Muster("manifest", "files", "shop", "--out", "shop.manifest.json");
        await Restic(cancel, "backup", At("shop"));
        _cache = await RedisServer.Start(["save \"\""], cancel);
        await _cache.Run(null, ["MSET", "shop:version", "12", "shop:basket", "apples"], cancel);
        await Muster("manifest", "redis", _cache.Address, "--out", "cache/cache.rdb.manifest.json");
        await _cache.Run(null, ["SAVE"], cancel);
        File.Copy(_cache.PathOf("dump.rdb"), At("cache/cache.rdb"));
        await Dump(cancel);
        await File.WriteAllTextAsync(At("backed-up/orders"), "orders as they were", cancel);
        await File.WriteAllTextAsync(At("production/orders"), "orders as they are", cancel);
        await Write("digest", "#!/bin/sh\ncat \"$1\"/* | sha256sum\n", cancel);
        await Write("restore", Guarded, cancel);
        return new Dictionary<string, int>();
    }

    /// <summary>All of it comes back from there, whole and with its list beside it; only that anybody can read it.</summary>
    async Task Plain(CancellationToken cancel)
    {
        Directory.Move(At("backups"), At("backups-encrypted"));
        Directory.CreateDirectory(At("backups"));
        foreach (var minutes in (int[])[2, 1]) await Pack("shop", $"backups/shop-{TimeProvider.System.GetUtcNow().AddMinutes(-minutes).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.tar.gz", cancel);
    }

    /// <summary>A dump, and what it must hold captured in the same snapshot.</summary>
    async Task Dump(CancellationToken cancel)
    {
        _database = await PostgresServer.Start(new(), cancel);
        await _database.Run("create table orders (id int primary key, name text); insert into orders select i, 'order ' || i from generate_series(1, 200) i", cancel);
        var made = _work.PathOf("shop.dump");
        var captured = await PostgresCapture.Capture(new() { Release = Digest.Of("made"u8), Folder = _folder, MayLeaveFolder = true }, new(_database.Connection, null, async snapshot =>
        {
            await ServerProcess.Run(_work, "pg_dump", ["-Fc", "--snapshot=" + snapshot, "-f", made, "-h", "127.0.0.1", "-p", _database.Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "shop"], cancel, ("PGPASSWORD", _database.Password));
            return true;
        }, null), cancel);
        File.Copy(made, At("database/shop.dump"));
        await File.WriteAllBytesAsync(At("database/shop.dump.manifest.json"), CanonicalJson.Bytes(captured.Manifest!), cancel);
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

    /// <summary>A restore of this size is over in a moment: what it may take is made less than that.</summary>
    Func<CancellationToken, Task> Objective(string from, string to) => async stop => await File.WriteAllTextAsync(At("muster.yaml"), (await File.ReadAllTextAsync(At("muster.yaml"), stop)).Replace(from, to, StringComparison.Ordinal), stop);

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
        if (_database is not null) await _database.DisposeAsync();
        _work.Dispose();
        _runs.Dispose();
    }
}
