using System.Buffers;
using Muster.Telemetry.Chunks;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>
/// Writes a block: the chunks of its series, in the order of the bytes of their keys; the index; the footer. Into a file of a passing name, synced
/// and renamed when it is whole. The caller makes it count, in the manifest.
/// </summary>
sealed class BlockWriter : IDisposable
{
    public const string Suffix = ".block", Passing = ".part";

    /// <summary>Most samples of a chunk.</summary>
    public const int ChunkSamples = 8192;

    /// <summary>Most numbers of the histograms of a chunk, since it is decoded whole; one histogram may have more.</summary>
    const int ChunkNumbers = 1 << 16;

    const int Buffered = 1 << 20;

    readonly IFiles _files;
    readonly string _folder, _name;
    readonly IWritableFile _file;
    readonly ArrayBufferWriter<byte> _buffer = new(Buffered + (Buffered / 4));
    readonly BlockIndexWriter _index = new();
    readonly List<ChunkEntry> _chunks = [];
    long _at;
    long _samples;
    long _first = long.MaxValue, _last = long.MinValue;

    public BlockWriter(IFiles files, string folder, string name)
    {
        (_files, _folder, _name) = (files, folder, name);
        _file = files.Create(Path.Combine(folder, name + Passing));
    }

    public bool IsEmpty => _samples == 0;

    /// <summary>Adds a series; keys come in ascending order. Without samples it is left out.</summary>
    public void Add(ReadOnlySpan<byte> key, SampleBuffer samples)
    {
        if (samples.Count == 0) return;
        _chunks.Clear();
        for (int at = 0, count; at < samples.Count; at += count)
        {
            count = Fitting(samples, at);
            Chunk(samples, at, count);
        }

        _index.Add(key, _chunks);
        _samples += samples.Count;
        _first = Math.Min(_first, samples.Times[0]);
        _last = Math.Max(_last, samples.Times[^1]);
        if (_buffer.WrittenCount >= Buffered) Flush();
    }

    /// <exception cref="IOException">There is no block.</exception>
    public void Finish(long firstGeneration, long lastGeneration, int level, long deleted)
    {
        Flush();
        var index = _index.Finish();
        var stored = Packed(index);
        _file.Write(stored);
        _file.Write(new BlockFooter(_at, stored.Length, index.Length, Crc.Of(stored), _index.Series, _samples, _first, _last, firstGeneration, lastGeneration, level, deleted).Write());
        _file.Sync();
        _file.Dispose();
        _files.Rename(Path.Combine(_folder, _name + Passing), Path.Combine(_folder, _name));
        _files.SyncFolder(_folder);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>How many samples from there on go into one chunk.</summary>
    static int Fitting(SampleBuffer samples, int from)
    {
        var most = Math.Min(ChunkSamples, samples.Count - from);
        if (!samples.HasHistograms) return most;
        var numbers = 0;
        for (var at = 0; at < most; at++)
        {
            if (samples.Histograms[from + at] is not { } histogram) continue;
            numbers += HistogramLayout.Before + histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length;
            if (numbers > ChunkNumbers && at > 0) return at;
        }

        return most;
    }

    void Chunk(SampleBuffer samples, int from, int count)
    {
        var start = _buffer.WrittenCount;
        var times = samples.Times.Slice(from, count);
        var histograms = false;
        if (samples.HasHistograms)
        {
            foreach (var one in samples.Histograms.Slice(from, count)) histograms |= one is not null;
        }

        if (histograms) SealedHistograms.Encode(times, samples.Histograms.Slice(from, count), samples.Values.Slice(from, count), _buffer);
        else SealedFloats.Encode(times, samples.Values.Slice(from, count), _buffer);
        var sum = Crc.Of(_buffer.WrittenSpan[start..]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), sum);
        _buffer.Advance(4);
        _chunks.Add(new(_at + start, _buffer.WrittenCount - start, times[0], times[^1], count, histograms));
    }

    void Flush()
    {
        _file.Write(_buffer.WrittenSpan);
        _at += _buffer.WrittenCount;
        _buffer.ResetWrittenCount();
    }

    static byte[] Packed(ReadOnlySpan<byte> index)
    {
        var packed = new byte[System.IO.Compression.BrotliEncoder.GetMaxCompressedLength(index.Length)];
        return System.IO.Compression.BrotliEncoder.TryCompress(index, packed, out var length, 4, 22) && length < index.Length ? packed[..length] : index.ToArray();
    }
}
