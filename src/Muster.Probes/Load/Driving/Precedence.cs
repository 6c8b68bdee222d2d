using System.Runtime.InteropServices;

namespace Muster.Probes.Load;

/// <summary>Lets the calling thread go before others of this machine where the user may ask for that (root, or CAP_SYS_NICE): a generator that waits for its turn is late.</summary>
static partial class Precedence
{
    const int OfThisThread = 0; // PRIO_PROCESS with id 0; on Linux a thread has a nice value of its own (setpriority(2), NOTES).
    const int Nice = -10;

    public static void Take()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(OfThisThread, 0, Nice); // Refused, it runs as everything else does, and its lateness says how well.
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int nice);
}
