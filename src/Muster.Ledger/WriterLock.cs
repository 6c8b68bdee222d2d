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
            try
            {
                var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                File.WriteAllText(Path.Combine(folder, "writer"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
                problem = null;
                return new(held);
            }
            catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
            {
                if (left > TimeSpan.Zero)
                {
                    Thread.Sleep(Pause);
                    continue;
                }

                problem = new(LedgerFault.Busy, "ledger/lock", $"Another process is writing this ledger: {Holder(folder)}.", "Wait until it is done, or stop it; then try again.");
                return null;
            }
        }
    }

    static string Holder(string folder)
    {
        try { return "process " + File.ReadAllText(Path.Combine(folder, "writer")).Trim(); }
        catch (IOException) { return "its process id is not known"; } // it is just being written; the refusal stands without it
    }

    public void Dispose() => held.Dispose();
}
