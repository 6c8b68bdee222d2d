using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class HostStateProbe
{
    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux()) throw new Unseen(Blind.NotCapable, "host.state reads a machine that runs Linux, and this one does not");
        var given = new Given(question);
        var path = Path.GetFullPath(Path.Combine(context.Folder, given.Target));
        var (names, listeners) = (given.Texts("units"), given.Texts("listeners"));
        var seen = await Task.Run(() => HostDisk.Look(path, given.Target), cancel).WaitAsync(cancel); // A file system whose server is gone answers nobody, and holds whoever asks.
        if (given.Truth("write", false)) seen = new(seen.Concat(await HostDisk.Write(FolderWall.Within(context.Folder, given.Target, context.MayLeaveFolder, itself: true), given.Target, context, cancel)));
        seen = new Value.Fields(seen.Concat(await Kernel(cancel))).With("clock", KernelClock.Look());
        var units = names.IsEmpty ? [] : await ServiceUnits.Look(names, given.Text("manager") ?? "system", cancel);
        if (!File.Exists("/proc/net/tcp")) throw new Unseen(Blind.NotCapable, "/proc/net/tcp is not there, so that nobody knows who listens");
        var listening = Listeners.Parse(await Read("/proc/net/tcp", cancel), await Read("/proc/net/tcp6", cancel));
        var (missing, unexpected) = Listeners.Beside(listening, listeners);
        seen = seen.With("listening", Value.Texts(listening));
        if (!names.IsEmpty) seen = seen.With("units", new Value.Items([.. units])).With("not_running", Value.Texts(units.Where(unit => unit["running"] is not Value.Truth { Is: true }).Select(unit => unit.Text("name")!)));
        if (!listeners.IsEmpty) seen = seen.With("missing_listeners", Value.Texts(missing)).With("unexpected", Value.Texts(unexpected));
        var identity = Value.Of(("machine", Environment.MachineName), ("boot", (await Read("/proc/sys/kernel/random/boot_id", cancel)).Trim()));
        return new() { Observation = seen, Population = 1 + names.Length, Before = identity, After = identity };
    }

    /// <summary>Of proc(5): meminfo, loadavg, uptime. What is not there is not observed.</summary>
    static async Task<Value.Fields> Kernel(CancellationToken cancel)
    {
        var seen = Value.Fields.Empty;
        var memory = (await Read("/proc/meminfo", cancel)).Split('\n').Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length >= 2).ToDictionary(words => words[0], words => words[1], StringComparer.Ordinal);
        if (Number(memory.GetValueOrDefault("MemAvailable")) is { } available && Number(memory.GetValueOrDefault("MemTotal")) is > 0 and { } total) seen = seen.With("memory_available_ratio", Math.Round(available / total, 4));
        if (Number((await Read("/proc/loadavg", cancel)).Split(' ')[0]) is { } load) seen = seen.With("load", Math.Round(load / Environment.ProcessorCount, 3));
        return Number((await Read("/proc/uptime", cancel)).Split(' ')[0]) is { } up ? seen.With("up_for", up) : seen;
    }

    static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    static async Task<string> Read(string path, CancellationToken cancel)
    {
        try { return await File.ReadAllTextAsync(path, cancel); }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException) { return ""; } // A kernel without IPv6, a container without the file.
    }
}
