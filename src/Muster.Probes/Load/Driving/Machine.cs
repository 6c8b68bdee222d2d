using System.Runtime.InteropServices;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The generator's machine, as far as figures depend on it.</summary>
static class Machine
{
    public static Value.Fields Fingerprint() => Value.Of(
        ("os", RuntimeInformation.OSDescription), ("architecture", RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()), ("cores", Environment.ProcessorCount),
        ("memory", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes), ("runtime", RuntimeInformation.FrameworkDescription)).With("cpu", Cpu());

    static Value? Cpu()
    {
        const string File = "/proc/cpuinfo";
        try
        {
            return OperatingSystem.IsLinux() && System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line && line.Split(':', 2) is [_, var name] ? name.Trim() : (Value?)null;
        }
        catch (IOException) { return null; } // A fingerprint without it.
    }
}
