using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>
/// Proves everything that lies in a .muster folder: every record, every signature, the tree against checkpoints and tiles, and the blobs. It trusts nothing but the keys,
/// opens what does not open otherwise, and goes on after a finding.
/// </summary>
public sealed class LedgerVerifier
{
    const int MostFindings = 1000;
    readonly string _muster;
    readonly Dictionary<string, PublicKey> _keys;
    readonly PublicKey? _runner;
    readonly Checkpoint? _since;
    readonly BlobFolder _blobs;
    readonly ImmutableArray<LedgerFinding>.Builder _findings = ImmutableArray.CreateBuilder<LedgerFinding>();
    readonly List<Checkpoint> _checkpoints = [];
    readonly HashSet<Digest> _named = [];
    readonly TileCheck _tiles;
    readonly Frontier _tree = new();
    long _entries;
    bool _broken; // a record is lost, so that the tree cannot be built any more

    LedgerVerifier(string muster, IEnumerable<PublicKey> known, Checkpoint? since)
    {
        var own = new KeyFolder(muster).List();
        (_muster, _since, _blobs) = (muster, since, new(muster));
        _runner = own.Keys.FirstOrDefault(key => key.Name == KeyFolder.Runner)?.Key;
        _keys = known.Concat(own.Keys.Select(key => key.Key)).DistinctBy(key => key.KeyId).ToDictionary(key => key.KeyId);
        _tiles = new(Path.Combine(muster, "ledger"), Find);
        foreach (var name in own.Unreadable) Find(LedgerFault.BadKey, "keys/" + name, null, null, "This is no P-256 public key.");
    }

    /// <param name="known">Keys of people, from the document; those in <c>keys/</c> are known anyway.</param>
    /// <param name="since">A checkpoint that was kept elsewhere: the log must continue it.</param>
    public static LedgerVerification Verify(string muster, IEnumerable<PublicKey> known, Checkpoint? since = null)
    {
        var verifier = new LedgerVerifier(muster, known, since);
        try
        {
            verifier.Run();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            verifier.Find(LedgerFault.Missing, "ledger", null, null, $"A file cannot be read: {error.Message}");
        }

        return verifier.Result();
    }

    void Run()
    {
        if (_runner is null) Find(LedgerFault.Missing, "keys/runner.pub", null, null, "The runner's public key is not there; no checkpoint can be verified.");
        var path = Path.Combine(_muster, "ledger", "log");
        if (!File.Exists(path))
        {
            Find(LedgerFault.Missing, "ledger/log", null, null, "There is no log.");
            return;
        }

        using var log = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var published = Published();
        Log(log, published?.Size ?? 0);
        Against(published, "ledger/checkpoint", "published");
        Against(_since, "the kept checkpoint", "kept");
        if (!_broken && published is not null) _tiles.Finish(published.Size);
        Blobs();
    }

    void Log(SafeFileHandle log, long published)
    {
        Span<byte> start = stackalloc byte[LogRecord.Start];
        if (RandomAccess.Read(log, start, 0) < start.Length || !start.StartsWith(LogRecord.Magic) || start[LogRecord.Magic.Length..].ContainsAnyExcept((byte)0))
            Find(LedgerFault.Damaged, "ledger/log", 0, null, "The first bytes are not those of a log.");
        var reader = new LogReader(log, LogRecord.Start);
        var acknowledged = LogRecord.Start + 0L;
        while (true)
        {
            var step = reader.Next();
            if (step == LogStep.Record)
            {
                if (reader.Kind == LogKind.Entry) Entry(reader, published);
                else if (Closes(reader)) acknowledged = reader.Offset;
                continue;
            }

            var at = reader.Offset;
            if (!reader.Resume())
            {
                AtEnd(log, at, acknowledged, step, reader.Says);
                return;
            }

            _broken = true;
            Find(LedgerFault.Damaged, "ledger/log", at, _entries, step == LogStep.End ? "Zeros stand where a record must be." : Capital(reader.Says));
        }
    }

    void AtEnd(SafeFileHandle log, long at, long acknowledged, LogStep step, string says)
    {
        var replay = new LogReplay(log, acknowledged);
        foreach (var _ in replay.Batches()) { }
        if (replay.End is LogEnd.Clean) return;
        if (replay.End is LogEnd.Torn torn)
            Find(LedgerFault.Damaged, "ledger/log", torn.At, _entries - torn.Entries, "A group that was never acknowledged lies at the end; the next writer cuts it.");
        else
        {
            _broken = true;
            Find(LedgerFault.Damaged, "ledger/log", at, _entries, step == LogStep.End ? "Something stands behind the end of the log." : Capital(says));
        }
    }

    void Entry(LogReader reader, long published)
    {
        var bytes = reader.Payload.Span;
        var index = _entries++;
        if (!_broken)
        {
            _tree.Append(Merkle.Leaf(bytes), (height, hash) => _tiles.Take(height / 8, hash, published));
            _tiles.TakeEntry(bytes, index, published);
        }

        var reading = EntryBytes.Read(bytes, index, _blobs);
        if (reading is not EntryReading.Good good)
        {
            var bad = (EntryReading.Bad)reading;
            Find(bad.Fault, "ledger/log", reader.Start, index, $"The entry {bad.Says}");
            return;
        }

        if (!good.Statement.IsCanonical()) Find(LedgerFault.Damaged, "ledger/log", reader.Start, index, "The fact is not canonical JSON.");
        if (!_keys.TryGetValue(good.Envelope.KeyId, out var key)) Find(LedgerFault.UnknownKey, "ledger/log", reader.Start, index, $"The entry is signed by the key {good.Envelope.KeyId[..12]}, which is not known here.");
        else if (!good.Envelope.IsBy(key)) Find(LedgerFault.Damaged, "ledger/log", reader.Start, index, "The entry's signature does not hold.");
        if (good.Entry.Fact is Fact.Arrived arrived && good.Envelope.KeyId == _runner?.KeyId)
        {
            _named.Add(arrived.Manifest);
            foreach (var brought in arrived.Keys.Select(PublicKey.FromPem).OfType<PublicKey>()) _keys.TryAdd(brought.KeyId, brought);
        }

        if (good.Entry.Fact is Fact.Decided decided)
        {
            _named.Add(decided.Statement);
            _named.Add(decided.Document);
        }
    }

    /// <summary>True if the record is a checkpoint that closes the group before it.</summary>
    bool Closes(LogReader reader)
    {
        if (Checkpoint.Read(reader.Payload.Span) is not { } checkpoint)
        {
            Find(LedgerFault.Damaged, "ledger/log", reader.Start, _entries, "A checkpoint is not a note as Muster writes it.");
            return false;
        }

        if (_runner is not null && !checkpoint.IsBy(_runner))
        {
            Find(LedgerFault.UnknownKey, "ledger/log", reader.Start, _entries, "A checkpoint is not signed by the runner's key.");
            return true;
        }

        if (!_broken && (checkpoint.Size != _tree.Size || !checkpoint.Root.AsSpan().SequenceEqual(_tree.Root())))
            Find(LedgerFault.Damaged, "ledger/log", reader.Start, _entries, $"A checkpoint over {checkpoint.Size} entries does not fit the {_tree.Size} before it.");
        _checkpoints.Add(checkpoint);
        _entries = Math.Max(_entries, checkpoint.Size); // after a lost record the count is the checkpoint's
        return true;
    }

    Checkpoint? Published()
    {
        var path = Path.Combine(_muster, "ledger", "checkpoint");
        if (!File.Exists(path)) return null;
        var published = Checkpoint.Read(File.ReadAllBytes(path));
        if (published is null) Find(LedgerFault.Damaged, "ledger/checkpoint", null, null, "This is not a checkpoint as Muster writes it.");
        else if (_runner is not null && !published.IsBy(_runner)) Find(LedgerFault.UnknownKey, "ledger/checkpoint", null, null, "The checkpoint is not signed by the runner's key.");
        return published;
    }

    void Against(Checkpoint? checkpoint, string place, string which)
    {
        if (checkpoint is null) return;
        if (checkpoint.Size > _entries)
            Find(LedgerFault.RolledBack, "ledger/log", null, null, $"The log has {_entries} entries; the {which} checkpoint was signed over {checkpoint.Size}. Entries were taken away.");
        else if (!_broken && _checkpoints.FirstOrDefault(other => other.Size == checkpoint.Size) is var same && (same is null || !same.Root.AsSpan().SequenceEqual(checkpoint.Root)))
            Find(LedgerFault.RolledBack, place, null, null, $"The log's first {checkpoint.Size} entries are not those that the {which} checkpoint was signed over. The log was rewritten.");
    }

    void Blobs()
    {
        foreach (var digest in _named)
        {
            switch (_blobs.Get(digest))
            {
                case BlobReading.Missing: Find(LedgerFault.Missing, BlobFolder.Relative(digest), null, null, "A blob that the ledger names is missing."); break;
                case BlobReading.Corrupt: Find(LedgerFault.Damaged, BlobFolder.Relative(digest), null, null, "The bytes of a blob are not those of its digest."); break;
            }
        }

        foreach (var (path, digest) in _blobs.All())
        {
            var relative = Path.GetRelativePath(_muster, path).Replace('\\', '/');
            if (digest is null) Find(LedgerFault.Damaged, relative, null, null, "This is no blob's name.");
            else if (!_named.Contains(digest.Value) && _blobs.Get(digest.Value) is BlobReading.Corrupt) Find(LedgerFault.Damaged, relative, null, null, "The bytes of a blob are not those of its digest.");
        }
    }

    LedgerVerification Result()
    {
        ImmutableArray<string> proven = _findings.Count > 0 ? [] :
        [
            $"{_entries} entries: every checksum, spelling and signature.",
            $"{_checkpoints.Count} checkpoints: every signature, size and root.",
            "The tiles and entry bundles of the published checkpoint.",
            $"{_named.Count} blobs that the ledger names.",
            .. _since is null ? Array.Empty<string>() : [$"The log continues the kept checkpoint over {_since.Size} entries."],
        ];
        ImmutableArray<string> open = _since is null ? ["That the whole log was not rewritten by whoever holds the keys: only a checkpoint kept elsewhere can show it; give one with --since."] : [];
        return new(_entries, _checkpoints.LastOrDefault(), _findings.ToImmutable(), proven, open);
    }

    void Find(LedgerFault fault, string file, long? offset, long? entry, string says)
    {
        if (_findings.Count < MostFindings) _findings.Add(new(fault, file, offset, entry, says));
    }

    static string Capital(string says) => char.ToUpperInvariant(says[0]) + says[1..];
}
