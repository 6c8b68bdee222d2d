using System.Globalization;

namespace Muster.Cli;

/// <summary>A file that one process at a time holds; the operating system lets it go with the process. The file beside it tells who.</summary>
sealed class HeldFile : IDisposable
{
    readonly FileStream _held;

    HeldFile(FileStream held) => _held = held;

    /// <summary>Null when another holds it.</summary>
    public static HeldFile? Take(string path)
    {
        const int wouldBlock = 11, wouldBlockOnMac = 35, sharingViolation = unchecked((int)0x80070020);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream held;
        try { held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
        catch (IOException busy) when (busy.HResult is wouldBlock or wouldBlockOnMac or sharingViolation) { return null; }

        try { File.WriteAllText(Beside(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"); }
        catch
        {
            held.Dispose();
            throw;
        }

        return new(held);
    }

    public static string Holder(string path)
    {
        try { return "process " + File.ReadAllText(Beside(path)).Trim(); }
        catch (IOException) { return "its process id is not known"; } // it is just being written
    }

    static string Beside(string path) => path + ".pid";

    public void Dispose() => _held.Dispose();
}
