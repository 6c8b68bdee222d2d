using System.Diagnostics;
using System.Globalization;

namespace Muster.Cli.Tests;

/// <summary>The real executable, ended in the middle of a restore that would last for minutes.</summary>
public sealed class KilledDrillTests
{
    const string Document = """
        muster: 1
        system: drilled
        owner: dba
        environments: { staging: { consent: [ active ] } }
        targets: { dumps: { path: dumps } }
        controls:
          restored:
            title: The dump is restored
            check: { postgres.restore_drill: dumps, level: L2 }
        gates:
          rehearsal: { environment: staging, require: all }
        """;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string Dump(string statement) => $"--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 13.0\n\n{statement};\n\n--\n-- PostgreSQL database dump complete\n--\n";

    [Fact]
    public async Task A_muster_that_is_killed_in_the_middle_leaves_what_the_next_one_ends_deletes_and_tells()
    {
        using var scratch = Begin(out var temporary);
        using (var killed = await Middle(scratch, temporary))
        {
            killed.Kill();
            await killed.WaitForExitAsync(Cancel);
        }

        Assert.NotEmpty(Processes(temporary));
        scratch.Write("dumps/shop.sql", Dump("create table orders (id int)"));

        var next = await Executable.Run(scratch.Folder, start => start.Environment["TMPDIR"] = temporary, "check", "--allow-commands");

        Assert.Equal(ExitCode.Go, next.Exit);
        Assert.Contains("(postgres.restore_drill) was ended in the middle. Cleaned:", next.Talk, StringComparison.Ordinal);
        Assert.Empty(Processes(temporary));
        Assert.Empty(Folders(temporary));
    }

    [Fact]
    public async Task A_muster_that_is_interrupted_in_the_middle_leaves_nothing()
    {
        using var scratch = Begin(out var temporary);
        var interrupted = await Middle(scratch, temporary);
        using (var kill = Process.Start("kill", ["-INT", interrupted.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(Cancel);

        var ran = await Executable.Finish(interrupted);

        Assert.Equal(ExitCode.Interrupted, ran.Exit);
        Assert.Empty(Processes(temporary));
        Assert.Empty(Folders(temporary));
    }

    static Scratch Begin(out string temporary)
    {
        var scratch = new Scratch();
        scratch.Write("muster.yaml", Document);
        scratch.Write("dumps/shop.sql", Dump("select pg_sleep(300)"));
        temporary = scratch.PathOf("t");
        Directory.CreateDirectory(temporary);
        // The scratch server's own user must come through.
        if (!OperatingSystem.IsWindows())
            foreach (var folder in (string[])[scratch.Folder, temporary]) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return scratch;
    }

    static async Task<Process> Middle(Scratch scratch, string temporary)
    {
        var start = new ProcessStartInfo(Executable.Path, ["check", "--allow-commands"]) { WorkingDirectory = scratch.Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["TMPDIR"] = temporary;
        start.Environment["MUSTER_PASSPHRASE"] = InProcess.Passphrase;
        var process = Process.Start(start)!;
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        longest.CancelAfter(Longest);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!Processes(temporary).Any(line => line.Contains("psql", StringComparison.Ordinal)))
        {
            if (process.HasExited) throw new InvalidOperationException($"muster ended before the restore began: {await process.StandardOutput.ReadToEndAsync(Cancel)}{await process.StandardError.ReadToEndAsync(Cancel)}");
            await pace.WaitForNextTickAsync(longest.Token);
        }

        return process;
    }

    static IEnumerable<string> Folders(string temporary) => Directory.EnumerateDirectories(temporary, "muster-scratch-*").SelectMany(Directory.EnumerateFileSystemEntries);

    static List<string> Processes(string temporary) => [.. Directory.EnumerateDirectories("/proc").Select(CommandLine).Where(line => line.Contains(temporary + "/muster-scratch", StringComparison.Ordinal))];

    static string CommandLine(string process)
    {
        try { return File.ReadAllText(process + "/cmdline"); }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return ""; } // Ended meanwhile.
    }
}
