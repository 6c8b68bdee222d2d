using System.Buffers;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>The times of a block, whose first and last are known: a byte for those all equally far apart, else an <see cref="IntColumn"/> of the distances from the first.</summary>
static class TimeColumn
{
    const byte Even = 0;
    const byte Uneven = 1;

    public static void Encode(ReadOnlySpan<long> times, ChunkWriter into)
    {
        if (IsEven(times))
        {
            into.Byte(Even);
            return;
        }

        into.Byte(Uneven);
        var rented = ArrayPool<long>.Shared.Rent(times.Length);
        var distances = rented.AsSpan(0, times.Length);
        for (var at = 0; at < times.Length; at++) distances[at] = times[at] - times[0];
        IntColumn.Encode(distances, lines: true, into);
        ArrayPool<long>.Shared.Return(rented);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool IsEven(ReadOnlySpan<long> times)
    {
        if (times.Length < 3) return true;
        var step = times[1] - times[0];
        for (var at = 2; at < times.Length; at++)
        {
            if (times[at] - times[at - 1] != step) return false;
        }

        return true;
    }

    /// <exception cref="CorruptChunk"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(ref ChunkReader reader, BlockSpan span, Span<long> into)
    {
        var way = reader.Byte();
        if (way > Uneven) throw new CorruptChunk("times have no such way");
        if (way == Uneven)
        {
            IntColumn.Decode(ref reader, into);
            var last = long.MinValue;
            var ascending = true;
            for (var at = 0; at < into.Length; at++)
            {
                var time = span.First + into[at];
                ascending &= time > last || at == 0;
                into[at] = last = time;
            }

            if (!ascending || into[0] != span.First || last != span.Last) throw new CorruptChunk("the times of a block do not ascend from its first to its last");
            return;
        }

        var (step, rest) = span.Count == 1 ? (0UL, 0UL) : Math.DivRem((ulong)(span.Last - span.First), (ulong)(span.Count - 1));
        if (rest != 0 || (step == 0 && span.Count > 1)) throw new CorruptChunk("even times do not fill their span");
        var next = (ulong)span.First;
        foreach (ref var time in into)
        {
            time = (long)next;
            next += step;
        }
    }
}
