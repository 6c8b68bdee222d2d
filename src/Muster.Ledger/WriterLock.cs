using System.Globalization;

namespace Muster.Ledger;

/// <summary>One writer at a time: an operating-system lock on <c>ledger/lock</c>, which dies with its process. <c>ledger/writer</c> tells who holds it.</summary>
sealed class WriterLock(FileStream held) : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Null with a problem when another holds it for longer than the wait.</summary>
    public static WriterLock? Take(string folder, TimeSpan wait, out LedgerProblem? problem)
    {
        var path = Path.Combine(folder, "lock");
        for (var left = wait; ; left -= Pause)
        {
            if (TryHold(path) is { } held)
            {
                try { File.WriteAllText(Path.Combine(folder, "writer"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"); }
                catch { held.Dispose(); throw; }

                problem = null;
                return new(held);
            }

            if (left <= TimeSpan.Zero)
            {
                problem = new(LedgerFault.Busy, "ledger/lock", $"Another process is writing this ledger: {Holder(folder)}.", "Wait until it is done, or stop it; then try again.");
                return null;
            }

            Thread.Sleep(Pause);
        }
    }

    /// <summary>Null when another holds it; any other fault of the disk is thrown as it is.</summary>
    static FileStream? TryHold(string path)
    {
        const int wouldBlock = 11, wouldBlockOnMac = 35, sharingViolation = unchecked((int)0x80070020);
        try { return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
        catch (IOException error) when (error.HResult is wouldBlock or wouldBlockOnMac or sharingViolation) { return null; }
    }

    static string Holder(string folder)
    {
        try { return "process " + File.ReadAllText(Path.Combine(folder, "writer")).Trim(); }
        catch (IOException) { return "its process id is not known"; } // it is just being written; the refusal stands without it
    }

    public void Dispose() => held.Dispose();
}
