using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>The write side: facts are signed, queued, and written in groups by whichever caller comes first.</summary>
public sealed partial class LedgerFolder
{
    const int LargestGroup = 4 * 1024 * 1024;
    readonly Lock _commit = new();
    readonly Lock _queueGate = new();
    readonly Queue<Ticket> _queue = new();

    sealed class Ticket(IReadOnlyList<byte[]> entries)
    {
        public IReadOnlyList<byte[]> Entries => entries;
        public bool Done;
        public long First;
        public LedgerProblem? Problem;
    }

    /// <summary>Signs and appends the facts as one group: all of them are durable when this returns, or none is in the ledger.</summary>
    public LedgerAppend Append(IReadOnlyList<Fact> facts, Signer signer)
    {
        if (_writer is null) return new LedgerAppend.NotAppended(ReadOnly);
        if (facts.Count == 0) return new LedgerAppend.Appended([]);
        var appended = Instant.Cut(_clock.GetUtcNow());
        var entries = new byte[facts.Count][];
        for (var i = 0; i < entries.Length; i++)
        {
            try { entries[i] = EntryBytes.SealOrSpill(facts[i], appended, signer, Blobs); }
            catch (LedgerException error) { return new LedgerAppend.NotAppended(error.Problem); }

            if (entries[i].Length > EntryBytes.Largest)
                return new LedgerAppend.NotAppended(new(LedgerFault.TooLarge, $"fact {i} ({FactName.Of(facts[i])})",
                    $"As an entry it has {entries[i].Length} bytes; an entry has at most {EntryBytes.Largest}.", "Keep what is large as a blob and name its digest."));
        }

        var ticket = Commit(entries);
        if (ticket.Problem is not null) return new LedgerAppend.NotAppended(ticket.Problem);
        var done = ImmutableArray.CreateBuilder<Entry>(entries.Length);
        for (var i = 0; i < entries.Length; i++) done.Add(new(ticket.First + i, Digest.Of(entries[i]), appended, signer.KeyId, facts[i]));
        return new LedgerAppend.Appended(done.MoveToImmutable());
    }

    /// <summary>
    /// Takes in entries that others sealed, each lot right behind the record of its arrival, all as one group. What was verified before this is the caller's promise; blobs that the entries name are put first.
    /// </summary>
    public LedgerAppend AppendSealed(IReadOnlyList<Arrival> arrivals)
    {
        if (_writer is null) return new LedgerAppend.NotAppended(ReadOnly);
        var appended = Instant.Cut(_clock.GetUtcNow());
        var bytes = new List<byte[]>();
        var entries = new List<Entry>();
        foreach (var arrival in arrivals)
        {
            var head = EntryBytes.Seal(arrival.Fact, appended, Runner!);
            if (head.Length > EntryBytes.Largest) return new LedgerAppend.NotAppended(new(LedgerFault.TooLarge, "the arrival", $"As an entry it has {head.Length} bytes; an entry has at most {EntryBytes.Largest}.", "Import fewer signers' entries at once."));
            bytes.Add(head);
            entries.Add(new(entries.Count, Digest.Of(head), appended, Runner!.KeyId, arrival.Fact));
            foreach (var entry in arrival.Entries)
            {
                bytes.Add([.. entry.Bytes]);
                entries.Add(entry.Entry with { Index = entries.Count });
            }
        }

        if (bytes.Count == 0) return new LedgerAppend.Appended([]);
        var ticket = Commit(bytes);
        return ticket.Problem is not null ? new LedgerAppend.NotAppended(ticket.Problem) : new LedgerAppend.Appended([.. entries.Select(entry => entry with { Index = ticket.First + entry.Index })]);
    }

    public LedgerAppend AppendSealed(Fact.Arrived arrival, ImmutableArray<SealedEntry> entries) => AppendSealed([new(arrival, entries)]);

    /// <summary>The entries from an index on with their bytes, to be moved to another ledger; verified like <see cref="Read(long, IEnumerable{PublicKey}?)"/>.</summary>
    /// <exception cref="LedgerException">A record is damaged, or a newer version wrote it.</exception>
    public IEnumerable<SealedEntry> ReadSealed(long from = 0, IEnumerable<PublicKey>? known = null)
    {
        using var bytes = RawEntries(from, Size).Select(raw => ImmutableArray.Create(raw.Bytes.Span)).GetEnumerator();
        foreach (var entry in Read(from, known))
        {
            if (!bytes.MoveNext()) yield break;
            yield return new(entry, bytes.Current);
        }
    }

    /// <summary>Appends entries that are sealed already; for measuring, and for moving entries between folders. The index of the first.</summary>
    internal long AppendPrepared(IReadOnlyList<byte[]> entries) => Commit(entries) is var ticket && ticket.Problem is { } problem ? throw new LedgerException(problem) : ticket.First;

    static LedgerProblem ReadOnly => new(LedgerFault.Unwritable, "ledger/log", "The ledger is open for reading only.", "Open it for writing.");

    Ticket Commit(IReadOnlyList<byte[]> entries)
    {
        var mine = new Ticket(entries);
        if (_writer is null)
        {
            mine.Problem = ReadOnly;
            return mine;
        }

        lock (_queueGate) _queue.Enqueue(mine);
        lock (_commit)
        {
            while (!mine.Done) CommitNext_NeedsCommit();
        }

        return mine;
    }

    void CommitNext_NeedsCommit()
    {
        var group = new List<Ticket>();
        var entries = new List<byte[]>();
        lock (_queueGate)
        {
            for (var bytes = 0L; _queue.TryPeek(out var next) && (group.Count == 0 || bytes < LargestGroup);)
            {
                group.Add(_queue.Dequeue());
                entries.AddRange(next.Entries);
                bytes += next.Entries.Sum(entry => (long)entry.Length);
            }
        }

        var problem = Write(entries, out var first);
        foreach (var ticket in group)
        {
            (ticket.First, ticket.Problem, ticket.Done) = (first, problem, true);
            first += ticket.Entries.Count;
        }
    }

    LedgerProblem? Write(List<byte[]> entries, out long first)
    {
        first = _tree.Size;
        var (after, closed) = _tree.Try(entries.Select(entry => Merkle.Leaf(entry)));
        var checkpoint = Checkpoint.Sign(after.Size, after.Root(), Runner!);
        try
        {
            var (offsets, checkpointOffset) = _writer!.Append(entries, checkpoint.Note);
            lock (_state)
            {
                for (var i = 0; i < offsets.Length; i++)
                    if ((first + i) % TilePath.Width == 0) _bundles.Add(offsets[i]);
                _tree.Take(after, closed);
                (Head, _headOffset) = (checkpoint, checkpointOffset);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(LedgerFault.Unwritable, "ledger/log", $"The entries could not be written: {error.Message}", "Free space on the disk, then try again; nothing that was acknowledged is lost.");
        }

        if (_tree.Size - _published >= PublishEvery) _ = Publish();
        return null;
    }

    /// <summary>Writes tiles, entry bundles, index and checkpoint up to now. A problem here loses nothing: all of it is made from the log.</summary>
    public LedgerProblem? Publish()
    {
        lock (_state)
        {
            if (_writer is null || Head is not { } head || head.Size == _published) return null;
            try
            {
                PublishBundles(head.Size);
                _tree.Publish();
                WholeFile.WriteDerived(Path.Combine(_folder, "index"), new OffsetIndex(head.Size, _headOffset, _bundles).Bytes());
                WholeFile.WriteDurably(Path.Combine(_folder, "checkpoint"), head.Note);
                _published = head.Size;
                return null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return new(LedgerFault.Unwritable, "ledger/tile", $"Tiles and checkpoint could not be published: {error.Message}", "Free space on the disk; they are made anew from the log.");
            }
        }
    }

    void PublishBundles(long size)
    {
        var from = _published / TilePath.Width * TilePath.Width;
        var bundle = new List<byte[]>(TilePath.Width);
        foreach (var entry in RawEntries(from, size))
        {
            bundle.Add(entry.Bytes.ToArray());
            if (bundle.Count < TilePath.Width && entry.Index < size - 1) continue;
            var number = entry.Index / TilePath.Width;
            TileFiles.Replace(_folder, Path.Combine(_folder, TilePath.Entries(number, TilePath.Width)), TilePath.Entries(number, bundle.Count), EntryBundle.Write(bundle));
            bundle.Clear();
        }
    }
}
