using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// A column of 64-bit integers: the first one, the greatest common divisor of all distances from it (0: every one is the same), and then these
/// distances in units of it, as whichever needs the fewest bits: themselves, their deltas, the changes of their deltas, or their distances from
/// a line. What remains is written in groups of <see cref="IntGroup.Size"/>. All arithmetic wraps, so that every input comes back.
/// </summary>
static class IntColumn
{
    enum Shape : byte { Plain, Delta, Change, Line }

    /// <param name="lines">Whether a line through the points is tried too: for times, which stand around a grid.</param>
    public static void Encode(ReadOnlySpan<long> values, bool lines, ChunkWriter into)
    {
        into.Signed(values[0]);
        var unit = CommonUnit.Of(values);
        into.Varint(unit);
        if (unit == 0) return;
        var count = values.Length;
        var rented = ArrayPool<long>.Shared.Rent(count * 3);
        var distances = rented.AsSpan(0, count);
        var rest = rented.AsSpan(count, count);
        var best = rented.AsSpan(count * 2, count);
        CommonUnit.Divide(values, unit, distances);
        var (shape, step, cost) = (Shape.Plain, 0L, long.MaxValue);
        var (plans, bestPlans) = (new List<IntGroup>(), new List<IntGroup>());
        foreach (var tried in (ReadOnlySpan<Shape>)(lines ? [Shape.Delta, Shape.Line] : [Shape.Delta, Shape.Change, Shape.Plain]))
        {
            var triedStep = tried switch { Shape.Change => distances[1], Shape.Line => UsualStep(distances), _ => 0 };
            Reduce(distances, tried, triedStep, rest);
            var triedCost = Cost(rest[First(tried)..], cost, plans);
            if (triedCost >= cost) continue;
            (shape, step, cost) = (tried, triedStep, triedCost);
            var swapped = best;
            best = rest;
            rest = swapped;
            (plans, bestPlans) = (bestPlans, plans);
            // Half a bit each: nothing is to be gained that would be worth the time.
            if (cost < count / 2) break;
        }

        into.Byte((byte)shape);
        if (shape is Shape.Change or Shape.Line) into.Signed(step);
        var before = 0L;
        var left = best[First(shape)..];
        foreach (var plan in bestPlans)
        {
            var length = Math.Min(left.Length, IntGroup.Size);
            plan.Write(left[..length], before, into);
            before = plan.Base;
            left = left[length..];
        }

        ArrayPool<long>.Shared.Return(rented);
    }

    /// <summary>Fills the whole of <paramref name="into"/>.</summary>
    /// <exception cref="CorruptChunk"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(ref ChunkReader reader, Span<long> into)
    {
        var first = reader.Signed();
        var unit = (long)reader.Varint();
        if (unit == 0)
        {
            into.Fill(first);
            return;
        }

        var shape = (Shape)reader.Byte();
        if (shape > Shape.Line) throw new CorruptChunk("a column has no such shape");
        var step = shape is Shape.Change or Shape.Line ? reader.Signed() : 0;
        into[0] = 0;
        if (shape == Shape.Change && into.Length > 1) into[1] = step;
        var (before, last, delta) = (0L, shape == Shape.Change ? step : 0, step);
        for (var at = First(shape); at < into.Length; at += IntGroup.Size)
        {
            var group = into.Slice(at, Math.Min(IntGroup.Size, into.Length - at));
            before = IntGroup.Read(ref reader, before, group);
            if (shape == Shape.Delta) last = Sum(group, last);
            else if (shape == Shape.Change) (last, delta) = SumTwice(group, last, delta);
            else if (shape == Shape.Line) AddLine(group, at, step);
        }

        if (unit != 1) foreach (ref var value in into) value = first + (value * unit);
        else if (first != 0) foreach (ref var value in into) value += first;
    }

    /// <summary>The distances before this index are known without a group.</summary>
    static int First(Shape shape) => shape == Shape.Change ? 2 : 1;

    /// <summary>The mean of those steps that are about as long as a middling one, so that gaps do not count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static long UsualStep(ReadOnlySpan<long> distances)
    {
        Span<long> some = stackalloc long[Math.Min(15, distances.Length - 1)];
        var stride = (distances.Length - 1) / some.Length;
        for (var at = 0; at < some.Length; at++) some[at] = distances[(at * stride) + 1] - distances[at * stride];
        some.Sort();
        var middle = some[some.Length / 2];
        var (sum, count) = (0L, 0L);
        for (var at = 1; at < distances.Length; at++)
        {
            var step = distances[at] - distances[at - 1];
            if (step < middle / 2 || step - middle > middle / 2) continue;
            sum += step;
            count++;
        }

        return count == 0 ? middle : (sum + (count / 2)) / count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Reduce(ReadOnlySpan<long> distances, Shape shape, long step, Span<long> into)
    {
        switch (shape)
        {
            case Shape.Plain:
                distances.CopyTo(into);
                break;
            case Shape.Delta:
                for (var at = 1; at < distances.Length; at++) into[at] = distances[at] - distances[at - 1];
                break;
            case Shape.Change:
                for (var at = 2; at < distances.Length; at++) into[at] = distances[at] - (2 * distances[at - 1]) + distances[at - 2];
                break;
            default:
                for (var at = 1; at < distances.Length; at++) into[at] = distances[at] - (step * at);
                break;
        }
    }

    /// <summary>In bits, and how; stops where it is above a limit.</summary>
    static long Cost(ReadOnlySpan<long> rest, long limit, List<IntGroup> plans)
    {
        plans.Clear();
        var (cost, before) = (0L, 0L);
        for (; !rest.IsEmpty && cost < limit; rest = rest[Math.Min(rest.Length, IntGroup.Size)..])
        {
            var plan = IntGroup.Planned(rest[..Math.Min(rest.Length, IntGroup.Size)], before);
            cost += plan.Cost;
            before = plan.Base;
            plans.Add(plan);
        }

        return cost;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static long Sum(Span<long> deltas, long last)
    {
        foreach (ref var value in deltas) value = last += value;
        return last;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (long Last, long Delta) SumTwice(Span<long> changes, long last, long delta)
    {
        foreach (ref var value in changes)
        {
            delta += value;
            value = last += delta;
        }

        return (last, delta);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddLine(Span<long> distances, int at, long step)
    {
        var line = at * step;
        foreach (ref var value in distances)
        {
            value += line;
            line += step;
        }
    }
}
