using System.Globalization;
using System.Security.Cryptography;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A real PostgreSQL with a dump of each of three days, encrypted, each with what it must hold, and a base backup with the archived log. What is broken is the backups, as jobs break them.</summary>
sealed class RestoreEyes : IEyes
{
    const string Programs = "/usr/lib/postgresql/15/bin/";
    const string Key = "the-key-of-production";
    static readonly string[] OfDumps = ["SU-51", "SU-56", "SU-77", "GR-22", "SU-80", "PB-41"];
    readonly ServerFolder _work = new("postgres");
    string _folder = "";
    PostgresServer _server = null!;
    (string Name, byte[] Bytes)[] _kept = [];

    public string Name => "restore";

    public Lane Lane => Lane.Working;

    public IReadOnlyList<Break> Breaks =>
    [
        new(OfDumps, "the newest dump is 32 bytes of nothing, as a pipe leaves them whose first program failed", Keep(_ => Replace(Newest, new byte[32])), Mend),
        new(OfDumps, "the newest dump is cut off", Keep(_ => Replace(Newest, File.ReadAllBytes(Newest)[..^4096])), Mend),
        new(OfDumps, "the newest dump was made with another key than the escrowed one", Keep(stop => Make(Newest, At(0), stop, key: "some-other-long-key")), Mend),
        new(["SU-51"], "the newest dump lies there unencrypted", Keep(stop => Make(Newest, At(0), stop, key: null)), Mend),
        new(["SU-51"], "the newest dump is only packed, and opens to anybody", Keep(stop => Make(Newest, At(0), stop, key: null, packs: true)), Mend),
        new(["SU-56", "SU-77", "GR-22", "SU-80", "PB-41"], "the newest dump restores without an error and lacks one row", Keep(OneRowGone), Mend),
        new(["SU-56", "SU-77", "GR-22", "SU-80", "PB-41"], "the newest dump restores without an error and lacks a table", Keep(OneTableGone), Mend),
        new(["SU-56", "SU-77", "GR-22", "PB-41"], "the job made nothing today, and yesterday's dump was copied under today's name", Keep(Stale), Mend),
        new(["SU-77"], "yesterday's dump is missing", Keep(Missing), Mend),
        new(["SU-80", "PB-41"], "a restore takes longer than it may", Objective("rto: at most 4h", "rto: at most 10ms"), Objective("rto: at most 10ms", "rto: at most 4h")),
        new(["SU-80", "PB-41"], "the last rehearsal was more than a quarter ago", _ => Task.CompletedTask, _ => Task.CompletedTask, Becomes: "unproven", Later: TimeSpan.FromDays(93)),
        new(["PB-38"], "the archive command says success and stores nothing", Lying, Honest),
    ];

    string Newest => Dump(0);

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        foreach (var name in (string[])["dumps", "base", "wal"]) Directory.CreateDirectory(PathOf(name));
        Directory.CreateDirectory(_work.PathOf("wal"));
        _work.Own();
        _server = await PostgresServer.Start(new() { Archive = Archiving, Settings = ["checkpoint_timeout=1h"] }, cancel);
        await _server.Run("create table orders (id int primary key, name text); create table items (id int primary key); insert into orders select i, 'order ' || i from generate_series(1, 500) i; insert into items values (1), (2)", cancel);
        File.WriteAllText(PathOf("keeper"), _server.Password);
        File.WriteAllText(PathOf("backup.key"), Key);
        for (var day = 2; day >= 0; day--) await Make(Dump(day), At(day), cancel);
        await Base(cancel);
        return new Dictionary<string, int> { ["db"] = _server.Port };
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _work.Dispose();
    }

    string Archiving => $"cp %p {_work.PathOf("wal")}/%f";

    string PathOf(string name) => Path.Combine(_folder, name);

    readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();

    DateTimeOffset At(int day) => _began.AddDays(-day).AddMinutes(-1);

    string Dump(int day) => PathOf($"dumps/shop-{At(day).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.dump");

    Task<string> Tool(string name, CancellationToken cancel, params string[] arguments) => ServerProcess.Run(_work, Programs + name, [.. arguments, "-h", "127.0.0.1", "-p", _server.Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres"], cancel, ("PGPASSWORD", _server.Password));

    /// <summary>As the job does it: a dump in a snapshot, what it must hold captured in the same, encrypted, its checksum beside it. The clock is set back by its manifest and its file's time.</summary>
    async Task Make(string path, DateTimeOffset at, CancellationToken cancel, string? key = Key, bool packs = false, Func<Task>? between = null, params string[] how)
    {
        var made = _work.PathOf("made");
        var captured = await PostgresCapture.Capture(new() { Release = Digest.Of("made"u8), Folder = _folder, MayLeaveFolder = true }, new(_server.Connection, null, async snapshot =>
        {
            if (between is null) await Tool("pg_dump", cancel, ["-Fc", .. how, "--snapshot=" + snapshot, "-f", made, "shop"]);
            return true;
        }, null), cancel);
        if (between is not null)
        {
            await between();
            await Tool("pg_dump", cancel, ["-Fc", .. how, "-f", made, "shop"]);
        }

        if (key is not null)
        {
            var secret = _work.Write("secret", key);
            await ServerProcess.Run(_work, "openssl", ["enc", "-aes-256-cbc", "-pbkdf2", "-pass", "file:" + secret, "-in", made, "-out", made + ".enc"], cancel);
            File.Move(made + ".enc", made, overwrite: true);
        }

        if (packs) await ServerProcess.Run(_work, "gzip", ["--force", "--suffix=.enc", made], cancel);
        if (packs) File.Move(made + ".enc", made, overwrite: true);
        File.Copy(made, path, overwrite: true);
        File.SetLastWriteTimeUtc(path, at.UtcDateTime);
        File.WriteAllBytes(path + ".manifest.json", CanonicalJson.Bytes(captured.Manifest!.With("taken", at)));
        Sum(path);
    }

    static void Sum(string path) => File.WriteAllText(path + ".sha256", $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}\n");

    /// <summary>The checksum is made of what the job made, so that it is right whatever that is.</summary>
    static Task Replace(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        Sum(path);
        return Task.CompletedTask;
    }

    async Task OneRowGone(CancellationToken cancel)
    {
        await Make(Newest, At(0), cancel, between: () => _server.Run("delete from orders where id = 7", cancel));
        await _server.Run("insert into orders values (7, 'order 7')", cancel);
    }

    Task OneTableGone(CancellationToken cancel) => Make(Newest, At(0), cancel, how: "--exclude-table=items");

    Task Stale(CancellationToken cancel)
    {
        File.Copy(Dump(2), Newest, overwrite: true);
        File.Copy(Dump(2) + ".manifest.json", Newest + ".manifest.json", overwrite: true);
        Remove(Dump(1));
        Sum(Newest);
        return Task.CompletedTask;
    }

    /// <summary>A restore of this size is over in a moment: what it may take is made less than that.</summary>
    Func<CancellationToken, Task> Objective(string from, string to) => async stop => await File.WriteAllTextAsync(PathOf("muster.yaml"), (await File.ReadAllTextAsync(PathOf("muster.yaml"), stop)).Replace(from, to, StringComparison.Ordinal), stop);

    Task Missing(CancellationToken cancel)
    {
        Remove(Dump(1));
        return Task.CompletedTask;
    }

    static void Remove(string path)
    {
        foreach (var end in (string[])["", ".manifest.json", ".sha256"]) File.Delete(path + end);
    }

    /// <summary>Keeps the folder of dumps as it is, with its files' times, and then breaks something in it.</summary>
    Func<CancellationToken, Task> Keep(Func<CancellationToken, Task> spoil) => cancel =>
    {
        _kept = [.. Directory.EnumerateFiles(PathOf("dumps")).Select(path => (path, File.ReadAllBytes(path)))];
        return spoil(cancel);
    };

    Task Mend(CancellationToken cancel)
    {
        foreach (var path in Directory.EnumerateFiles(PathOf("dumps"))) File.Delete(path);
        foreach (var (path, bytes) in _kept) File.WriteAllBytes(path, bytes);
        for (var day = 0; day < 3; day++) File.SetLastWriteTimeUtc(Dump(day), At(day).UtcDateTime);
        return Task.CompletedTask;
    }

    /// <summary>A base backup, and later what it is to be recovered to; the segments of the log are fetched as they were archived.</summary>
    async Task Base(CancellationToken cancel)
    {
        var made = _work.PathOf("base");
        foreach (var old in (string[])[made, PathOf("base/newest")]) if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        await Tool("pg_basebackup", cancel, "-D", made, "-c", "fast", "--no-sync");
        await _server.Run("insert into items select max(id) + 1 from items", cancel);
        var captured = await PostgresCapture.Capture(new() { Release = Digest.Of("made"u8), Folder = _folder }, new(_server.Connection, null, null, null), cancel);
        File.WriteAllBytes(PathOf("base/newest.manifest.json"), CanonicalJson.Bytes(captured.Manifest!));
        await _server.Run("create table moved (); drop table moved", cancel);
        var segment = await _server.Run("select pg_walfile_name(pg_switch_wal())", cancel);
        await ServerProcess.Until(() => _server.Run($"select last_archived_wal >= '{segment}' from pg_stat_archiver", cancel).GetAwaiter().GetResult() == "t", $"{segment} was not archived", TimeSpan.FromSeconds(20), cancel);
        Directory.Move(made, PathOf("base/newest"));
        foreach (var path in Directory.EnumerateFiles(PathOf("wal"))) File.Delete(path);
        foreach (var path in Directory.EnumerateFiles(_work.PathOf("wal"))) File.Copy(path, PathOf("wal/" + Path.GetFileName(path)));
    }

    async Task Lying(CancellationToken cancel)
    {
        await _server.Set("archive_command", "true", cancel);
        await Base(cancel);
    }

    async Task Honest(CancellationToken cancel)
    {
        await _server.Set("archive_command", Archiving, cancel);
        await Base(cancel);
    }
}
