using Microsoft.Win32.SafeHandles;

namespace Muster.Ledger;

/// <summary>An acknowledged group of entries: their offsets and leaf hashes, and the checkpoint that closes it.</summary>
sealed record LogBatch(IReadOnlyList<long> Offsets, IReadOnlyList<byte[]> Leaves, Checkpoint Checkpoint, long CheckpointOffset, long End);

/// <summary>How the log ends behind its last whole batch.</summary>
abstract record LogEnd(long At)
{
    public sealed record Clean(long At) : LogEnd(At);

    /// <summary>A group that was being written when the machine or the process stopped; none of it was acknowledged.</summary>
    public sealed record Torn(long At, long To, int Entries) : LogEnd(At);

    public sealed record Damaged(long At, string Says) : LogEnd(At);
}

/// <summary>Reads whole batches from an offset on, and then tells how the log ends.</summary>
sealed class LogReplay(SafeFileHandle file, long from)
{
    const int Sector = 512;
    readonly LogReader _reader = new(file, from);

    public LogEnd? End { get; private set; }

    public IEnumerable<LogBatch> Batches()
    {
        var batchStart = from;
        var offsets = new List<long>();
        var leaves = new List<byte[]>();
        while (true)
        {
            switch (_reader.Next())
            {
                case LogStep.Record when _reader.Kind == LogKind.Entry:
                    offsets.Add(_reader.Start);
                    leaves.Add(Merkle.Leaf(_reader.Payload.Span));
                    break;
                case LogStep.Record:
                    if (Checkpoint.Read(_reader.Payload.Span) is not { } checkpoint)
                    {
                        End = new LogEnd.Damaged(_reader.Start, "a checkpoint is not a note as Muster writes it.");
                        yield break;
                    }

                    batchStart = _reader.Offset;
                    yield return new(offsets, leaves, checkpoint, _reader.Start, _reader.Offset);
                    (offsets, leaves) = ([], []);
                    break;
                case LogStep.End:
                    End = AtEnd(batchStart, offsets.Count);
                    yield break;
                default:
                    End = AtDamage(batchStart, offsets.Count);
                    yield break;
            }
        }
    }

    /// <summary>Zeros follow. Nothing behind them is a clean end; one group behind them may be a write that reached the disk out of order, two cannot.</summary>
    LogEnd AtEnd(long batchStart, int entries)
    {
        var at = _reader.Offset;
        if (entries == 0 && LastUsed(at) == at) return new LogEnd.Clean(batchStart);
        return CheckpointsAfter(at) > 1
            ? new LogEnd.Damaged(at, "zeros stand where a record must be; whole groups follow.")
            : new LogEnd.Torn(batchStart, LastUsed(at), entries);
    }

    /// <summary>
    /// A write that stopped leaves whole sectors as they were before, zero, or the file's end; a flipped bit does not. Only the last group can have been stopped.
    /// </summary>
    LogEnd AtDamage(long batchStart, int entries)
    {
        var (at, says) = (_reader.Offset, _reader.Says);
        if (!Unwritten(at)) return new LogEnd.Damaged(at, says);
        return CheckpointsAfter(at) > 1 ? new LogEnd.Damaged(at, says) : new LogEnd.Torn(batchStart, Math.Max(at, LastUsed(at)), entries);
    }

    bool Unwritten(long at)
    {
        var header = _reader.Bytes(at, LogRecord.HeaderLength);
        if (header.Length < LogRecord.HeaderLength) return true;
        var told = LogRecord.ReadHeader(header.Span);
        var from = at + LogRecord.HeaderLength;
        var to = told is var (_, length) ? from + length : from + Sector;
        if (to > _reader.Length) return true;
        for (var sector = from; sector < to; sector = (sector / Sector + 1) * Sector)
        {
            var part = _reader.Bytes(sector, (int)(Math.Min(to, (sector / Sector + 1) * Sector) - sector));
            // A payload is text and holds no zero; but two bytes or fewer may become so by accident.
            if (part.Length > 2 && !part.Span.ContainsAnyExcept((byte)0)) return true;
            if (told is null) break;
        }

        return false;
    }

    int CheckpointsAfter(long at)
    {
        var reader = new LogReader(file, at);
        var count = 0;
        while (reader.Resume())
            if (reader.Next() == LogStep.Record && reader.Kind == LogKind.Checkpoint && ++count > 1) break;
        return count;
    }

    long LastUsed(long at)
    {
        var last = at;
        for (var from = at; from < _reader.Length;)
        {
            var part = _reader.Bytes(from, 64 * 1024);
            if (part.Span.LastIndexOfAnyExcept((byte)0) is var used and >= 0) last = from + used + 1;
            from += part.Length;
        }

        return last;
    }
}
