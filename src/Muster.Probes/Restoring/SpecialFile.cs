using System.Runtime.InteropServices;

namespace Muster.Probes;

/// <summary>What is no file and has a name like one. To open it would wait for somebody who writes into a pipe, or read a device without end.</summary>
static unsafe partial class SpecialFile
{
    const int Here = -100, NotFollowed = 0x100, OfType = 1, Size = 256, Mode = 28, TypeBits = 0xf000;

    /// <summary>pipe, socket or device; null for anything else, and where it cannot be told.</summary>
    public static string? Kind(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var buffer = stackalloc byte[Size];
        try { if (Statx(Here, path, NotFollowed, OfType, buffer) != 0) return null; }
        catch (EntryPointNotFoundException) { return null; } // A libc from before 2018.
        return (*(ushort*)(buffer + Mode) & TypeBits) switch { 0x1000 => "pipe", 0xc000 => "socket", 0x2000 or 0x6000 => "device", _ => null };
    }

    // Its layout is the kernel's, and the same on every machine: statx(2).
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* into);
}
