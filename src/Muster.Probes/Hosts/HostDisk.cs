using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The file system behind a path.</summary>
static partial class HostDisk
{
    const ulong ReadOnlyFlag = 1; // ST_RDONLY of statvfs(3)
    const int Written = 64 * 1024;

    public static Value.Fields Look(string path, string name)
    {
        if (!Path.Exists(path)) throw new Unseen(Blind.Unreadable, $"{name} is not there");
        if (!Environment.Is64BitProcess) throw new Unseen(Blind.NotCapable, "the space of a file system is read by 64-bit processes only");
        if (StatVfs(path, out var stat) != 0) throw new Unseen(Blind.Unreadable, $"{name}: the file system says nothing of itself: {Marshal.GetLastPInvokeErrorMessage()}");
        if (stat.Blocks == 0) throw new Unseen(Blind.Unreadable, $"{name} lies on a file system without blocks to count");
        var seen = Value.Of(("free", (double)stat.Available * stat.FragmentSize), ("free_ratio", Math.Round((double)stat.Available / stat.Blocks, 4)), ("read_only", (stat.Flags & ReadOnlyFlag) != 0));
        if (stat.Inodes > 0) seen = seen.With("inodes_free_ratio", Math.Round((double)stat.InodesAvailable / stat.Inodes, 4));
        return seen.With("file_system", new DriveInfo(path).DriveFormat);
    }

    /// <summary>Writes, flushes to the device, reads back, deletes. The file has a name of its own and nothing else is touched.</summary>
    public static async Task<Value.Fields> Write(string folder, string name, ProbeContext context, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) throw Given.Wrong("write", $"needs a folder, and {name} is none");
        var path = Path.Combine(folder, $".muster-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        var bytes = RandomNumberGenerator.GetBytes(Written);
        var began = context.Clock.GetTimestamp();
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
            await file.WriteAsync(bytes, cancel);
            await Task.Run(() => file.Flush(flushToDisk: true), cancel); // fsync has no form that waits without a thread.
            var took = context.Clock.GetElapsedTime(began);
            file.Position = 0;
            var back = new byte[Written];
            await file.ReadExactlyAsync(back, cancel);
            return Value.Of(("written", back.AsSpan().SequenceEqual(bytes)), ("write_time", HttpProbe.Seconds(took)));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException) { return Value.Of(("written", false)); } // Full, read-only, or not ours: whatever it is, no write goes there.
    }

    /// <summary>struct statvfs as 64-bit Linux lays it out (bits/statvfs.h of glibc, and musl's).</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Stat
    {
        public ulong BlockSize, FragmentSize, Blocks, Free, Available, Inodes, InodesFree, InodesAvailable, Id, Flags, LongestName;
        public ulong Spare1, Spare2, Spare3;
    }

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatVfs(string path, out Stat stat);
}
