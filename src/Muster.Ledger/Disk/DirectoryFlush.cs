using System.Runtime.InteropServices;

namespace Muster.Ledger;

/// <summary>
/// fsync(2) on a directory, so that a rename survives a power cut. The base library cannot open a directory, hence the only native import of this room.
/// Where there is no libc of this shape (Windows), a rename is journalled with the file and nothing is done.
/// </summary>
static partial class DirectoryFlush
{
    const int ReadOnly = 0;

    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(directory, ReadOnly);
        if (handle < 0) throw new IOException($"cannot open the directory {directory} (errno {Marshal.GetLastPInvokeError()})");
        try
        {
            if (Fsync(handle) != 0) throw new IOException($"cannot flush the directory {directory} (errno {Marshal.GetLastPInvokeError()})");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
