using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// A chunk of native histograms that grows at its end; a stale marker may stand between them. One thread appends, any number take
/// <see cref="Snapshot"/> at the same time.
/// </summary>
sealed class HistogramChunk
{
    public const int MostSamples = 120;

    readonly HistogramRows _rows = new();
    byte[] _bytes = new byte[64];
    Published? _published;

    /// <summary>What a reader may see, all of one moment. The writer writes only behind <paramref name="Length"/>.</summary>
    sealed record Published(byte[] Bytes, int Length, BlockSpan Span);

    public int Count => _published?.Span.Count ?? 0;

    /// <summary>Time of the first sample; 0 while there is none.</summary>
    public long First => _published?.Span.First ?? 0;

    /// <summary>Time of the last sample; 0 while there is none.</summary>
    public long Last => _published?.Span.Last ?? 0;

    /// <summary>Nothing more goes in: seal it and begin another.</summary>
    public bool IsFull => Count >= MostSamples;

    /// <summary>A block that <see cref="SealedHistograms.Decode"/> reads: what was appended until now. Empty before the first sample.</summary>
    public ReadOnlyMemory<byte> Snapshot()
    {
        if (Volatile.Read(ref _published) is not { } now) return default;
        var block = new ChunkWriter();
        BlockSpan.Write(now.Span, block);
        block.Byte(SealedHistograms.Rows);
        block.Bytes(now.Bytes.AsSpan(0, now.Length));
        return block.Written.ToArray();
    }

    /// <summary>Adds one, later than <see cref="Last"/>, to a chunk that is not full: both are for the caller to see to.</summary>
    /// <exception cref="ArgumentException">It is none that can be written: see <see cref="HistogramLayout.Of"/>. Nothing was appended.</exception>
    public void Append(long time, NativeHistogram histogram)
    {
        _rows.Append(time, histogram);
        Publish(time);
    }

    /// <summary>The same with a float among the histograms: a stale marker, or whatever its bits are.</summary>
    public void Append(long time, double value)
    {
        _rows.Append(time, value);
        Publish(time);
    }

    void Publish(long time)
    {
        var row = _rows.Taken();
        var used = _published?.Length ?? 0;
        if (used + row.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(used + row.Length, _bytes.Length * 2));
        row.CopyTo(_bytes.AsSpan(used));
        Volatile.Write(ref _published, new(_bytes, used + row.Length, new(_rows.Count, _published?.Span.First ?? time, time)));
    }
}
