using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

static class CommandProbe
{
    const int MostOutput = 1024 * 1024;
    const int MostArguments = 256;
    static readonly string[] PassedOn = ["PATH", "HOME", "LANG", "TMPDIR", "SystemRoot"];

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        if (!context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        var given = new Given(question);
        var began = context.Clock.GetTimestamp();
        var leftovers = new Leftovers();
        var ended = false;
        using var process = Start(given, context.Folder, leftovers.Mark);
        try
        {
            var input = Feed(process, given.Text("input"), cancel);
            // One stream that is too large ends the other's waiting too.
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var outputs = await Task.WhenAll(Drain(process.StandardOutput.BaseStream, "its output", enough), Drain(process.StandardError.BaseStream, "its complaints", enough));
            await input;
            await process.WaitForExitAsync(cancel);
            ended = true;
            return Shown(process.ExitCode, outputs[0], outputs[1], given.Text("read"), context.Clock.GetElapsedTime(began));
        }
        finally
        {
            // Also after a deadline: nothing that was started here outlives the look.
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            if (!ended) leftovers.End();
        }
    }

    static Process Start(Given given, string folder, string mark)
    {
        var arguments = given["command"] is not null ? given.Texts("command") : given.Texts("target");
        if (arguments.Length is 0 or > MostArguments || arguments[0].Length == 0) throw Given.Wrong("target", "is no list of a program and its arguments");
        var program = arguments[0].Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(Path.Combine(folder, arguments[0])) : arguments[0];
        var start = new ProcessStartInfo(program, arguments.Skip(1))
        {
            WorkingDirectory = Path.GetFullPath(folder), UseShellExecute = false, CreateNoWindow = true,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Clear(start);
        foreach (var (name, value) in given.Pairs("environment")) start.Environment[name] = value;
        start.Environment[Leftovers.Variable] = mark;
        try { return Process.Start(start) ?? throw new Unseen(Blind.NotCapable, $"{arguments[0]} could not be started"); }
        catch (Win32Exception absent) { throw new Unseen(Blind.NotCapable, $"{arguments[0]} could not be started: {absent.Message}", absent); }
    }

    /// <summary>A program of the user's gets few of our variables, since others may be secrets.</summary>
    internal static void Clear(ProcessStartInfo start)
    {
        var kept = PassedOn.Select(name => (name, Environment.GetEnvironmentVariable(name))).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in kept) if (value is not null) start.Environment[name] = value;
    }

    static async Task Feed(Process process, string? text, CancellationToken cancel)
    {
        try
        {
            if (text is not null) await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
            process.StandardInput.Close();
        }
        catch (IOException) { return; } // It ended without reading; that is its business.
    }

    static async Task<byte[]> Drain(Stream from, string what, CancellationTokenSource enough)
    {
        using var held = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int got; (got = await from.ReadAsync(buffer, enough.Token)) > 0;)
        {
            if (held.Length + got > MostOutput)
            {
                await enough.CancelAsync();
                throw new Unseen(Blind.TooLarge, $"{what} is larger than {MostOutput} bytes");
            }

            held.Write(buffer, 0, got);
        }

        return held.ToArray();
    }

    static Sight Shown(int exitCode, byte[] stdout, byte[] stderr, string? read, TimeSpan duration)
    {
        var seen = Value.Of(("exit_code", exitCode), ("duration", HttpProbe.Seconds(duration)));
        if (HttpProbe.Text(stdout) is { } printed) seen = seen.With("stdout", printed);
        if (HttpProbe.Text(stderr) is { } complained) seen = seen.With("stderr", complained);
        if (Json(stdout) is { } json)
        {
            seen = seen.With("json", json);
            if (read is not null) seen = seen.With("value", JsonPointer.Find(json, read));
        }

        return new() { Observation = seen, Population = 1 };
    }

    static Value? Json(byte[] stdout)
    {
        try { return Value.Parse(stdout); }
        catch (Exception other) when (other is JsonException or InvalidOperationException) { return null; } // Not JSON: then none was seen.
    }
}
