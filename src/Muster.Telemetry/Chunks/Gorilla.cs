using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>Reads what a <see cref="GorillaChunk"/> wrote, also while it goes on writing.</summary>
internal static class Gorilla
{
    /// <summary>How many samples are published in these bytes.</summary>
    public static int Count(byte[] bytes) => bytes.Length == 0 ? 0 : Volatile.Read(ref bytes[0]);

    /// <summary>Adds the samples from <paramref name="from"/> to <paramref name="to"/>, both included; none, when it throws.</summary>
    /// <exception cref="CorruptChunk"/>
    public static void Decode(byte[] bytes, long from, long to, SampleBuffer into)
    {
        var count = Count(bytes);
        if (count == 0) return;
        if (bytes.Length < GorillaChunk.Head) throw new CorruptChunk("a chunk ends within its first sample");
        var before = into.Count;
        var found = 0;
        var (times, values) = into.Extend(count);
        try { found = Decode(bytes, count, from, to, times.Span, values.Span); }
        finally { into.Shorten(before + found); }
    }

    /// <summary>How many were found. The columns have room for all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Decode(ReadOnlySpan<byte> bytes, int count, long from, long to, Span<long> times, Span<double> values)
    {
        var end = bytes.Length * 8;
        var time = BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes[9..]);
        var delta = 0L;
        var trailing = 0;
        var width = 0;
        var position = GorillaChunk.Head * 8;
        var found = 0;
        if (time > to) return 0;
        times[0] = time;
        values[0] = BitConverter.UInt64BitsToDouble(value);
        if (time >= from) found = 1;
        for (var left = count - 1; left > 0;)
        {
            var bits = ChunkReader.Bits(bytes, position);
            // Nothing overflows within a run under these bounds; outside of them each step is watched below.
            if ((bits & 3) == 0 && (ulong)(delta - 1) < 1UL << 56 && time < long.MaxValue - (1L << 62))
            {
                // Twenty-eight pairs are in every 57 bits.
                var run = Math.Min(left, Math.Min(28, BitOperations.TrailingZeroCount(bits) / 2));
                position += run * 2;
                left -= run;
                if (position > end) throw new CorruptChunk("a chunk ends within a sample");
                var same = BitConverter.UInt64BitsToDouble(value);
                for (; run > 0; run--)
                {
                    time += delta;
                    if (time > to) return found;
                    times[found] = time;
                    values[found] = same;
                    if (time >= from) found++;
                }

                continue;
            }

            if ((bits & 1) == 0)
            {
                position++;
                bits >>= 1;
            }
            else
            {
                long change;
                if ((bits & 2) == 0) (change, position) = ((sbyte)(bits >> 2), position + 10);
                else if ((bits & 4) == 0) (change, position) = ((long)(bits << 44) >> 47, position + 20);
                else if ((bits & 8) == 0) (change, position) = ((int)(bits >> 4), position + 36);
                else (change, position) = ((long)ChunkReader.Wide(bytes, position + 4, 64), position + 68);
                delta += change;
                bits = ChunkReader.Bits(bytes, position);
            }

            var next = time + delta;
            if (next <= time) throw new CorruptChunk("the times of a chunk do not ascend");
            time = next;
            if ((bits & 1) == 0)
            {
                position++;
            }
            else
            {
                if ((bits & 2) == 0)
                {
                    position += 2;
                    bits >>= 2;
                }
                else
                {
                    var leading = (int)(bits >> 2) & 31;
                    width = ((int)(bits >> 7) & 63) + 1;
                    trailing = 64 - leading - width;
                    position += 13;
                    bits >>= 13;
                }

                if (trailing < 0 || width == 0) throw new CorruptChunk("a value of a chunk has no window");
                // What is left of the 56 bits that are there at least.
                value ^= (width <= 43 ? bits & ((1UL << width) - 1) : ChunkReader.Wide(bytes, position, width)) << trailing;
                position += width;
            }

            if (position > end) throw new CorruptChunk("a chunk ends within a sample");
            left--;
            if (time > to) return found;
            times[found] = time;
            values[found] = BitConverter.UInt64BitsToDouble(value);
            if (time >= from) found++;
        }

        return found;
    }
}
