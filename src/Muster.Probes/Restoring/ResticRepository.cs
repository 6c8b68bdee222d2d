using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A snapshot of a repository.</summary>
sealed record ResticSnapshot(string Id, DateTimeOffset Made);

/// <summary>
/// A repository of restic's, read by its own program without a lock, so that nothing is written into it. The key travels in a file that only this user may read.
/// </summary>
sealed class ResticRepository(string place, Scratch scratch)
{
    const string Program = "restic";
    const int MostJson = 64 * 1024 * 1024;

    /// <summary>Whether a key opens it; anything else that goes wrong is said.</summary>
    public async Task<(bool Opens, string? Wrong)> Try(string key, CancellationToken cancel)
    {
        var (exit, words) = await Run(key, ["cat", "config"], cancel);
        return exit == 0 ? (true, null) : words.Contains("wrong password", StringComparison.OrdinalIgnoreCase) ? (false, null) : (false, Said(words));
    }

    /// <summary>A key that nobody has, so that whether the repository is open to anybody is tried and not believed.</summary>
    public static string AnyKey => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The oldest first; empty if there is none.</summary>
    /// <param name="host">Of this machine alone, in a repository that several share.</param>
    /// <param name="paths">Of these folders alone.</param>
    public async Task<ImmutableArray<ResticSnapshot>> Snapshots(string key, string? host, ImmutableArray<string> paths, CancellationToken cancel)
    {
        var tool = scratch.Start(Program, Words(["snapshots", "--json", .. host is null ? (string[])[] : ["--host=" + host], .. paths.Select(path => "--path=" + path)]), await Environment(key, cancel), reads: true);
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int got; (got = await tool.Output.ReadAsync(buffer, cancel)) > 0; all.Write(buffer, 0, got))
            if (all.Length > MostJson) throw new Unseen(Blind.TooLarge, "the list of snapshots is too long");
        if (await tool.Exit(cancel) != 0) return [];
        try { return Value.Parse(all.GetBuffer().AsSpan(0, (int)all.Length)) is Value.Items { Are: var items } ? [.. items.Select(Read).OfType<ResticSnapshot>().OrderBy(one => one.Made)] : []; }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { return []; } // "null" and such: it has none.
    }

    internal static ResticSnapshot? Read(Value one) => one.Text("id") is { Length: >= 8 } id && ReportTime.Read(one.Text("time"), null) is { } made ? new(id, made) : null;

    /// <summary>All of its bytes, read and verified; null if nothing is wrong.</summary>
    public async Task<string?> Check(string key, CancellationToken cancel) => await Run(key, ["check", "--read-data"], cancel) is var (exit, words) && exit != 0 ? Said(words) : null;

    public async Task<string?> Restore(string key, string snapshot, string into, CancellationToken cancel)
    {
        var (exit, words) = await Run(key, ["restore", snapshot, "--target", into], cancel);
        return exit == 0 ? null : DrillFaults.OfMachine(words) is { } machine ? throw machine : Said(words);
    }

    async Task<(int ExitCode, string Words)> Run(string key, string[] words, CancellationToken cancel) => await scratch.Run(Program, Words(words), cancel, await Environment(key, cancel));

    string[] Words(string[] words) => ["--repo", place, "--no-lock", "--no-cache", .. words];

    async Task<(string, string)[]> Environment(string key, CancellationToken cancel)
    {
        var file = Path.Combine(scratch.Folder, "key");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var into = new FileStream(file, options)) await into.WriteAsync(System.Text.Encoding.UTF8.GetBytes(key), cancel);
        return [("RESTIC_PASSWORD_FILE", file), ("GOMAXPROCS", "2")];
    }

    static string Said(string words)
    {
        var lines = words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Bounded.Start(lines.FirstOrDefault(line => line.Contains("rror", StringComparison.Ordinal) || line.Contains("Fatal", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "restic ends with an error and says nothing", 250);
    }
}
