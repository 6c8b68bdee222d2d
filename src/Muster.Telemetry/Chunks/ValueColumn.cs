using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// Floats as an <see cref="IntColumn"/>: decimal numbers as whole ones, the way of
/// <see href="https://faun.pub/victoriametrics-achieving-better-compression-for-time-series-data-than-gorilla-317bc1f95932">VictoriaMetrics</see>,
/// or else their bits in the order of the numbers. A few that are neither (stale markers, infinities) follow it, each with its place.
/// </summary>
static class ValueColumn
{
    const int AsBits = 31;
    const byte HasOdd = 32;

    public static void Encode(ReadOnlySpan<double> values, ChunkWriter into)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Fills all of them.</summary>
    /// <exception cref="CorruptChunk"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(ref ChunkReader reader, Span<double> values)
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
