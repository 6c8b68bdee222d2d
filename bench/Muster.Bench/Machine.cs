using System.Globalization;
using System.Runtime.InteropServices;

namespace Muster.Bench;

/// <summary>What a reader must know of the machine to compare. Figures of two machines are never put side by side.</summary>
static class Machine
{
    public static string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:F0} GB, {RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}, kernel {Environment.OSVersion.Version}, {RuntimeInformation.FrameworkDescription}, {OpenSsl()}");

    /// <summary>How much else wanted to run: above a fraction of the cores, the figures are not to be quoted.</summary>
    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    static string OpenSsl() => Child.Has("openssl") ? string.Join(' ', Child.Run(["openssl", "version"]).Split(' ')[..2]) : "no openssl";

    static string Processor()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? "unnamed processor";
    }
}
