using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace Muster.Ledger;

/// <summary>Finds the state of a ledger folder: from its published checkpoint if that fits the log, else from the whole log; then the tail.</summary>
sealed class LedgerOpener(string folder, SafeFileHandle log, PublicKey? runner)
{
    const int PublishEvery = 64 * 1024;
    readonly ImmutableArray<string>.Builder _repairs = ImmutableArray.CreateBuilder<string>();

    public TileTree Tree { get; private set; } = new(folder);
    public List<long> Bundles { get; } = [];
    public Checkpoint? Published { get; private set; }
    public Checkpoint? Head { get; private set; }
    public long HeadOffset { get; private set; }
    public long End { get; private set; } = LogRecord.Start;
    public LogEnd.Torn? Torn { get; private set; }
    public ImmutableArray<string> Repairs => _repairs.ToImmutable();
    public bool MustPublish { get; private set; }

    /// <summary>Null when the ledger can be used.</summary>
    public LedgerProblem? Examine(bool mayWrite)
    {
        if (!StartsRight()) return Damaged("ledger/log", "This is not a ledger's log: its first bytes are wrong.");
        if (ReadPublished() is { } problem) return problem;
        for (var again = mayWrite ? 0 : 5; Published is { } seen && again > 0 && !FromPublished(seen); again--)
        {
            Thread.Sleep(10); // a writer may be publishing just now
            if (ReadPublished() is { } later) return later;
        }

        if (Published is { } published && Head is null && !FromPublished(published))
        {
            MustPublish = true;
            _repairs.Add("The tiles or the index did not fit the published checkpoint; they were made anew from the log.");
        }

        var replay = new LogReplay(log, End);
        foreach (var batch in replay.Batches())
        {
            if (Take(batch) is { } wrong) return wrong;
            if (mayWrite && MustPublish && Tree.Size % PublishEvery < batch.Leaves.Count) Tree.Publish();
        }

        if (Head is not null && !ReferenceEquals(Head, Published))
        {
            if (!Head.Root.AsSpan().SequenceEqual(Tree.Root())) return Damaged($"ledger/log at byte {HeadOffset}", "The checkpoint's root is not the root of the entries before it.");
            if (runner is null || !Head.IsBy(runner)) return NotOurs($"ledger/log at byte {HeadOffset}");
        }

        if (replay.End is LogEnd.Damaged damaged) return Damaged($"ledger/log at byte {damaged.At} (entry {Tree.Size} or later)", Sentence(damaged.Says));
        if (Published is not null && Tree.Size < Published.Size)
            return new(LedgerFault.RolledBack, "ledger/log", $"The log ends after {Tree.Size} entries, but its checkpoint was signed over {Published.Size}.",
                "Restore the log from a copy; whoever rolled it back has taken entries away.");
        Torn = replay.End as LogEnd.Torn;
        if (Torn is { } torn)
            _repairs.Add($"The log ended within a group that was never acknowledged ({torn.Entries} whole entries, bytes {torn.At} to {torn.To}); it was {(mayWrite ? "cut" : "left out")}.");
        return null;
    }

    bool StartsRight()
    {
        Span<byte> start = stackalloc byte[LogRecord.Start];
        return RandomAccess.Read(log, start, 0) == start.Length && start.StartsWith(LogRecord.Magic) && !start[LogRecord.Magic.Length..].ContainsAnyExcept((byte)0);
    }

    LedgerProblem? ReadPublished()
    {
        var path = Path.Combine(folder, "checkpoint");
        if (!File.Exists(path)) return null;
        if (Checkpoint.Read(File.ReadAllBytes(path)) is not { } checkpoint)
            return new(LedgerFault.Damaged, "ledger/checkpoint", "This is not a checkpoint as Muster writes it.", "Compare the log with a checkpoint that you kept, then delete this file: it is made anew.");
        if (runner is null || !checkpoint.IsBy(runner)) return NotOurs("ledger/checkpoint");
        Published = checkpoint;
        return null;
    }

    bool FromPublished(Checkpoint published)
    {
        var path = Path.Combine(folder, "index");
        if (!File.Exists(path) || OffsetIndex.Read(File.ReadAllBytes(path)) is not { } index || index.Size != published.Size) return false;
        if (index.CheckpointOffset < LogRecord.Start || index.CheckpointOffset % 16 != 0) return false;
        var reader = new LogReader(log, index.CheckpointOffset);
        if (reader.Next() != LogStep.Record || reader.Kind != LogKind.Checkpoint || !reader.Payload.Span.SequenceEqual(published.Note)) return false;
        if (TileTree.Load(folder, published.Size) is not { } tree || !tree.Root().AsSpan().SequenceEqual(published.Root)) return false;
        Tree = tree;
        Bundles.AddRange(index.Bundles);
        (Head, HeadOffset, End) = (published, index.CheckpointOffset, reader.Offset);
        return true;
    }

    LedgerProblem? Take(LogBatch batch)
    {
        for (var i = 0; i < batch.Offsets.Count; i++)
            if ((Tree.Size + i) % TilePath.Width == 0) Bundles.Add(batch.Offsets[i]);
        Tree.Append(batch.Leaves);
        if (batch.Checkpoint.Size != Tree.Size)
            return Damaged($"ledger/log at byte {batch.CheckpointOffset}", $"A checkpoint speaks of {batch.Checkpoint.Size} entries where there are {Tree.Size}.");
        if (Published is not null && batch.Checkpoint.Size == Published.Size && !batch.Checkpoint.Root.AsSpan().SequenceEqual(Published.Root))
            return new(LedgerFault.RolledBack, $"ledger/log at byte {batch.CheckpointOffset}", $"The log's first {Tree.Size} entries are not those that the published checkpoint was signed over.",
                "Restore the log from a copy; it was rewritten.");
        (Head, HeadOffset, End) = (batch.Checkpoint, batch.CheckpointOffset, batch.End);
        return null;
    }

    static string Sentence(string says) => char.ToUpperInvariant(says[0]) + says[1..];

    static LedgerProblem Damaged(string place, string says) => new(LedgerFault.Damaged, place, says, "Run: muster ledger verify; then restore the file from a copy.");

    static LedgerProblem NotOurs(string place) =>
        new(LedgerFault.UnknownKey, place, "The checkpoint is not signed by this folder's runner key.", "Put the key that belongs to the ledger back under keys/, or restore the ledger from a copy.");
}
