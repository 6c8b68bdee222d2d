using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What the kernel says of its clock: adjtimex(2), which changes nothing with modes = 0.</summary>
static partial class KernelClock
{
    // struct timex of 64-bit Linux: modes at 0, maxerror (microseconds) at 24, status at 40; 208 bytes in all, of which the kernel writes every one.
    const int Size = 208, MaxError = 24, Status = 40;
    const int Unsynchronised = 0x40; // STA_UNSYNC

    public static Value.Fields Look()
    {
        if (!Environment.Is64BitProcess) return Value.Fields.Empty; // The layout is another one there.
        var timex = new byte[Size + 48];
        if (AdjTimeX(timex) < 0) return Value.Fields.Empty; // A sandbox that forbids even to ask.
        return Value.Of(
            ("synchronised", (BinaryPrimitives.ReadInt32LittleEndian(timex.AsSpan(Status)) & Unsynchronised) == 0),
            ("error_bound", BinaryPrimitives.ReadInt64LittleEndian(timex.AsSpan(MaxError)) / 1_000_000.0));
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjTimeX(byte[] timex);
}
