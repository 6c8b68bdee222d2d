using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// Floats as integers over one power of ten, wherever the division gives the very same bits back: IEEE 754 rounds it correctly, so each number
/// that was once written with so few decimals is found. Else the bits themselves, put in the order of the numbers, so that numbers near each
/// other are integers near each other.
/// </summary>
static class Decimals
{
    /// <summary>Most decimals: nanoseconds and three more.</summary>
    public const int Most = 12;

    /// <summary>Fourteen digits: with sixteen, numbers of full precision would fit by luck, and make all others of their block long.</summary>
    const double LargestScaled = 1e14;

    static ReadOnlySpan<double> Powers => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

    /// <summary>False where more than <paramref name="mostOdd"/> fit into no common power.</summary>
    /// <param name="into">As long as the values; an odd one is as the one before it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryScale(ReadOnlySpan<double> values, Span<long> into, List<int> odd, int mostOdd, out int decimals)
    {
        if (!TryFindPower(values, mostOdd, out decimals)) return false;
        odd.Clear();
        var last = 0L;
        for (var at = 0; at < values.Length; at++)
        {
            if (!Fits(values[at], decimals, out into[at]))
            {
                if (odd.Count == mostOdd) return false;
                odd.Add(at);
                into[at] = last;
            }
            else if (odd.Count == at && at > 0)
            {
                into[..at].Fill(into[at]);
            }

            last = into[at];
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool TryFindPower(ReadOnlySpan<double> values, int mostOdd, out int decimals)
    {
        decimals = 0;
        var odd = 0;
        var seen = BitConverter.DoubleToInt64Bits(values[0]) ^ 1;
        foreach (var value in values)
        {
            // Where one fits, the same again fits too.
            if (BitConverter.DoubleToInt64Bits(value) == seen) continue;
            seen = BitConverter.DoubleToInt64Bits(value);
            if (Fits(value, decimals, out _)) continue;
            var more = decimals + 1;
            while (more <= Most && !Fits(value, more, out _)) more++;
            if (more <= Most) decimals = more;
            else if (++odd > mostOdd) return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Fits(double value, int decimals, out long whole)
    {
        var power = Powers[decimals];
        var scaled = value * power;
        // What no long can hold is cut to one, and does not come back.
        whole = (long)Math.Round(scaled);
        if (decimals > 0 && !(Math.Abs(scaled) < LargestScaled)) return false;
        return BitConverter.DoubleToInt64Bits(whole / power) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The way back, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Restore(Span<double> values, int decimals)
    {
        var wholes = MemoryMarshal.Cast<double, long>(values);
        var power = new Vector<double>(Powers[decimals]);
        var at = 0;
        for (; at <= values.Length - Vector<double>.Count; at += Vector<double>.Count)
        {
            (Vector.ConvertToDouble(new Vector<long>(wholes[at..])) / power).CopyTo(values[at..]);
        }

        for (; at < values.Length; at++) values[at] = wholes[at] / Powers[decimals];
    }

    /// <summary>Bits in the order of the numbers; the same again brings them back.</summary>
    public static long Ordered(long bits) => bits ^ ((bits >> 63) & long.MaxValue);
}
