using System.Collections.Frozen;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>The read side: entries in order, their bytes, and proofs.</summary>
public sealed partial class LedgerFolder
{
    /// <summary>Entries are taken apart in groups of this many, on all cores.</summary>
    const int ReadAtOnce = 2048;

    readonly record struct RawEntry(long Index, long Offset, ReadOnlyMemory<byte> Bytes);

    /// <summary>
    /// The entries from an index on, up to the size at the time of the call. Each record's checksum is checked, and the signature of what a person says, since a verdict
    /// stands on it; those of the runner's own entries are covered by its checkpoint (`ledger verify` checks them all).
    /// </summary>
    /// <param name="known">Keys of people, from the document; those in <c>keys/</c> are known anyway. What an unknown key signed belongs to nobody.</param>
    /// <exception cref="LedgerException">A record is damaged, or a newer version wrote it; the problem names the entry.</exception>
    public IEnumerable<Entry> Read(long from = 0, IEnumerable<PublicKey>? known = null)
    {
        var keys = Keys.List().Keys.Select(key => key.Key).Concat(known ?? []).DistinctBy(key => key.KeyId).ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);
        foreach (var chunk in RawEntries(from, Size).Select(raw => raw with { Bytes = raw.Bytes.ToArray() }).Chunk(ReadAtOnce))
        {
            var entries = new EntryReading[chunk.Length];
            if (chunk.Length < ReadAtOnce) for (var i = 0; i < chunk.Length; i++) entries[i] = Read(chunk[i], keys);
            else Parallel.For(0, chunk.Length, i => entries[i] = Read(chunk[i], keys));
            for (var i = 0; i < chunk.Length; i++) yield return entries[i] is EntryReading.Good good ? good.Entry : throw Unreadable(chunk[i], (EntryReading.Bad)entries[i]);
        }
    }

    EntryReading Read(RawEntry raw, FrozenDictionary<string, PublicKey> keys)
    {
        var reading = EntryBytes.Read(raw.Bytes.Span, raw.Index, Blobs);
        return reading is EntryReading.Good { Entry.Fact: not (Fact.Ran or Fact.Decided or Fact.Proved), Envelope: var envelope } && keys.TryGetValue(envelope.KeyId, out var key) && !envelope.IsBy(key)
            ? new EntryReading.Bad(LedgerFault.Damaged, $"bears the key {envelope.KeyId[..12]}, and its signature is not of that key.")
            : reading;
    }

    static LedgerException Unreadable(RawEntry raw, EntryReading.Bad bad) =>
        new(new(bad.Fault, $"ledger/log at byte {raw.Offset} (entry {raw.Index})", $"The entry {bad.Says}",
            bad.Fault == LedgerFault.UnknownFact ? "Use that version, or a newer one." : "Run: muster ledger verify; then restore what is damaged from a copy."));

    /// <summary>The bytes of one entry, as they were signed and hashed.</summary>
    /// <exception cref="LedgerException">The record is damaged.</exception>
    public byte[] EntryBytesAt(long index) => index >= 0 && index < Size ? RawEntries(index, index + 1).Single().Bytes.ToArray() : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The audit path of an entry in the tree of the head; from the leaf upwards.</summary>
    /// <exception cref="LedgerException">A tile is missing or wrong.</exception>
    public InclusionProof ProveInclusion(long index)
    {
        lock (_state)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _tree.Size);
            var proof = new InclusionProof(index, _tree.Size, [.. Proofs.Inclusion(index, _tree.Size, _tree.Subtree)]);
            return Merkle.Includes(index, _tree.Size, _tree.Subtree(0, index), proof.Hashes, _tree.Root()) ? proof : throw WrongTiles();
        }
    }

    /// <summary>That the tree of the first size is a prefix of the tree of the head. Null if the log is shorter.</summary>
    /// <exception cref="LedgerException">A tile is missing or wrong.</exception>
    public ConsistencyProof? ProveConsistency(long first)
    {
        lock (_state)
        {
            if (first <= 0 || first > _tree.Size) return null;
            var proof = new ConsistencyProof(first, _tree.Size, [.. Proofs.Consistency(first, _tree.Size, _tree.Subtree)]);
            return Merkle.Extends(first, Proofs.Hash(0, first, _tree.Subtree), _tree.Size, _tree.Root(), proof.Hashes) ? proof : throw WrongTiles();
        }
    }

    IEnumerable<RawEntry> RawEntries(long from, long to)
    {
        if (from < 0 || from >= to) yield break;
        long start;
        lock (_state) start = _bundles[(int)(from / TilePath.Width)];
        var reader = new LogReader(_log, start);
        for (var index = from / TilePath.Width * TilePath.Width; index < to;)
        {
            if (reader.Next() != LogStep.Record)
                throw new LedgerException(new(LedgerFault.Damaged, $"ledger/log at byte {reader.Offset} (entry {index})", $"The record cannot be read: {(reader.Says.Length > 0 ? reader.Says : "zeros stand there.")}",
                    "Run: muster ledger verify; then restore the log from a copy."));
            if (reader.Kind != LogKind.Entry) continue;
            if (index >= from) yield return new(index, reader.Start, reader.Payload);
            index++;
        }
    }

    static LedgerException WrongTiles() => new(new(LedgerFault.Damaged, "ledger/tile", "The tiles do not lead to the checkpoint's root.", "Delete the folder ledger/tile; it is made anew from the log."));
}
