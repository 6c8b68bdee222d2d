using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>The store of vectors: killed, filled up, rolled back, and gone through its playbooks while somebody asks it for far too much.</summary>
sealed class VectorEyes : IEyes
{
    static readonly string[] Limits = ["--memory", "2000000", "--concurrency", "40", "--search-cost", "400", "--query-limit", "2000", "--checkpoint", "60000"];
    readonly HttpClient _http = new();
    readonly CancellationTokenSource _stop = new();
    readonly ServerFolder _kept = new();
    Task _asking = Task.CompletedTask;
    VectorStoreServer _store = null!;
    string _folder = "";

    public string Name => "vectors";

    public Lane Lane => Lane.Working;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["AI-50", "AI-51"], "a replay loses one write and makes another twice, so that the count stays", stop => Runs(stop, "--flaw", "lucky"), stop => Runs(stop)),
        new(["AI-50"], "writes are acknowledged from memory", stop => Runs(stop, "--sync", "0", "--flush", "60000"), stop => Runs(stop)),
        new(["AI-51"], "what a replay makes has other contents", stop => Runs(stop, "--flaw", "alters"), stop => Runs(stop)),
        new(["AI-52"], "traffic is let in before it has recovered", _ => StartsWith("--flaw", "opens-early", "--recovery", "700"), stop => Runs(stop)),
        new(["AI-19"], "there are no limits, and it dies of what comes", stop => Runs(stop, "--flaw", "unlimited"), stop => Runs(stop)),
        new(["AI-41"], "the counter of what is in flight is gone", stop => Runs(stop, "--hide", "requests_in_flight"), stop => Runs(stop), Becomes: "unproven"),
        new(["AI-42"], "nothing tells how many locks there are", stop => Runs(stop, "--hide", "lock_map_size"), stop => Runs(stop), Becomes: "unproven"),
        new(["AI-43", "AI-64"], "queries are not bounded by what should bound them", stop => Runs(stop, "--flaw", "unbounded"), stop => Runs(stop)),
        new(["AI-48"], "the safe profile is said to be set and is not", stop => Runs(stop, "--flaw", "stays-relaxed"), stop => Runs(stop)),
        new(["AI-44"], "the version before cannot read what this one wrote", stop => Runs(stop, "--flaw", "new-format"), async stop =>
        {
            await Runs(stop);
            // All of it is written anew, in the format that both know.
            (await _http.PostAsync("snapshot", null, stop)).EnsureSuccessStatusCode();
        }),
        new(["AI-06"], "the version before cannot be fetched", _ => Fetchable(false), _ => Fetchable(true)),
        new(["AI-54", "AI-56"], "the newest backup is cut off", _ => Backup(bytes => bytes[..^20]), _ => Backup(bytes => bytes)),
        new(["AI-54", "AI-56"], "the newest backup lacks the log", stop => Pack(Archive, stop, "--exclude", "*wal*"), _ => Backup(bytes => bytes)),
        new(["AI-54"], "the log in the newest backup is as long, and another", PackOther, _ => Backup(bytes => bytes)),
        new(["AI-56"], "nothing was backed up for hours", _ => Taken(TimeProvider.System.GetUtcNow().AddHours(-3)), _ => Taken(null)),
        new(["AI-56"], "a restore takes longer than it may", Objective("rto: at most 15m", "rto: at most 0.1ms"), Objective("rto: at most 0.1ms", "rto: at most 15m")),
        new(["AI-56"], "it was measured last more than a month ago", _ => Task.CompletedTask, _ => Task.CompletedTask, Becomes: "unproven", Later: TimeSpan.FromDays(32)),
    ];

    string Archive { get; } = $"backups/store-{TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.tar.gz";

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        _store = await VectorStoreServer.Start(Limits, cancel);
        _http.BaseAddress = new(_store.Address);
        await Put("collections/items", """{ "dimension": 2 }""", cancel);
        await Put("collections/items/points", """{ "points": [ { "id": "a", "vector": [ 1, 0 ], "payload": { "name": "a" } }, { "id": "b", "vector": [ 9, 9 ], "payload": { "name": "b" } } ] }""", cancel);
        (await _http.PostAsync("snapshot", null, cancel)).EnsureSuccessStatusCode();
        Directory.CreateDirectory(Path.Combine(folder, "dist"));
        await Fetchable(true);
        Scripts([]);
        // A snapshot empties the log; what is backed up has something in it.
        await Put("collections/items/points", """{ "points": [ { "id": "c", "vector": [ 8, 8 ], "payload": { "name": "c" } } ] }""", cancel);
        await BackUp(cancel);
        _asking = Task.WhenAll(Enumerable.Range(0, 12).Select(AskForTooMuch));
        return new Dictionary<string, int> { ["store"] = _store.Port };
    }

    /// <summary>Its snapshot and its log as they lie there, with what they hold captured while nobody writes.</summary>
    async Task BackUp(CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "backups"));
        await ServerProcess.Run(_kept, "dotnet", [Path.Combine(AppContext.BaseDirectory, "muster.dll"), "manifest", "files", _store.PathOf("data"), "--out", Path.Combine(_folder, Archive + ".manifest.json")], cancel);
        await Pack(Archive, cancel);
        File.Copy(Path.Combine(_folder, Archive), _kept.PathOf("archive"));
        File.Copy(Path.Combine(_folder, Archive + ".manifest.json"), _kept.PathOf("manifest"));
    }

    /// <summary>The store's folder as it was backed up, with one byte of its log changed.</summary>
    async Task PackOther(CancellationToken cancel)
    {
        var other = Directory.CreateDirectory(_kept.PathOf("other")).FullName;
        await ServerProcess.Run(_kept, "tar", ["-xzf", _kept.PathOf("archive"), "-C", other], cancel);
        var log = Path.Combine(other, "wal.log");
        var bytes = await File.ReadAllBytesAsync(log, cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(log, bytes, cancel);
        await ServerProcess.Run(_kept, "tar", ["-czf", Path.Combine(_folder, Archive), "-C", other, "."], cancel);
    }

    /// <summary>When the manifest says that it was captured; null as it really was.</summary>
    Task Taken(DateTimeOffset? at)
    {
        var manifest = (Value.Fields)Value.Parse(File.ReadAllBytes(_kept.PathOf("manifest")));
        return File.WriteAllBytesAsync(Path.Combine(_folder, Archive + ".manifest.json"), CanonicalJson.Bytes(at is { } taken ? manifest.With("taken", taken) : manifest));
    }

    /// <summary>A restore of this size is over in a moment: what it may take is made less than that.</summary>
    Func<CancellationToken, Task> Objective(string from, string to) => async stop =>
    {
        var document = Path.Combine(_folder, "muster.yaml");
        await File.WriteAllTextAsync(document, (await File.ReadAllTextAsync(document, stop)).Replace(from, to, StringComparison.Ordinal), stop);
    };

    Task<string> Pack(string archive, CancellationToken cancel, params string[] more) => ServerProcess.Run(_kept, "tar", ["-czf", Path.Combine(_folder, archive), .. more, "-C", _store.PathOf("data"), "."], cancel);

    Task Backup(Func<byte[], byte[]> change) => File.WriteAllBytesAsync(Path.Combine(_folder, Archive), change(File.ReadAllBytes(_kept.PathOf("archive"))));

    async Task Put(string path, string json, CancellationToken cancel)
    {
        using var body = new StringContent(json);
        (await _http.PutAsync(path, body, cancel)).EnsureSuccessStatusCode();
    }

    /// <summary>The commands that the document names stand beside it.</summary>
    void Scripts(string[] options)
    {
        File.Copy(_store.StartCommand[1], Path.Combine(_folder, "start.sh"), overwrite: true);
        File.Copy(_store.Deployment("current", [.. Limits, .. options])[1], Path.Combine(_folder, "current.sh"), overwrite: true);
        // A release of before has none of what is wrong with this one.
        File.Copy(_store.Deployment("previous", [.. Limits, "--release", "1.3.0"])[1], Path.Combine(_folder, "previous.sh"), overwrite: true);
        var pid = Path.Combine(_folder, "store.pid");
        if (!File.Exists(pid)) File.CreateSymbolicLink(pid, _store.PidFile);
    }

    async Task Runs(CancellationToken cancel, params string[] options)
    {
        await _store.Restart([.. Limits, .. options], cancel);
        // What forgot its last writes forgot too that the exercises' places were taken away.
        foreach (var place in (string[])["crash", "drill", "limits"]) (await _http.DeleteAsync("collections/" + place, cancel)).EnsureSuccessStatusCode();
        Scripts(options);
        if (!options.Contains("requests_in_flight"))
            await ServerProcess.Until(() => IsAsked(cancel), "nobody asks it for anything", TimeSpan.FromSeconds(10), cancel);
    }

    /// <summary>Whoever asked before it was started again is there again.</summary>
    bool IsAsked(CancellationToken cancel) => Regex.IsMatch(_http.GetStringAsync("metrics", cancel).GetAwaiter().GetResult(), @"^requests_in_flight(\{[^}]*\})? [1-9]", RegexOptions.Multiline);

    /// <summary>What runs is left as it is; the next start is another.</summary>
    Task StartsWith(params string[] options)
    {
        _store.SetUp([.. Limits, .. options]);
        Scripts(options);
        return Task.CompletedTask;
    }

    Task Fetchable(bool so)
    {
        var previous = Path.Combine(_folder, "dist", "previous.json");
        if (so) return File.WriteAllTextAsync(previous, """{ "release": "1.3.0" }""");
        File.Delete(previous);
        return Task.CompletedTask;
    }

    /// <summary>Somebody whose queries take half a second, one behind the other as long as they are let in; no two of them keep step.</summary>
    async Task AskForTooMuch(int which)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await pace.WaitForNextTickAsync(_stop.Token))
                try
                {
                    while (await IsLetIn(900 + which * 40)) continue;
                }
                catch (Exception down) when (down is HttpRequestException or IOException or System.Net.Sockets.SocketException) { continue; } // It is being killed, which is what all this is about.
        }
        catch (OperationCanceledException) { return; } // The end.
    }

    async Task<bool> IsLetIn(int limit)
    {
        using var query = new StringContent($$"""{ "vector": [ 1, 0 ], "limit": {{limit}} }""");
        using var answer = await _http.PostAsync("collections/items/search", query, _stop.Token);
        return answer.IsSuccessStatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _http.Dispose();
        if (_store is not null) await _store.DisposeAsync();
        _stop.Dispose();
        _kept.Dispose();
    }
}
