using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench;

/// <summary>
/// Each figure has a process to itself, so that its peak of memory is its own and no figure warms or litters the next. The process prints its row and a note below it.
/// </summary>
static class Alone
{
    const string Argument = "--alone";
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(int.TryParse(Environment.GetEnvironmentVariable("MUSTER_BENCH_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? minutes : 4);

    /// <summary>What the process was started for; null if it is the one that starts the others.</summary>
    public static int? Serve(string[] args)
    {
        if (args is [VerdictFigures.Cold, var muster])
        {
            VerdictFigures.ColdVerdict(muster);
            return 0;
        }

        if (args is [LightTarget.Argument, var port])
        {
            LightTarget.Serve(int.Parse(port, CultureInfo.InvariantCulture));
            return 0;
        }

        if (args is [LightTarget.Stalling, var stalling])
        {
            LightTarget.Serve(int.Parse(stalling, CultureInfo.InvariantCulture), new StallSchedule());
            return 0;
        }

        if (args is not [Argument, var name, ..]) return null;
        var quick = args.Contains("--quick");
        try
        {
            if (Figures.Contests.FirstOrDefault(contest => contest.Name == name) is { } contest) Contested(contest, quick);
            else Watched(Figures.Parts.Single(figure => figure.Name == name), quick);
            return 0;
        }
        catch (Exception broken)
        {
            // What a figure had started when it broke would run for ever.
            Console.Error.WriteLine(broken);
            Child.EndAll();
            return 1;
        }
    }

    static void Contested(Contest contest, bool quick)
    {
        using var arena = contest.Prepare();
        Console.WriteLine(ContestTable.Row(Rounds.Run(contest, arena, quick)));
        if (arena.Note is { } note) Console.WriteLine(note());
    }

    static void Watched(Figure figure, bool quick)
    {
        using var work = figure.Prepare();
        Console.WriteLine(Table.Row(figure, Measure.Median(work, quick ? Measure.Quick : Measure.Full)));
    }

    /// <summary>The row and the note of a figure, from its own process; null when that ended badly.</summary>
    public static (string Row, string Note)? Of(string figure, bool pinned, bool quick)
    {
        string[] ours = [Environment.ProcessPath!, Argument, figure, .. quick ? (string[])["--quick"] : []];
        string[] command = pinned ? ["taskset", "-c", Cores.Measured.ToString(CultureInfo.InvariantCulture), .. ours] : ours;
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        // As the executable sets it for itself (src/Muster.Cli/Program.cs).
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["MUSTER_BENCH_CORE"] = Cores.Measured.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        var lines = said.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return process.ExitCode == 0 && lines.Length > 0 ? (lines[0], string.Join(' ', lines[1..])) : null;
    }
}
