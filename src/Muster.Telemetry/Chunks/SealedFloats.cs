using System.Buffers;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// Blocks of floats of one series, at rest: lossless to the bit. The caller keeps their length and a checksum. A block is its
/// <see cref="BlockSpan"/>, a <see cref="TimeColumn"/> and a <see cref="ValueColumn"/>.
/// </summary>
internal static class SealedFloats
{
    /// <summary>Writes one block.</summary>
    /// <param name="times">Ascending, no time twice; 1 to <see cref="BlockSpan.MostSamples"/> of them.</param>
    /// <param name="values">As many.</param>
    public static void Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values, IBufferWriter<byte> into)
    {
        var writer = new ChunkWriter();
        BlockSpan.Write(times, writer);
        TimeColumn.Encode(times, writer);
        ValueColumn.Encode(values, writer);
        writer.CopyTo(into);
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
        var before = into.Count;
        var found = 0;
        var (timeRoom, valueRoom) = into.Extend(span.Count);
        try
        {
            var times = timeRoom.Span;
            var values = valueRoom.Span;
            TimeColumn.Decode(ref reader, span, times);
            ValueColumn.Decode(ref reader, values);
            if (reader.Left > 0) throw new CorruptChunk("bytes follow the end of a block");
            found = Keep(times, values, from, to);
        }
        finally { into.Shorten(before + found); }
    }

    static int Keep(Span<long> times, Span<double> values, long from, long to)
    {
        var start = times[0] >= from ? 0 : times.BinarySearch(from);
        var end = times[^1] <= to ? times.Length - 1 : times.BinarySearch(to);
        start = start < 0 ? ~start : start;
        end = end < 0 ? ~end : end + 1;
        if (start >= end) return 0;
        if (start == 0) return end;
        times[start..end].CopyTo(times);
        values[start..end].CopyTo(values);
        return end - start;
    }
}
