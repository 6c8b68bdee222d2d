using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>
/// An open ledger: <c>.muster/ledger/log</c> is the truth, one append-only file; tiles, index and checkpoint beside it are derived. One writer, any number of readers,
/// safe for several threads. See docs/formats/ledger.md.
/// </summary>
public sealed partial class LedgerFolder : IDisposable
{
    const int PublishEvery = 64 * 1024;
    static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(10);

    readonly Lock _state = new();
    readonly string _folder;
    readonly TimeProvider _clock;
    readonly SafeFileHandle _log;
    readonly WriterLock? _lock;
    readonly LogWriter? _writer;
    readonly TileTree _tree;
    readonly List<long> _bundles;
    long _headOffset;
    long _published;

    LedgerFolder(string muster, TimeProvider clock, SafeFileHandle log, LedgerOpener found, WriterLock? held, Signer? runner, PublicKey runnerKey)
    {
        _folder = Path.Combine(muster, "ledger");
        (_clock, _log, _lock, Runner, RunnerKey) = (clock, log, held, runner, runnerKey);
        (_tree, _bundles, Head, _headOffset) = (found.Tree, found.Bundles, found.Head, found.HeadOffset);
        _published = found.MustPublish ? 0 : found.Published?.Size ?? 0;
        _writer = held is null ? null : new(log, found.End);
        Blobs = new(muster);
        Keys = new(muster);
    }

    public BlobFolder Blobs { get; }

    public KeyFolder Keys { get; }

    /// <summary>The runner's key; null when the ledger is open for reading.</summary>
    public Signer? Runner { get; }

    public PublicKey RunnerKey { get; }

    /// <summary>The last checkpoint in the log; null while it is empty.</summary>
    public Checkpoint? Head { get; private set; }

    /// <summary>Number of entries.</summary>
    public long Size
    {
        get { lock (_state) return _tree.Size; }
    }

    /// <summary>Opens the ledger of a .muster folder; for writing it is made if there is none. The wait is for another writer to end; 10 s when null.</summary>
    public static LedgerOpening Open(string muster, LedgerMode mode, TimeProvider clock, TimeSpan? wait = null)
    {
        WriterLock? held = null;
        SafeFileHandle? log = null;
        Signer? runner = null;
        LedgerFolder? opened = null;
        try
        {
            var folder = Path.Combine(muster, "ledger");
            var path = Path.Combine(folder, "log");
            if (mode == LedgerMode.Write)
            {
                Directory.CreateDirectory(folder);
                held = WriterLock.Take(folder, wait ?? DefaultWait, out var busy);
                if (held is null) return new LedgerOpening.Refused(busy!);
                foreach (var leftover in Directory.EnumerateFiles(folder, ".*")) File.Delete(leftover); // of a writer that was killed while it wrote a file beside
                var key = new KeyFolder(muster).OpenRunner();
                if (key is KeyOutcome.Refused refused) return new LedgerOpening.Refused(refused.Problem);
                runner = ((KeyOutcome.Ready)key).Signer;
                if (!File.Exists(path) && !File.Exists(Path.Combine(folder, "checkpoint"))) WholeFile.WriteDurably(path, NewLog());
            }

            if (!File.Exists(path))
                return Refuse(File.Exists(Path.Combine(folder, "checkpoint")) ? LedgerFault.RolledBack : LedgerFault.Missing, "ledger/log", "There is no log.",
                    mode == LedgerMode.Write ? "Restore it from a copy: its checkpoint is still there." : "Run a check first, or give the folder that holds .muster.");
            var runnerKey = runner?.Public ?? new KeyFolder(muster).List().Keys.FirstOrDefault(key => key.Name == KeyFolder.Runner)?.Key;
            if (runnerKey is null) return Refuse(LedgerFault.Missing, "keys/runner.pub", "The runner's public key is not there.", "Copy it from the machine that wrote the ledger.");
            log = File.OpenHandle(path, FileMode.Open, mode == LedgerMode.Write ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var (found, problem) = Examine(folder, log, runnerKey, mode);
            if (problem is not null) return new LedgerOpening.Refused(problem);
            if (held is not null && found.Torn is { } torn) LogWriter.Cut(log, torn.At, torn.To);
            opened = new(muster, clock, log, found, held, runner, runnerKey);
            return new LedgerOpening.Opened(opened, found.Repairs, Trust(found));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refuse(LedgerFault.Unwritable, "ledger", $"The ledger cannot be opened: {error.Message}", "Free space or give access, then try again.");
        }
        finally
        {
            if (opened is null)
            {
                log?.Dispose();
                held?.Dispose();
                runner?.Dispose();
            }
        }
    }

    /// <summary>A reader may come while a group is being written: what then looks damaged is looked at again.</summary>
    static (LedgerOpener Found, LedgerProblem? Problem) Examine(string folder, SafeFileHandle log, PublicKey runnerKey, LedgerMode mode)
    {
        for (var again = mode == LedgerMode.Read ? 2 : 0; ; again--)
        {
            var found = new LedgerOpener(folder, log, runnerKey);
            var problem = found.Examine(mode == LedgerMode.Write);
            if (again == 0 || problem is null) return (found, problem);
            Thread.Sleep(10);
        }
    }

    static string Trust(LedgerOpener found) => found.Published is null || found.MustPublish
        ? "The whole log was read; signatures of entries were not verified. Prove them with: muster ledger verify"
        : $"The checkpoint over {found.Published.Size} entries was trusted; what came after it was read. Prove everything with: muster ledger verify";

    static byte[] NewLog()
    {
        var start = new byte[LogRecord.Start];
        LogRecord.Magic.CopyTo(start);
        return start;
    }

    static LedgerOpening.Refused Refuse(LedgerFault fault, string place, string says, string fix) => new(new(fault, place, says, fix));

    /// <summary>Publishes what is new and lets the lock go. What cannot be published now is made from the log at the next opening.</summary>
    public void Dispose()
    {
        if (_writer is not null) _ = Publish();
        _log.Dispose();
        _lock?.Dispose();
        Runner?.Dispose();
    }
}
