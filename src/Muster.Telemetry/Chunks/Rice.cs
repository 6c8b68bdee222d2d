using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muster.Telemetry.Chunks;

/// <summary>Rice codes: what is above the lowest k bits as so many zeros and a one, then these bits; <see cref="IntGroup.Escape"/> zeros and all 64 bits for what is too far.</summary>
static class Rice
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

    /// <summary>
    /// The parameter, 0 to 63, of about the fewest bits, and how many these are exactly. It is found by how many numbers there are of each length,
    /// as if those of one length lay evenly: close to the best, and far from trying all.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (int Parameter, long Cost) Cheapest(ReadOnlySpan<ulong> values)
    {
        if (values.IsEmpty) return (0, 0);
        Span<int> lengths = stackalloc int[65];
        lengths.Clear();
        foreach (var value in values) lengths[64 - BitOperations.LeadingZeroCount(value)]++;
        var longest = 64;
        while (longest > 0 && lengths[longest] == 0) longest--;
        var shortest = 1;
        while (shortest < longest && lengths[shortest] == 0) shortest++;
        var (best, least) = (0, long.MaxValue);
        for (var parameter = Math.Max(0, shortest - 3); parameter <= Math.Min(63, longest); parameter++)
        {
            // In half bits. A number of d bits more than the parameter has 3 * 2^(d-1) - 1 half zeros before its one, in the mean.
            var cost = 2L * values.Length * (1 + parameter);
            for (var length = parameter + 1; length <= longest; length++)
            {
                var more = length - parameter;
                cost += lengths[length] * (more <= 4 ? (3L << (more - 1)) - 1 : (2 * (Escape + 63 - parameter)) - (more == 5 ? 65 : 0));
            }

            if (cost < least) (best, least) = (parameter, cost);
        }

        return (best, Cost(values, best));
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
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var lastInside = (bytes.Length - 8) * 8;
        for (var at = 0; at < into.Length;)
        {
            var bits = position <= lastInside ? ChunkReader.Inside(ref start, position) : ChunkReader.Bits(bytes, position);
            var high = BitOperations.TrailingZeroCount(bits);
            if (high >= Escape)
            {
                into[at++] = from + Zigzag.Back(ChunkReader.Wide(bytes, position + Escape, 64));
                position += Escape + 64;
                continue;
            }

            // As many as are whole within the 57 bits that were read at once: the first is.
            var left = 57;
            do
            {
                var length = high + 1 + parameter;
                into[at++] = from + Zigzag.Back(((ulong)high << parameter) | ((bits >> (high + 1)) & mask));
                bits >>= length;
                position += length;
                left -= length;
                high = BitOperations.TrailingZeroCount(bits);
            }
            while (at < into.Length && high < Escape && left > high + parameter);
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
