using System.Diagnostics;
using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>What a run of the executable came to.</summary>
sealed record Ran(int Exit, string Data, string Talk)
{
    public Value.Fields Json => (Value.Fields)Value.Parse(Encoding.UTF8.GetBytes(Data), 256);
}

/// <summary>The real executable, in a folder of the test's own.</summary>
static class Executable
{
    public static readonly string Path = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "muster.exe" : "muster");
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static Task<Ran> Run(string folder, params string[] words) => Finish(Start(folder, words));

    public static Task<Ran> Run(string folder, Action<ProcessStartInfo> change, params string[] words) => Finish(Start(folder, change, words));

    public static Process Start(string folder, params string[] words) => Start(folder, _ => { }, words);

    static Process Start(string folder, Action<ProcessStartInfo> change, string[] words)
    {
        var start = new ProcessStartInfo(Path, words)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["MUSTER_PASSPHRASE"] = InProcess.Passphrase;
        start.Environment["DOTNET_TieredPGO"] = "0";
        change(start);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <param name="longest">How long it may take; a minute unless said.</param>
    public static async Task<Ran> Finish(Process process, TimeSpan? longest = null)
    {
        using (process)
        {
            using var limit = new CancellationTokenSource(longest ?? Longest);
            var data = process.StandardOutput.ReadToEndAsync(limit.Token);
            var talk = process.StandardError.ReadToEndAsync(limit.Token);
            try { await process.WaitForExitAsync(limit.Token); }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"muster did not end within {longest ?? Longest}");
            }

            return new(process.ExitCode, await data, await talk);
        }
    }
}
