using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Telemetry.Store.Disk;

/// <summary>The file system of the machine. What the base library tells as a wrong argument or a missing right is a failure of the disk here.</summary>
sealed partial class DiskFiles : IFiles
{
    const int Interrupted = 4;

    public void MakeFolder(string folder) => Told(() => Directory.CreateDirectory(folder));

    public IReadOnlyList<string> List(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))] : [];

    public bool Exists(string path) => File.Exists(path);

    public IWritableFile Create(string path) => Told(() => new Writable(File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)));

    public IWritableFile Continue(string path) => Told(() => new Writable(File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)));

    public IReadableFile Open(string path) => Told(() => new Readable(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)));

    public void Rename(string from, string to) => Told(() =>
    {
        File.Move(from, to, overwrite: true);
        return 0;
    });

    public void Delete(string path) => Told(() =>
    {
        File.Delete(path);
        return 0;
    });

    public void Link(string from, string to)
    {
        if (!OperatingSystem.IsWindows() && HardLink(from, to) == 0) return;
        Told(() =>
        {
            File.Copy(from, to, overwrite: false);
            return 0;
        });
        using var copy = File.OpenHandle(to, FileMode.Open, FileAccess.ReadWrite);
        Flush(copy);
    }

    /// <summary>The base library cannot open a folder. Where there is no libc of this shape (Windows) a rename is journalled with the file.</summary>
    public void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = OpenFolder(folder, 0);
        if (handle < 0) throw new IOException($"cannot open the folder {folder} (errno {Marshal.GetLastPInvokeError()})");
        try
        {
            if (Fsync(handle) != 0) throw new IOException($"cannot sync the folder {folder} (errno {Marshal.GetLastPInvokeError()})");
        }
        finally { _ = Close(handle); }
    }

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    public IDisposable Lock(string path) => Told(() => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));

    /// <summary>
    /// Where it can be asked for directly: the base library takes "the file system is read-only" for success, and that is what a file system says which has
    /// stopped after a failure of its disk.
    /// </summary>
    static void Flush(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }

        while (FsyncFile(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw new IOException($"a file cannot be synced (errno {error})");
        }
    }

    static T Told<T>(Func<T> work)
    {
        try { return work(); }
        catch (UnauthorizedAccessException bad) { throw new IOException(bad.Message, bad); }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncFile(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);

    sealed class Writable(SafeFileHandle handle) : IWritableFile
    {
        public long Length { get; private set; } = RandomAccess.GetLength(handle);

        public void Write(ReadOnlySpan<byte> bytes)
        {
            try { RandomAccess.Write(handle, bytes, Length); }
            catch (ArgumentOutOfRangeException bad)
            {
                // So the base library tells of a file that may not grow any more.
                throw new IOException(bad.Message, bad);
            }

            Length += bytes.Length;
        }

        public void Cut(long length)
        {
            RandomAccess.SetLength(handle, length);
            Length = length;
        }

        public void Sync() => Flush(handle);

        public void Dispose() => handle.Dispose();
    }

    sealed class Readable(SafeFileHandle handle) : IReadableFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public void Read(long at, Span<byte> into)
        {
            while (!into.IsEmpty)
            {
                var read = RandomAccess.Read(handle, into, at);
                if (read == 0) throw new EndOfStreamException("the file ends early");
                into = into[read..];
                at += read;
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
