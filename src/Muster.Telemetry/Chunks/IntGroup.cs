using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// How up to <see cref="Size"/> integers are written around a base of theirs. A byte has the way (two bits, highest) and its parameter; the change
/// of the base since the group before follows. The ways: all are the base; packed at one width above it; Golomb-Rice codes of the zigzagged
/// distances from it (<see href="https://en.wikipedia.org/wiki/Golomb_coding">Rice coding</see>), with an escape for what is far away; or only
/// those that differ, each with how many equal the base before it. Which, is told by counting the bits of each.
/// </summary>
readonly record struct IntGroup(GroupWay Way, int Parameter, int GapParameter, long Base, long Cost)
{
    public const int Size = 128;

    /// <summary>A code of so many zeros, and nothing else before them, is followed by the 64 bits of the number.</summary>
    public const int Escape = 24;

    const int Sampled = 15;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static IntGroup Planned(ReadOnlySpan<long> group, long before)
    {
        var (least, most) = (group[0], group[0]);
        foreach (var value in group)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        if (least == most) return new(GroupWay.Same, 0, 0, least, BaseCost(least, before));
        var width = 64 - BitOperations.LeadingZeroCount((ulong)(most - least));
        var best = new IntGroup(GroupWay.Packed, width - 1, 0, least, BaseCost(least, before) + Bytes((long)width * group.Length));

        var middle = Middle(group, before);
        Span<ulong> distances = stackalloc ulong[Size];
        distances = distances[..group.Length];
        var differing = 0;
        for (var at = 0; at < group.Length; at++)
        {
            distances[at] = Zigzag.Of(group[at] - middle);
            if (distances[at] != 0) differing++;
        }

        var (parameter, cost) = Rice.Cheapest(distances);
        cost = Bytes(cost) + BaseCost(middle, before);
        if (cost < best.Cost) best = new(GroupWay.Rice, parameter, 0, middle, cost);
        if (differing > group.Length / 3) return best;

        Span<ulong> gaps = stackalloc ulong[Size];
        var kept = 0;
        var gap = 0UL;
        foreach (var distance in distances)
        {
            if (distance == 0) gap++;
            else
            {
                gaps[kept] = gap;
                distances[kept++] = distance - 1;
                gap = 0;
            }
        }

        (parameter, cost) = Rice.Cheapest(distances[..kept]);
        var (gapParameter, gapCost) = Rice.Cheapest(gaps[..kept]);
        cost = Bytes(cost + gapCost) + 16 + BaseCost(middle, before);
        return cost < best.Cost ? new(GroupWay.Sparse, parameter, gapParameter, middle, cost) : best;
    }

    /// <summary>About the median, by a few of them: sorting all would take longer than everything else here.</summary>
    static long Middle(ReadOnlySpan<long> group, long before)
    {
        Span<long> some = stackalloc long[Sampled];
        var step = Math.Max(1, group.Length / Sampled);
        var count = 0;
        for (var at = step / 2; at < group.Length && count < Sampled; at += step) some[count++] = group[at];
        some = some[..count];
        some.Sort();
        var middle = some[count / 2];
        // A base that is nearly the last one is not worth its bytes.
        return Zigzag.Of(middle - before) / 2 <= (ulong)(some[count * 3 / 4] - some[count / 4]) / 8 ? before : middle;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ReadOnlySpan<long> group, long before, ChunkWriter into)
    {
        into.Byte((byte)(((int)Way << 6) | Parameter));
        into.Signed(Base - before);
        switch (Way)
        {
            case GroupWay.Same:
                return;
            case GroupWay.Packed:
                foreach (var value in group) into.Bits((ulong)(value - Base), Parameter + 1);
                break;
            case GroupWay.Rice:
                foreach (var value in group) Rice.Write(Zigzag.Of(value - Base), Parameter, into);
                break;
            default:
                WriteSparse(group, into);
                break;
        }

        into.Align();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteSparse(ReadOnlySpan<long> group, ChunkWriter into)
    {
        var kept = 0;
        foreach (var value in group)
        {
            if (value != Base) kept++;
        }

        into.Byte((byte)GapParameter);
        into.Byte((byte)kept);
        var gap = 0UL;
        foreach (var value in group)
        {
            if (value == Base) gap++;
            else
            {
                Rice.Write(gap, GapParameter, into);
                Rice.Write(Zigzag.Of(value - Base) - 1, Parameter, into);
                gap = 0;
            }
        }
    }

    /// <summary>Fills the group, and tells its base.</summary>
    /// <exception cref="CorruptChunk"/>
    public static long Read(ref ChunkReader reader, long before, scoped Span<long> group)
    {
        int head = reader.Byte();
        var (way, parameter) = ((GroupWay)(head >> 6), head & 63);
        var from = before + reader.Signed();
        if (way == GroupWay.Same)
        {
            group.Fill(from);
            return from;
        }

        var (gapParameter, kept) = way == GroupWay.Sparse ? (reader.Byte(), reader.Byte()) : (0, 0);
        if (reader.All.Length < 8 || gapParameter > 63) throw new CorruptChunk("a group ends too early");
        reader.AlignTo(way switch
        {
            GroupWay.Packed => Packed.Read(reader.All, reader.Position * 8, parameter + 1, from, group),
            GroupWay.Rice => Rice.Read(reader.All, reader.Position * 8, parameter, from, group),
            _ => Rice.ReadSparse(reader.All, reader.Position * 8, parameter, gapParameter, kept, from, group),
        });
        return from;
    }

    static long Bytes(long bits) => (bits + 7) & ~7L;

    static long BaseCost(long value, long before) => 8 + (8 * ((70 - BitOperations.LeadingZeroCount(Zigzag.Of(value - before) | 1)) / 7));
}

enum GroupWay : byte { Same, Packed, Rice, Sparse }
