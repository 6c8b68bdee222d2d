using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Muster.Telemetry.Chunks;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Index;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>
/// A block at rest. Opening reads its footer only; the index comes with the first question, and goes when none was asked for a while. What does not
/// match its checksum is left out of the answer and counted, never answered.
/// </summary>
sealed class Block : ISeriesSet, IDisposable
{
    readonly IReadableFile _file;
    readonly Lock _gate = new();
    readonly Action<Block, string> _damaged;
    BlockIndex? _index;
    bool _used;
    volatile bool _isDamaged;

    Block(string name, IReadableFile file, BlockFooter footer, Action<Block, string> damaged) =>
        (Name, _file, Footer, Size, _damaged) = (name, file, footer, file.Length, damaged);

    public string Name { get; }

    public BlockFooter Footer { get; }

    /// <summary>Bytes on the disk.</summary>
    public long Size { get; }

    /// <summary>Something of it did not match its checksum. Such a block is not merged: what is left of it stays as it is.</summary>
    public bool IsDamaged { get => _isDamaged; private set => _isDamaged = value; }

    public ILabelIndex Index => Loaded();

    public long LastGeneration => Footer.LastGeneration;

    public long Deleted => Footer.Deleted;

    public long First => Footer.First;

    public long Last => Footer.Last;

    /// <summary>Days since 1970 of its samples: a block is of one day.</summary>
    public long Day => Days.Of(Footer.First);

    /// <exception cref="IOException"/>
    /// <exception cref="InvalidDataException">It is no block, or its footer is damaged.</exception>
    public static Block Open(IFiles files, string folder, string name, Action<Block, string> damaged)
    {
        var file = files.Open(Path.Combine(folder, name));
        try { return new(name, file, BlockFooter.Read(file), damaged); }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public (long First, long Last) SpanOf(int series)
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var chunk in Loaded().Chunks(series)) (first, last) = (Math.Min(first, chunk.First), chunk.Last);
        return (first, last);
    }

    public void Key(int series, Bytes into) => Loaded().Key(series, into);

    public Labels LabelsOf(int series) => Loaded().LabelsOf(series);

    public int Find(ReadOnlySpan<byte> key) => Loaded().Find(key);

    public void Read(int series, long from, long to, SampleBuffer into)
    {
        foreach (var chunk in Loaded().Chunks(series))
        {
            if (chunk.First > to) return;
            if (chunk.Last < from || TryRead(chunk, from, to, into)) continue;
            IsDamaged = true;
            _damaged(this, $"a chunk at {chunk.At} does not match its checksum, or cannot be read");
        }
    }

    /// <summary>False: the chunk is damaged; nothing was added.</summary>
    public bool TryRead(ChunkEntry chunk, long from, long to, SampleBuffer into)
    {
        if (chunk.Length < 4 || chunk.At < 0 || chunk.Length > Footer.IndexAt || chunk.At > Footer.IndexAt - chunk.Length) return false;
        var bytes = ArrayPool<byte>.Shared.Rent(chunk.Length);
        try
        {
            var all = bytes.AsSpan(0, chunk.Length);
            _file.Read(chunk.At, all);
            var payload = all[..^4];
            if (Crc.Of(payload) != BinaryPrimitives.ReadUInt32LittleEndian(all[^4..])) return false;
            if (chunk.HasHistograms) SealedHistograms.Decode(payload, from, to, into);
            else SealedFloats.Decode(payload, from, to, into);
            return true;
        }
        catch (Exception bad) when (bad is CorruptChunk or IOException) { return false; }
        finally { ArrayPool<byte>.Shared.Return(bytes); }
    }

    /// <summary>Gives the memory of the index back when nothing was asked since the last call.</summary>
    public void Rest()
    {
        lock (_gate)
        {
            if (!_used) _index = null;
            _used = false;
        }
    }

    public void Dispose() => _file.Dispose();

    BlockIndex Loaded()
    {
        _used = true;
        if (Volatile.Read(ref _index) is { } known) return known;
        lock (_gate)
        {
            if (_index is { } other) return other;
            BlockIndex index;
            try { index = Load(); }
            catch (Exception bad) when (bad is InvalidDataException or IOException)
            {
                IsDamaged = true;
                _damaged(this, bad.Message);
                index = new(new BlockIndexWriter().Finish());
            }

            Volatile.Write(ref _index, index);
            return index;
        }
    }

    BlockIndex Load()
    {
        var stored = new byte[Footer.IndexStored];
        _file.Read(Footer.IndexAt, stored);
        if (Crc.Of(stored) != Footer.IndexSum) throw new InvalidDataException("the index does not match its checksum");
        if (Footer.IndexLength == stored.Length) return new(stored);
        var index = new byte[Footer.IndexLength];
        if (!BrotliDecoder.TryDecompress(stored, index, out var length) || length != index.Length) throw new InvalidDataException("the index cannot be unpacked");
        return new(index);
    }
}
