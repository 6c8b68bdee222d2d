using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Units of systemd, as <c>systemctl show</c> tells them: names and values for programs, in no language.</summary>
static class ServiceUnits
{
    const int MostUnits = 50, MostSaid = 256 * 1024;
    const string Properties = "Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts,Restart,MainPID,User,ActiveEnterTimestampMonotonic";

    public static async Task<ImmutableArray<Value.Fields>> Look(ImmutableArray<string> names, string manager, CancellationToken cancel)
    {
        if (names.Length > MostUnits) throw Given.Wrong("units", $"names more than {MostUnits}");
        foreach (var name in names)
            if (name.StartsWith('-') || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '@' or ':' or '\\')) throw Given.Wrong("units", $"has a name that no unit has: {name}");
        var units = ImmutableArray.CreateBuilder<Value.Fields>();
        foreach (var name in names) units.Add(await One(name, Read(await Says(manager, name, cancel)), cancel));
        return units.DrainToImmutable();
    }

    /// <summary>Lines of name=value; the first of a name counts.</summary>
    public static Dictionary<string, string> Read(string text)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
            if (line.IndexOf('=', StringComparison.Ordinal) is var at and > 0) said.TryAdd(line[..at], line[(at + 1)..].TrimEnd('\r'));
        return said;
    }

    static async Task<Value.Fields> One(string name, Dictionary<string, string> said, CancellationToken cancel)
    {
        if (said.GetValueOrDefault("ActiveState") is not { Length: > 0 } state) throw new Unseen(Blind.Unreadable, $"systemctl says nothing of {name}");
        if (said.GetValueOrDefault("LoadState") == "not-found") return Value.Of(("name", name), ("running", false), ("state", "not-found"));
        var active = state == "active";
        var seen = Value.Of(("name", name), ("running", active), ("state", state), ("detail", said.GetValueOrDefault("SubState") ?? ""), ("enabled", said.GetValueOrDefault("UnitFileState") is "enabled" or "alias"),
            ("restart_policy", said.GetValueOrDefault("Restart") ?? ""), ("user", said.GetValueOrDefault("User") ?? ""));
        if (long.TryParse(said.GetValueOrDefault("NRestarts"), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts)) seen = seen.With("restarts", restarts);
        if (active && long.TryParse(said.GetValueOrDefault("ActiveEnterTimestampMonotonic"), NumberStyles.None, CultureInfo.InvariantCulture, out var since))
            seen = seen.With("up_for", Math.Max(0, Math.Round(Environment.TickCount64 / 1e3 - since / 1e6, 3))); // Both count CLOCK_MONOTONIC.
        return int.TryParse(said.GetValueOrDefault("MainPID"), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process > 0 ? new(seen.Concat(await Program(process, cancel))) : seen;
    }

    /// <summary>The bytes that run, which need not be those that lie under the name now.</summary>
    static async Task<Value.Fields> Program(int process, CancellationToken cancel)
    {
        var link = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/exe");
        try
        {
            var seen = Value.Of(("program", File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName ?? ""));
            await using var file = new FileStream(link, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024, useAsync: true);
            return seen.With("sha256", "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return Value.Fields.Empty; } // It ended meanwhile, or is another user's.
    }

    static async Task<string> Says(string manager, string unit, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("systemctl", [$"--{manager}", "show", "--no-pager", $"--property={Properties}", "--", unit])
        {
            UseShellExecute = false, CreateNoWindow = true, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C";
        Process process;
        try { process = Process.Start(start)!; }
        catch (Win32Exception absent) { throw new Unseen(Blind.NotCapable, $"systemctl could not be started, and units are read through it: {absent.Message}", absent); }
        using (process)
        {
            try
            {
                process.StandardInput.Close();
                var complaints = Beginning(process.StandardError, 2000, cancel);
                var said = await Beginning(process.StandardOutput, MostSaid, cancel);
                await process.WaitForExitAsync(cancel);
                return process.ExitCode == 0 ? said : throw new Unseen(Blind.Unreachable, $"the service manager does not answer: {Bounded.Start((await complaints).Trim(), 300)}");
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>All of it is read, so that nobody is held up, and only the beginning kept.</summary>
    static async Task<string> Beginning(StreamReader from, int most, CancellationToken cancel)
    {
        var (kept, buffer) = (new StringBuilder(), new char[8192]);
        for (int got; (got = await from.ReadAsync(buffer, cancel)) > 0;)
            if (kept.Length < most) kept.Append(buffer, 0, Math.Min(got, most - kept.Length));
        return kept.ToString();
    }
}
