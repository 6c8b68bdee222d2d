using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Muster.Servers;

/// <summary>One process of a real server: started, awaited, stopped by its own id, and its words kept for whoever asks why it did not start.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    const int MostWords = 64 * 1024;
    static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(15);
    readonly Process _process;
    readonly StringBuilder _words = new();

    ServerProcess(Process process)
    {
        _process = process;
        DataReceivedEventHandler hear = (_, line) =>
        {
            lock (_words)
                if (line.Data is { } said && _words.Length < MostWords) _words.AppendLine(said);
        };
        process.OutputDataReceived += hear;
        process.ErrorDataReceived += hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>What it printed so far, up to a bound.</summary>
    public string Words { get { lock (_words) return _words.ToString(); } }

    /// <summary>Starts a program as the folder's user, in the folder, and waits until it is ready.</summary>
    /// <param name="ready">Asked every few milliseconds; null when there is nothing to wait for.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; its words are in the message.</exception>
    public static async Task<ServerProcess> Start(ServerFolder folder, string program, string[] arguments, Func<bool>? ready, CancellationToken cancel, params (string Name, string Text)[] variables)
    {
        string[] all = folder.User is { } user ? ["--reuid=" + user, "--regid=" + user, "--clear-groups", program, .. arguments] : arguments;
        var start = new ProcessStartInfo(folder.User is null ? program : "setpriv", all)
        {
            WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["HOME"] = folder.Path;
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, text) in variables) start.Environment[name] = text;
        Process process;
        try { process = Process.Start(start)!; }
        catch (Win32Exception missing) { throw new InvalidOperationException($"{program} cannot be started: {missing.Message}. dotnet run build.cs -- test installs what is missing.", missing); }
        process.StandardInput.Close();
        var server = new ServerProcess(process);
        try
        {
            if (ready is not null) await Until(() => !server.IsRunning || ready(), $"{program} was not ready", LongestStart, cancel);
            if (ready is not null && !server.IsRunning) throw new InvalidOperationException($"{program} ended at once");
            return server;
        }
        catch (Exception failed) when (failed is InvalidOperationException or TimeoutException)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"{failed.Message}: {server.Words}", failed);
        }
    }

    /// <summary>A command of a server's own tools, awaited: what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; its words are in the message.</exception>
    public static async Task<string> Run(ServerFolder folder, string program, string[] arguments, CancellationToken cancel, params (string Name, string Text)[] variables)
    {
        await using var ran = await Start(folder, program, arguments, null, cancel, variables);
        await ran._process.WaitForExitAsync(cancel);
        return ran._process.ExitCode == 0 ? ran.Words : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} came to {ran._process.ExitCode}: {ran.Words}");
    }

    /// <summary>Waits until it is so, asking every few milliseconds.</summary>
    /// <exception cref="TimeoutException">It was not so in time.</exception>
    public static async Task Until(Func<bool> so, string otherwise, TimeSpan longest, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!so())
        {
            if (TimeProvider.System.GetElapsedTime(began) > longest) throw new TimeoutException($"{otherwise} within {longest.TotalSeconds} s");
            await pace.WaitForNextTickAsync(cancel);
        }
    }

    /// <summary>Sends a signal by its name: TERM, KILL, STOP, CONT, HUP.</summary>
    public void Signal(string name)
    {
        if (!IsRunning) return;
        using var kill = Process.Start("kill", ["-" + name, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Asks it to end, and makes it end when it does not.</summary>
    public async Task Stop()
    {
        if (!IsRunning) return;
        Signal("TERM");
        Signal("CONT");
        using var limit = new CancellationTokenSource(LongestStop);
        try { await _process.WaitForExitAsync(limit.Token); }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _process.Dispose();
    }
}
