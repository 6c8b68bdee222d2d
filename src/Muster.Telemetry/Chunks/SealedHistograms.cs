using System.Buffers;
using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// Blocks of native histograms of one series: lossless. The caller keeps their length and a checksum. A block is its <see cref="BlockSpan"/>, a
/// byte, and either <see cref="HistogramRows"/> or <see cref="HistogramColumns"/>, whichever is shorter: columns, unless the buckets keep changing.
/// </summary>
static class SealedHistograms
{
    internal const byte Rows = 0;
    internal const byte Columns = 1;

    /// <summary>Most numbers of all histograms of a block together, so that few bytes cannot take all memory: 8,192 histograms of 500 buckets, 511 of the largest.</summary>
    public const int MostNumbers = 1 << 22;

    /// <summary>How many samples, from the first on, one block can hold; 511 at least, or all. What is left goes into the next.</summary>
    public static int Fitting(ReadOnlySpan<NativeHistogram?> histograms)
    {
        var numbers = 0L;
        for (var at = 0; at < histograms.Length; at++)
        {
            if (histograms[at] is not { } histogram) continue;
            numbers += HistogramLayout.Before + Length(histogram.PositiveBuckets) + Length(histogram.NegativeBuckets);
            if (numbers > MostNumbers) return Math.Min(at, BlockSpan.MostSamples);
        }

        return Math.Min(histograms.Length, BlockSpan.MostSamples);
    }

    static int Length<T>(ImmutableArray<T> array) => array.IsDefault ? 0 : array.Length;

    /// <summary>Writes one block.</summary>
    /// <param name="times">Ascending, no time twice; 1 to <see cref="BlockSpan.MostSamples"/> of them.</param>
    /// <param name="histograms">As many; where one is null the sample is the float of <paramref name="values"/>.</param>
    /// <param name="values">As many.</param>
    /// <exception cref="ArgumentException">One is none that can be written (see <see cref="HistogramLayout.Of"/>), or all are more than <see cref="Fitting"/>.</exception>
    public static void Encode(ReadOnlySpan<long> times, ReadOnlySpan<NativeHistogram?> histograms, ReadOnlySpan<double> values, IBufferWriter<byte> into)
    {
        if (Fitting(histograms) < Math.Min(histograms.Length, BlockSpan.MostSamples)) throw new ArgumentException($"the histograms of a block have more than {MostNumbers} numbers together", nameof(histograms));
        var block = new ChunkWriter();
        BlockSpan.Write(times, block);
        var columns = new ChunkWriter();
        HistogramColumns.Encode(times, histograms, values, columns);
        var rows = new HistogramRows();
        for (var at = 0; at < times.Length; at++)
        {
            if (histograms[at] is { } histogram) rows.Append(times[at], histogram);
            else rows.Append(times[at], values[at]);
        }

        var shorter = rows.Written.Length < columns.Length ? rows.Written : columns.Written;
        block.Byte(rows.Written.Length < columns.Length ? Rows : Columns);
        block.Bytes(shorter);
        block.CopyTo(into);
    }

    /// <exception cref="CorruptChunk"/>
    public static BlockSpan Span(ReadOnlySpan<byte> block)
    {
        var reader = new ChunkReader(block);
        return BlockSpan.Read(ref reader);
    }

    /// <summary>Adds the samples from <paramref name="from"/> to <paramref name="to"/>, both included; none, when it throws.</summary>
    /// <exception cref="CorruptChunk"/>
    public static void Decode(ReadOnlySpan<byte> block, long from, long to, SampleBuffer into)
    {
        var reader = new ChunkReader(block);
        var span = BlockSpan.Read(ref reader);
        if (!span.Overlaps(from, to)) return;
        var way = reader.Byte();
        if (way > Columns) throw new CorruptChunk("a block of histograms has no such way");
        var before = into.Count;
        var done = false;
        try
        {
            if (way == Rows) HistogramRows.Read(ref reader, span, from, to, into);
            else HistogramColumns.Read(ref reader, span, from, to, into);
            done = true;
        }
        finally { if (!done) into.Shorten(before); }
    }
}
