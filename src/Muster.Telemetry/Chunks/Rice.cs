using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>Rice codes: what is above the lowest k bits as so many zeros and a one, then these bits; <see cref="IntGroup.Escape"/> zeros and all 64 bits for what is too far.</summary>
internal static class Rice
{
    const int Escape = IntGroup.Escape;

    public static void Write(ulong value, int parameter, ChunkWriter into)
    {
        var high = value >> parameter;
        if (high >= Escape)
        {
            into.Bits(0, Escape);
            into.Bits(value, 64);
            return;
        }

        into.Bits(1UL << (int)high, (int)high + 1);
        into.Bits(value & ((1UL << parameter) - 1), parameter);
    }

    /// <summary>The parameter, 0 to 63, of the fewest bits, and these: found downhill from the length of a middling number.</summary>
    public static (int Parameter, long Cost) Cheapest(ReadOnlySpan<ulong> values)
    {
        if (values.IsEmpty) return (0, 0);
        Span<byte> lengths = stackalloc byte[65];
        lengths.Clear();
        foreach (var value in values) lengths[64 - BitOperations.LeadingZeroCount(value)]++;
        var (length, seen) = (0, (int)lengths[0]);
        while (seen * 2 <= values.Length) seen += lengths[++length];
        var parameter = Math.Max(0, length - 1);
        var cost = Cost(values, parameter);
        for (var step = 1; ;)
        {
            var next = parameter + step;
            var nextCost = next is < 0 or > 63 ? long.MaxValue : Cost(values, next);
            if (nextCost < cost) (parameter, cost) = (next, nextCost);
            else if (step == 1) step = -1;
            else return (parameter, cost);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static long Cost(ReadOnlySpan<ulong> values, int parameter)
    {
        var cost = 0L;
        foreach (var value in values)
        {
            var high = value >> parameter;
            cost += high < Escape ? (long)high + 1 + parameter : Escape + 64;
        }

        return cost;
    }

    /// <summary>Fills the group with numbers around a base; the bit after the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(ReadOnlySpan<byte> bytes, int position, int parameter, long from, Span<long> into)
    {
        if (parameter > 57 - Escape)
        {
            foreach (ref var value in into) value = from + Zigzag.Back(One(bytes, ref position, parameter));
            return position;
        }

        var mask = (1UL << parameter) - 1;
        foreach (ref var value in into)
        {
            var bits = ChunkReader.Bits(bytes, position);
            var high = BitOperations.TrailingZeroCount(bits);
            if (high < Escape)
            {
                var found = ((ulong)high << parameter) | ((bits >> (high + 1)) & mask);
                value = from + Zigzag.Back(found);
                position += high + 1 + parameter;
            }
            else
            {
                value = from + Zigzag.Back(ChunkReader.Wide(bytes, position + Escape, 64));
                position += Escape + 64;
            }
        }

        return position;
    }

    /// <summary>The same where only some differ from the base.</summary>
    /// <exception cref="CorruptChunk">They are more than fit.</exception>
    public static int ReadSparse(ReadOnlySpan<byte> bytes, int position, int parameter, int gapParameter, int kept, long from, Span<long> into)
    {
        into.Fill(from);
        for (var at = 0; kept > 0; kept--)
        {
            var gap = One(bytes, ref position, gapParameter);
            if (gap >= (ulong)(into.Length - at)) throw new CorruptChunk("a group has more numbers than fit");
            at += (int)gap;
            into[at++] = from + Zigzag.Back(One(bytes, ref position, parameter) + 1);
        }

        return position;
    }

    static ulong One(ReadOnlySpan<byte> bytes, ref int position, int parameter)
    {
        var high = BitOperations.TrailingZeroCount(ChunkReader.Bits(bytes, position));
        if (high >= Escape)
        {
            position += Escape + 64;
            return ChunkReader.Wide(bytes, position - 64, 64);
        }

        position += high + 1 + parameter;
        return ((ulong)high << parameter) | ChunkReader.Wide(bytes, position - parameter, parameter);
    }
}
