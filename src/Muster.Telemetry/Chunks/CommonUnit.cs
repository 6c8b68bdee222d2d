using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>The greatest common divisor of all distances from the first of some numbers, 0 when there are none: pages of 4 KiB, whole seconds in milliseconds.</summary>
static class CommonUnit
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Of(ReadOnlySpan<long> values)
    {
        var unit = 0UL;
        foreach (var value in values)
        {
            var away = value - values[0];
            var distance = (ulong)(away < 0 ? -away : away);
            if (distance == 0 || distance == unit) continue;
            if (unit == 1) break;
            if (BitOperations.IsPow2(unit) ? (distance & (unit - 1)) == 0 : unit != 0 && distance % unit == 0) continue;
            unit = Divisor(distance, unit);
        }

        return unit;
    }

    static ulong Divisor(ulong a, ulong b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    /// <summary>The distances in this unit, which is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide(ReadOnlySpan<long> values, ulong unit, Span<long> into)
    {
        var first = values[0];
        if (BitOperations.IsPow2(unit))
        {
            var shift = BitOperations.Log2(unit);
            for (var at = 0; at < values.Length; at++) into[at] = (values[at] - first) >> shift;
        }
        else
        {
            for (var at = 0; at < values.Length; at++) into[at] = (values[at] - first) / (long)unit;
        }
    }
}
