using System.Buffers;
using System.Runtime.InteropServices;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// Blocks of floats of one series, at rest: lossless to the bit. The caller keeps their length and a checksum. A block is its
/// <see cref="BlockSpan"/>, a <see cref="TimeColumn"/>, and its values as an <see cref="IntColumn"/>: decimal numbers as whole ones, the way of
/// <see href="https://faun.pub/victoriametrics-achieving-better-compression-for-time-series-data-than-gorilla-317bc1f95932">VictoriaMetrics</see>,
/// or else their bits. A few that are neither (stale markers, infinities) are kept beside it.
/// </summary>
internal static class SealedFloats
{
    const int AsBits = 31;
    const byte HasOdd = 32;

    /// <summary>Writes one block.</summary>
    /// <param name="times">Ascending, no time twice; 1 to <see cref="BlockSpan.MostSamples"/> of them.</param>
    /// <param name="values">As many.</param>
    public static void Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values, IBufferWriter<byte> into)
    {
        var writer = new ChunkWriter();
        BlockSpan.Write(times, writer);
        TimeColumn.Encode(times, writer);
        Encode(values, writer);
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
            Decode(ref reader, values);
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

    static void Encode(ReadOnlySpan<double> values, ChunkWriter into)
    {
        var mostOdd = values.Length / 16;
        var odd = new List<int>();
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        var wholes = rented.AsSpan(0, values.Length);
        if (!Decimals.TryScale(values, wholes, odd, mostOdd, out var kind)) kind = AsBits;
        if (kind == AsBits) OrderedBits(values, wholes, odd, mostOdd);
        into.Byte((byte)(kind | (odd.Count > 0 ? HasOdd : 0)));
        IntColumn.Encode(wholes, lines: false, into);
        ArrayPool<long>.Shared.Return(rented);
        if (odd.Count == 0) return;
        into.Varint((ulong)odd.Count);
        var after = 0;
        foreach (var at in odd)
        {
            into.Varint((ulong)(at - after));
            into.Double(values[at]);
            after = at + 1;
        }
    }

    static void OrderedBits(ReadOnlySpan<double> values, Span<long> into, List<int> odd, int mostOdd)
    {
        odd.Clear();
        var last = 0L;
        for (var at = 0; at < values.Length; at++)
        {
            if (!double.IsFinite(values[at]) && odd.Count < mostOdd)
            {
                odd.Add(at);
            }
            else
            {
                last = Decimals.Ordered(BitConverter.DoubleToInt64Bits(values[at]));
                if (odd.Count == at) into[..at].Fill(last);
            }

            into[at] = last;
        }
    }

    static void Decode(ref ChunkReader reader, Span<double> values)
    {
        int head = reader.Byte();
        var kind = head & 31;
        if (head >= HasOdd * 2 || (kind != AsBits && kind > Decimals.Most)) throw new CorruptChunk("a block has no such kind of values");
        var wholes = MemoryMarshal.Cast<double, long>(values);
        IntColumn.Decode(ref reader, wholes);
        if (kind != AsBits) Decimals.Restore(values, kind);
        else foreach (ref var value in wholes) value = Decimals.Ordered(value);
        if ((head & HasOdd) == 0) return;
        var at = 0;
        for (var left = reader.Varint(values.Length); left > 0; left--)
        {
            at += reader.Varint(values.Length);
            if (at >= values.Length) throw new CorruptChunk("a block has a value after its last one");
            values[at++] = reader.Double();
        }
    }
}
