using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Muster.Cli.Telemetry;

namespace Muster.Cli.Commands;

/// <summary>Starts the server's own executable and stands in front of it: its output, its signals, its exit code.</summary>
static class TelemetryServeCommand
{
    public static Command Build(Host host)
    {
        var words = new Argument<string[]>("OPTION") { Description = "Passed on to the server as they are; muster telemetry serve -- --help shows them.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("serve", "Starts muster-server, which is MUSTER_SERVER, or stands beside muster, or was built in this repository.") { words };
        command.SetAction((parsed, cancel) => Run(host, parsed.GetValue(words) ?? [], cancel));
        return command;
    }

    /// <summary>Options of the server are none of ours: they are words, as if <c>--</c> stood before them.</summary>
    public static string[] Passing(string[] words) => words is ["telemetry", "serve", not ("--help" or "-h" or "-?" or "--"), ..] ? [.. words[..2], "--", .. words[2..]] : words;

    static async Task<int> Run(Host host, string[] words, CancellationToken cancel)
    {
        var program = ServerProgram.Find(host.Variable("MUSTER_SERVER"), AppContext.BaseDirectory, Path.GetDirectoryName(Environment.ProcessPath)) ??
            throw Refusal.Usage($"muster-server is not there: it does not stand beside {Environment.ProcessPath}", "put it there (`dotnet run build.cs -- pack` makes both), build src/Muster.Server, or give its path in MUSTER_SERVER");
        host.Data.Flush();
        Process? server = null;
        // Before the server begins: a signal that came between would end this and leave the server alone.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            if (Volatile.Read(ref server) is { } running) ServerProgram.Send(running, ServerProgram.Hangup);
        });
        using var process = Begin(host, program, words);
        Volatile.Write(ref server, process);
        // Whether it was an interrupt or a wish to end, the server is asked to end; it says by its exit code how that went.
        await using var stop = cancel.Register(() => ServerProgram.Send(process, ServerProgram.Terminate));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    static Process Begin(Host host, string program, string[] words)
    {
        try { return Process.Start(new ProcessStartInfo(program, ["telemetry", .. words]) { WorkingDirectory = host.Folder, UseShellExecute = false })!; }
        catch (Win32Exception absent) { throw Refusal.Usage($"{program} cannot be started: {absent.Message}", "give a program that can be run in MUSTER_SERVER"); }
    }
}
