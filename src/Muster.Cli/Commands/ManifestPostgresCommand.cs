using System.Collections.Immutable;
using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What a backup must hold, captured in the backup's own snapshot, for the drill that restores it later.</summary>
static class ManifestPostgresCommand
{
    const string Ending = ".manifest.json";

    public static Command Build(Host host)
    {
        var address = new Argument<string>("ADDRESS") { Description = "The database: postgres://user@host/database; $(env:NAME) and $(file:NAME) in it take a secret." };
        var dump = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.ZeroOrMore, Description = "After --: what makes the backup in the same snapshot, as pg_dump --snapshot={snapshot} …; {of} stands for the file of --of." };
        var of = new Option<string?>("--of") { Description = "The file that the command makes; its size and SHA-256 become part of the manifest.", HelpName = "FILE" };
        var file = new Option<string?>("--out", "-o") { Description = $"Write the manifest to this file (default: the file of --of with {Ending}).", HelpName = "FILE" };
        var snapshot = new Option<string?>("--snapshot") { Description = "Capture in this snapshot, which another session has exported and holds; without it one is exported.", HelpName = "ID" };
        var tables = new Option<string[]>("--table") { Description = "A table whose rows are captured, as public.orders; may be given several times (all unless said).", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var command = new Command("postgres", "Captures the schema and the rows of a PostgreSQL database, as counts and digests, in one snapshot that a dump can share.") { address, dump, of, file, snapshot, tables };
        command.SetAction(async (parsed, cancel) =>
        {
            var (words, made, shared) = (parsed.GetValue(dump) ?? [], parsed.GetValue(of), parsed.GetValue(snapshot));
            var to = parsed.GetValue(file) ?? (made is null ? throw Refusal.Usage("nothing says where the manifest is written", "add --of FILE for one beside the backup, or --out FILE") : made + Ending);
            if (words.Length > 0 && shared is not null) throw Refusal.Usage("--snapshot stands beside a command, which gets a snapshot of its own", "leave out one of them");
            if (words.Length > 0 && !words.Any(word => word.Contains("{snapshot}", StringComparison.Ordinal))) throw Refusal.Usage("the command does not take the snapshot: what it saves would be of another moment than what is captured", "add --snapshot={snapshot} to pg_dump");
            if (made is not null && words.Length == 0 && shared is null) throw Refusal.Usage("--of stands without what makes the file in the same snapshot: the file would be of another moment than what is captured", "add the command after --, or --snapshot ID; without either, say --out FILE alone");
            var options = new RunnerOptions { Release = Digest.Of("manifest"u8), Clock = host.Clock, Folder = host.Folder, MayLeaveFolder = true, Secrets = ProcessSecrets.In(host.Folder) };
            var captured = await PostgresCapture.Capture(options, new(parsed.GetValue(address)!, shared, words.Length == 0 ? null : name => Run(host, words, name, made, cancel), made) { Tables = [.. parsed.GetValue(tables) ?? []] }, cancel);
            if (captured.Manifest is not { } manifest)
            {
                host.Talk.WriteLine($"muster: nothing was captured: {captured.Because}");
                return ExitCode.Undecided;
            }

            OutputFile.Write(host, to, CanonicalJson.Bytes(manifest));
            host.Data.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Captured {captured.Rows} rows of {captured.Tables} tables{(captured.Lsn is { } lsn ? $", with the log at {lsn}" : "")}: {to}"));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Files are dated by a clock that is coarser than this.</summary>
    static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);

    static DateTimeOffset? Written(string path) => File.Exists(path) ? File.GetLastWriteTimeUtc(path) : Directory.Exists(path) ? Directory.GetLastWriteTimeUtc(path) : null;

    static async Task<bool> Run(Host host, ImmutableArray<string> words, string? of, CancellationToken cancel)
    {
        try
        {
            var began = host.Clock.GetUtcNow();
            using var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { WorkingDirectory = host.Folder, UseShellExecute = false })!;
            try { await process.WaitForExitAsync(cancel); }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            if (process.ExitCode != 0) host.Talk.WriteLine(string.Create(CultureInfo.InvariantCulture, $"muster: {words[0]} came to {process.ExitCode}"));
            if (process.ExitCode != 0 || of is null || Written(Path.GetFullPath(of, host.Folder)) > began - Grain) return process.ExitCode == 0;
            host.Talk.WriteLine($"muster: {words[0]} ended well, and did not write {of}");
            return false;
        }
        catch (Win32Exception absent) { throw Refusal.Usage($"{words[0]} cannot be started: {absent.Message}", "give its path, or install it"); }
    }

    static Task<bool> Run(Host host, string[] words, string snapshot, string? of, CancellationToken cancel) =>
        Run(host, [.. words.Select(word => word.Replace("{snapshot}", snapshot, StringComparison.Ordinal).Replace("{of}", of ?? "{of}", StringComparison.Ordinal))], of, cancel);
}
