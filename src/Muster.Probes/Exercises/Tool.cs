using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// A program of an exercise: another tool that does its work (a restore), or a server that it starts for itself. Its words are kept up to a bound, the last ones, since what went wrong stands at the end.
/// It gets few variables of our environment, and none that carries a secret of ours.
/// </summary>
sealed class Tool : IDisposable
{
    const int MostWords = 16 * 1024;
    static readonly string[] PassedOn = ["PATH", "LANG", "TMPDIR"];
    readonly Process _process;
    readonly StringBuilder _words = new();
    readonly Task _said;

    Tool(Process process, string name, bool reads)
    {
        (_process, Name, Self) = (process, name, LiveProcess.Of(process.Id));
        _said = reads ? Hear(process.StandardError) : Task.WhenAll(Hear(process.StandardOutput), Hear(process.StandardError));
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>Null where it ended at once.</summary>
    public LiveProcess? Self { get; }

    public bool Runs => !_process.HasExited;

    /// <summary>Its standard input, where it was started to be fed.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output, where it was started to be read.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The last of what it said, on both streams.</summary>
    public string Words { get { lock (_words) return _words.ToString().Trim(); } }

    internal static Tool Start(Scratch scratch, string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Text)> environment, bool feeds, bool reads)
    {
        // setpriv (util-linux) gives up root for good before the program begins.
        string[] all = scratch.User is { } user ? ["--reuid=" + user, "--regid=" + user, "--clear-groups", program, .. arguments] : [.. arguments];
        var start = new ProcessStartInfo(scratch.User is null ? program : "setpriv", all)
        {
            WorkingDirectory = scratch.Folder, UseShellExecute = false, CreateNoWindow = true, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var kept = PassedOn.Select(name => (name, Environment.GetEnvironmentVariable(name))).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in kept) if (value is not null) start.Environment[name] = value;
        start.Environment["HOME"] = scratch.Folder;
        start.Environment["LC_ALL"] = "C.UTF-8"; // Tools' words are read.
        foreach (var (name, text) in environment) start.Environment[name] = text;
        start.Environment[Leftovers.Variable] = scratch.Mark;
        try
        {
            var process = Process.Start(start) ?? throw new Unseen(Blind.NotCapable, $"{program} could not be started");
            if (!feeds) process.StandardInput.Close();
            return new(process, Path.GetFileName(program), reads);
        }
        catch (Win32Exception absent) { throw new Unseen(Blind.NotCapable, $"{program} could not be started: {absent.Message}", absent); }
    }

    /// <summary>Waits for its end; a cancel ends it.</summary>
    public async Task<int> Exit(CancellationToken cancel)
    {
        try { await _process.WaitForExitAsync(cancel); }
        catch (OperationCanceledException)
        {
            End();
            throw;
        }

        // What it started may hold the streams open for ever, and that is no reason to wait.
        await Task.WhenAny(_said, Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, CancellationToken.None));
        return _process.ExitCode;
    }

    public bool Send(Signal signal) => Self?.Send(signal) == true;

    /// <summary>Asks it to end, and makes it end when it does not in that time.</summary>
    public async Task Stop(Signal signal, TimeSpan within)
    {
        if (!Runs) return;
        Send(signal);
        Send(Signal.Continue); // One that was paused would not hear of it.
        using var limit = new CancellationTokenSource(within);
        try { await _process.WaitForExitAsync(limit.Token); }
        catch (OperationCanceledException) { End(); }
    }

    public void End()
    {
        try { _process.Kill(entireProcessTree: true); }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException) { return; } // Ended by itself.
    }

    async Task Hear(StreamReader from)
    {
        var buffer = new char[4096];
        try
        {
            for (int got; (got = await from.ReadAsync(buffer)) > 0;)
                lock (_words)
                {
                    _words.Append(buffer, 0, got);
                    if (_words.Length > MostWords) _words.Remove(0, _words.Length - MostWords);
                }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or InvalidOperationException) { return; } // The exercise is over.
    }

    public void Dispose() => _process.Dispose();
}
