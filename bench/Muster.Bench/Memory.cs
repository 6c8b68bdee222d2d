using System.Diagnostics;

namespace Muster.Bench;

static class Memory
{
    /// <summary>The peak of this process's resident bytes.</summary>
    public static long? Own()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
