using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>Files that are there whole or not at all: written beside, flushed, renamed into place.</summary>
static class WholeFile
{
    /// <summary>Survives a power cut once this returns.</summary>
    public static void WriteDurably(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode = null)
    {
        Write(path, bytes, flush: true, mode);
        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>For what can be made again from the log: whole, but not waited for.</summary>
    public static void WriteDerived(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, flush: false, mode: null);

    static void Write(string path, ReadOnlySpan<byte> bytes, bool flush, UnixFileMode? mode)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var beside = Path.Combine(folder, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (mode is { } wanted && !OperatingSystem.IsWindows()) options.UnixCreateMode = wanted;
        try
        {
            using (var file = new FileStream(beside, options))
            {
                file.Write(bytes);
                if (flush) file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
