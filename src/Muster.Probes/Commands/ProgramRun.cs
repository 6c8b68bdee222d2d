using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A program of the user's that moves something: it is waited for, what it starts may stay, and its last words are kept for whoever asks why it failed.</summary>
static class ProgramRun
{
    const int MostWords = 2000;

    /// <exception cref="Unseen">Commands are not allowed, or there is no such program.</exception>
    public static async Task<(int ExitCode, string Words)> Pull(ImmutableArray<string> arguments, ProbeContext context, CancellationToken cancel)
    {
        if (!context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        var program = arguments[0].Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(Path.Combine(context.Folder, arguments[0])) : arguments[0];
        var start = new ProcessStartInfo(program, arguments.Skip(1))
        {
            WorkingDirectory = Path.GetFullPath(context.Folder), UseShellExecute = false, CreateNoWindow = true, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        CommandProbe.Clear(start);
        Process process;
        try { process = Process.Start(start) ?? throw new Unseen(Blind.NotCapable, $"{arguments[0]} could not be started"); }
        catch (Win32Exception absent) { throw new Unseen(Blind.NotCapable, $"{arguments[0]} could not be started: {absent.Message}", absent); }
        using (process)
        {
            process.StandardInput.Close();
            var words = new StringBuilder();
            var said = Task.WhenAll(Hear(process.StandardOutput, words), Hear(process.StandardError, words));
            try { await process.WaitForExitAsync(cancel); }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            // A service that it started keeps these streams; its own words are all here by now.
            await Task.WhenAny(said, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None));
            lock (words) return (process.ExitCode, words.ToString().Trim());
        }
    }

    static async Task Hear(StreamReader from, StringBuilder words)
    {
        var buffer = new char[1024];
        try
        {
            for (int got; (got = await from.ReadAsync(buffer)) > 0;)
                lock (words) if (words.Length < MostWords) words.Append(buffer, 0, got);
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or InvalidOperationException) { return; } // It is not listened to any more.
    }
}
