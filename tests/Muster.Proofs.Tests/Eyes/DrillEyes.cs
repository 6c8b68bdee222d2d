using Muster.Cli.Tests;

namespace Muster.Proofs.Tests;

/// <summary>People who rehearse by runbooks, sign, and witness each other, by the real commands; what takes them minutes lies some minutes back.</summary>
sealed class DrillEyes : IEyes
{
    sealed record Rehearsed(string Control, string Runbook, string[] Steps)
    {
        public string Runs { get; init; } = "jon";
        public string Witness { get; init; } = "mia";
        public string Outcome { get; init; } = "passed";
        public string[] Says { get; init; } = [];
        public string? Deviation { get; init; }
    }

    static readonly Rehearsed Handbook = new("handbook.alone", "handbook", ["Cloned the repository", "Bootstrapped it", "On call, and paged once"]);
    static readonly Rehearsed Restore = new("restore.runbook", "restore", ["Fetched the backup", "Restored it", "Compared it"]);
    static readonly Rehearsed Orchestrated = new("restore.orchestrated", "restore", ["Stopped the service", "Database restored", "Files restored", "Started the service"]) { Says = ["--rto", "6m", "--rpo", "40s"] };
    static readonly Rehearsed Access = new("emergency.access", "access", ["Granted for an hour", "Announced, the alert came", "Expired by itself", "Reviewed by the architect"]);
    static readonly Rehearsed Secrets = new("secrets.procedure", "secrets", ["New password set", "Old one refused"]);
    static readonly Rehearsed Revocation = new("revocation.emergency", "revocation", ["Revoked all sessions", "Refused everywhere"]) { Says = ["--rto", "2m"] };
    static readonly Rehearsed Failure = new("failure.rehearsed", "failure", ["Killed the service", "Recovered"]) { Says = ["--rto", "4m", "--rpo", "0s"] };
    static readonly Rehearsed[] All = [Handbook, Restore, Orchestrated, Access, Secrets, Revocation, Failure];

    readonly Scratch _kept = new();
    string _folder = "";

    public string Name => "drills";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["SU-01"], "the handbook has changed since somebody walked by it", Rewrite(Handbook, "And one step more.\n"), Rewrite(Handbook, ""), "unproven"),
        new(["SU-01"], "the bootstrap does not come to its end", stop => File.WriteAllTextAsync(At("bootstrap"), "exit 1\n", stop), stop => File.WriteAllTextAsync(At("bootstrap"), "echo ready\n", stop)),
        new(["PB-40"], "who wrote the runbook followed it", Drill(Restore with { Runs = "kai" }), Drill(Restore)),
        new(["SU-53"], "one of the stores was left out", Drill(Orchestrated with { Steps = ["Stopped the service", "Database restored", "Started the service"] }), Drill(Orchestrated)),
        new(["SU-53"], "nobody took its time", Drill(Orchestrated with { Says = [] }), Drill(Orchestrated), "unproven"),
        new(["PB-44"], "nobody reviewed the access", Drill(Access with { Steps = [.. Access.Steps[..3]] }), Drill(Access)),
        new(["PB-44"], "nobody else was there", Drill(Access with { Witness = "" }), Drill(Access), "unproven"),
        new(["PB-45"], "the procedure was not followed in one place", Drill(Secrets with { Deviation = "Skipped the second replica" }), Drill(Secrets)),
        new(["PB-49"], "it took longer than it may", Drill(Revocation with { Says = ["--rto", "8m"] }), Drill(Revocation)),
        new(["AI-20"], "the newest rehearsal failed", Drill(Failure with { Outcome = "failed" }), Drill(Failure)),
        new(["AI-20"], "the last rehearsal is a quarter and a day back", Overdue, Back, "unproven"),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        await Keys.PutInto(_kept);
        Copy(_kept.Folder, folder);
        Directory.CreateDirectory(At("docs"));
        foreach (var drill in All) await Rewrite(drill, "")(cancel);
        await File.WriteAllTextAsync(At("bootstrap"), "echo ready\n", cancel);
        // The document comes after this; the drills need it. It is written there as it stands, since it has no port to fill in.
        await File.WriteAllTextAsync(At("muster.yaml"), await File.ReadAllTextAsync(Path.Combine(ModelWorld.Source, "eyes", Name + ".yaml"), cancel), cancel);
        foreach (var drill in All) await Drill(drill)(cancel);
        return new Dictionary<string, int>();
    }

    string At(string name) => Path.Combine(_folder, name);

    Func<CancellationToken, Task> Rewrite(Rehearsed drill, string more) => stop => File.WriteAllTextAsync(At($"docs/{drill.Runbook}.md"), $"# {drill.Runbook}\n\nDo it step by step.\n{more}", stop);

    Func<CancellationToken, Task> Drill(Rehearsed drill) => _ => Drill(drill, TimeSpan.Zero);

    async Task Drill(Rehearsed drill, TimeSpan ago)
    {
        await Muster(ago + TimeSpan.FromMinutes(10), "drill", "start", drill.Control, "--as", drill.Runs, "--witness", drill.Witness.Length > 0 ? drill.Witness : "mia");
        for (var i = 0; i < drill.Steps.Length; i++) await Muster(ago + TimeSpan.FromMinutes(9 - 2 * i), "drill", "step", drill.Steps[i]);
        if (drill.Deviation is { } deviation) await Muster(ago + TimeSpan.FromMinutes(1), "drill", "note", "--deviation", deviation);
        await Muster(ago, ["drill", "finish", "--as", drill.Runs, "--outcome", drill.Outcome, .. drill.Says]);
        if (drill.Witness.Length > 0) await Muster(ago, "drill", "witness", drill.Control, "--as", drill.Witness);
    }

    async Task Muster(TimeSpan ago, params string[] words)
    {
        var ran = await InProcess.Run(_folder, host => host with { Clock = new Earlier(ago) }, words);
        Assert.True(ran.Exit == 0, $"muster {string.Join(' ', words)}: {ran.Talk}");
    }

    /// <summary>Another ledger, whose only rehearsal is that long ago.</summary>
    async Task Overdue(CancellationToken stop)
    {
        Directory.Move(At(".muster"), _kept.PathOf("ledger"));
        Copy(_kept.PathOf(".muster"), At(".muster"));
        await Drill(Failure, TimeSpan.FromDays(93));
    }

    Task Back(CancellationToken stop)
    {
        Directory.Delete(At(".muster"), recursive: true);
        Directory.Move(_kept.PathOf("ledger"), At(".muster"));
        return Task.CompletedTask;
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(file, place, overwrite: true); // its mode too
        }
    }

    public ValueTask DisposeAsync()
    {
        _kept.Dispose();
        return ValueTask.CompletedTask;
    }
}
