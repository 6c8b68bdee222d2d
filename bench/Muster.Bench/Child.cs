using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench;

/// <summary>Other programs: run to their end, or kept running until they are ended. Whatever is started is ended, by its own id.</summary>
sealed class Child : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    static readonly ConcurrentDictionary<Child, bool> Running = [];
    readonly Process _process;

    Child(Process process) => _process = process;

    /// <summary>Ends what was started and not disposed.</summary>
    public static void EndAll()
    {
        foreach (var child in Running.Keys) child.Dispose();
    }

    /// <summary>Runs it to its end and gives its standard output.</summary>
    /// <param name="core">The core that it is pinned to; null is wherever this process may run.</param>
    /// <exception cref="InvalidOperationException">It ended with another exit code, or not in time.</exception>
    public static string Run(string[] command, string folder = ".", int? core = null, int exit = 0)
    {
        using var process = Begin(command, folder, core, quiet: true);
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{command[0]} was not done after {Limit.TotalSeconds} s");
        }

        return process.ExitCode == exit ? said.Result : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {complained.Result}{said.Result}");
    }

    /// <summary>Starts it; disposing ends it.</summary>
    public static Child Start(string[] command, int core, params (string Name, string Value)[] variables)
    {
        var child = new Child(Begin(command, ".", core, quiet: true, variables));
        Running[child] = true;
        child._process.ErrorDataReceived += static (_, _) => { };
        child._process.BeginErrorReadLine();
        child._process.OutputDataReceived += static (_, _) => { };
        child._process.BeginOutputReadLine();
        return child;
    }

    /// <summary>The peak of its resident bytes so far, VmHWM.</summary>
    public long? Peak() => PeakOf(_process.Id);

    /// <summary>Seconds of processor time that it has used so far, its threads together.</summary>
    public double Cpu()
    {
        _process.Refresh();
        return _process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>The peak of a program that ends by itself, from looking at it all the time while it runs; a run of its own, never a measured one.</summary>
    public static long? PeakOfRun(string[] command, string folder = ".")
    {
        using var process = Begin(command, folder, core: null, quiet: true);
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        long? peak = null;
        var watch = Stopwatch.StartNew();
        while (!process.HasExited && watch.Elapsed < Limit) peak = PeakOf(process.Id) ?? peak;
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        return peak;
    }

    static long? PeakOf(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : 1024 * long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return null; } // It ended between two looks.
    }

    static Process Begin(string[] command, string folder, int? core, bool quiet, params (string Name, string Value)[] variables)
    {
        string[] whole = core is { } pinned ? ["taskset", "-c", pinned.ToString(CultureInfo.InvariantCulture), .. command] : command;
        var start = new ProcessStartInfo(whole[0], whole[1..]) { WorkingDirectory = folder, RedirectStandardOutput = quiet, RedirectStandardError = quiet };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>True if a program of this name can be started.</summary>
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Asks it to end, and waits until it has: what it holds is written down.</summary>
    public void Stop()
    {
        Run(["kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        if (!_process.WaitForExit(Limit)) throw new InvalidOperationException($"process {_process.Id} did not end after {Limit.TotalSeconds} s");
        Dispose();
    }

    public void Dispose()
    {
        if (!Running.TryRemove(this, out _)) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
