using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Muster.Ledger;

/// <summary>
/// Writes groups at the end of the log file, durable when <see cref="Append"/> returns. The file is filled with zeros ahead of its end, since overwriting costs
/// half of what growing does (docs/formats/ledger.md). After a failed write or flush nobody knows what is on the disk: the writer then refuses until the ledger is opened again.
/// </summary>
sealed class LogWriter(SafeFileHandle file, long end) : IDisposable
{
    const long LeastAhead = 256 * 1024;
    const long MostAhead = 64L * 1024 * 1024;
    static readonly byte[] Zeros = new byte[256 * 1024];
    long _filled = RandomAccess.GetLength(file);
    bool _broken;

    public SafeFileHandle File => file;

    public long End { get; private set; } = end;

    /// <summary>Where each entry begins, and where the checkpoint does. Throws <see cref="IOException"/> when the disk does not take it.</summary>
    public (long[] Offsets, long CheckpointOffset) Append(IReadOnlyList<byte[]> entries, byte[] checkpoint)
    {
        if (_broken) throw new IOException("an earlier write failed; open the ledger again, so that its end is examined");
        var space = LogRecord.Space(checkpoint.Length);
        foreach (var entry in entries) space += LogRecord.Space(entry.Length);
        FillAhead(End + space);
        var buffer = ArrayPool<byte>.Shared.Rent(space);
        try
        {
            var offsets = new long[entries.Count];
            var at = 0;
            for (var i = 0; i < entries.Count; i++)
            {
                offsets[i] = End + at;
                LogRecord.Write(buffer.AsSpan(at), LogKind.Entry, entries[i]);
                at += LogRecord.Space(entries[i].Length);
            }

            LogRecord.Write(buffer.AsSpan(at), LogKind.Checkpoint, checkpoint);
            _broken = true;
            WriteAt(file, buffer.AsSpan(0, space), End);
            RandomAccess.FlushToDisk(file);
            _broken = false;
            var checkpointOffset = End + at;
            End += space;
            return (offsets, checkpointOffset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A full disk shows here, before anything of the group is written; the file is then as it was.</summary>
    void FillAhead(long needed)
    {
        if (needed <= _filled) return;
        var to = Math.Max(needed, _filled + Math.Clamp(_filled / 2, LeastAhead, MostAhead));
        try
        {
            Fill(to);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file, _filled);
            Fill(needed); // perhaps there is room for just this
        }

        _filled = RandomAccess.GetLength(file);
    }

    void Fill(long to)
    {
        try
        {
            for (var at = _filled; at < to; at += Zeros.Length) WriteAt(file, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, to - at)), at);
            RandomAccess.FlushToDisk(file); // on some file systems a full disk is told only here
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file, _filled);
            throw;
        }
    }

    /// <summary>Writes zeros over what a stopped write left, so that the next group has a clean place.</summary>
    public static void Cut(SafeFileHandle file, long from, long to)
    {
        for (var at = from; at < to; at += Zeros.Length) WriteAt(file, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, to - at)), at);
        RandomAccess.FlushToDisk(file);
    }

    static void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long at)
    {
        try
        {
            RandomAccess.Write(file, bytes, at);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new IOException("the file has reached the greatest size that is allowed to it", error); // EFBIG, which the base library takes for a wrong argument
        }
    }

    public void Dispose() => file.Dispose();
}
