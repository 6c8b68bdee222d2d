using System.Diagnostics;
using System.Text.Json;

namespace Muster.DataPlane;

/// <summary>What the executable says of every control, asked as a user would ask.</summary>
sealed record Board(string Verdict, IReadOnlyDictionary<string, (string State, string Because)> Controls)
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    public IEnumerable<string> NotMet => Controls.Where(control => control.Value.State != "Met").Select(control => control.Key);

    /// <summary>Everything is looked at anew.</summary>
    /// <exception cref="InvalidOperationException">No verdict came; the executable's words are in the message.</exception>
    public static async Task<Board> Look(string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "muster.dll"), "check", "--again", "--allow-commands", "--jobs", "24", "--format", "json"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var muster = Process.Start(start)!;
        muster.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        var (data, talk) = (muster.StandardOutput.ReadToEndAsync(limit.Token), muster.StandardError.ReadToEndAsync(limit.Token));
        try { await muster.WaitForExitAsync(limit.Token); }
        catch (OperationCanceledException)
        {
            muster.Kill(entireProcessTree: true);
            throw;
        }

        if (muster.ExitCode is not (0 or 1 or 2)) throw new InvalidOperationException($"muster check came to {muster.ExitCode}: {await talk}{await data}");
        using var json = JsonDocument.Parse(await data);
        return new(json.RootElement.GetProperty("verdict").GetString()!, json.RootElement.GetProperty("controls").EnumerateArray()
            .ToDictionary(control => control.GetProperty("id").GetString()!, control => (control.GetProperty("state").GetString()!, control.GetProperty("because").GetString()!), StringComparer.Ordinal));
    }
}
