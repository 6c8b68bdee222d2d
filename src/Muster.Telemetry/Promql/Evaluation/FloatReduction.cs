using System.Runtime.CompilerServices;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>
/// The plain aggregations of floats, series after series instead of step after step: memory is read in its order, which is what an aggregation of
/// ten thousand series spends its time on. The same results as <see cref="Reduction"/>.
/// </summary>
static class FloatReduction
{
    public static bool Reduces(Aggregator op) => op is Aggregator.Sum or Aggregator.Avg or Aggregator.Count or Aggregator.Group or Aggregator.Min or Aggregator.Max;

    /// <param name="into">Absent everywhere; left so where no member has a value.</param>
    public static void Reduce(Aggregator op, List<Track> members, double[] into)
    {
        switch (op)
        {
            case Aggregator.Min or Aggregator.Max:
                foreach (var member in members) Extreme(member.Values, into, op == Aggregator.Max);
                break;
            case Aggregator.Count or Aggregator.Group:
                foreach (var member in members) Count(member.Values, into, isGroup: op == Aggregator.Group);
                break;
            default: Sum(members, into, op == Aggregator.Avg); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Extreme(ReadOnlySpan<double> values, Span<double> into, bool max)
    {
        for (var step = 0; step < values.Length; step++)
        {
            var value = values[step];
            if (Absent.Is(value)) continue;
            var best = into[step];
            // Absent is no number too: the first value replaces it.
            if (double.IsNaN(best) || (max ? value > best : value < best)) into[step] = value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Count(ReadOnlySpan<double> values, Span<double> into, bool isGroup)
    {
        for (var step = 0; step < values.Length; step++)
        {
            if (!Absent.Is(values[step])) into[step] = isGroup || Absent.Is(into[step]) ? 1 : into[step] + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sum(List<Track> members, Span<double> into, bool average)
    {
        var sums = new double[into.Length];
        var lost = new double[into.Length];
        var counts = new int[into.Length];
        foreach (var member in members)
        {
            ReadOnlySpan<double> values = member.Values;
            for (var step = 0; step < values.Length; step++)
            {
                var value = values[step];
                if (Absent.Is(value)) continue;
                Numbers.Add(value, ref sums[step], ref lost[step]);
                counts[step]++;
            }
        }

        for (var step = 0; step < into.Length; step++)
        {
            if (counts[step] == 0) continue;
            if (!average) into[step] = double.IsInfinity(sums[step]) ? sums[step] : sums[step] + lost[step];
            else into[step] = double.IsFinite(sums[step]) ? (sums[step] / counts[step]) + (lost[step] / counts[step]) : Slowly(members, step);
        }
    }

    /// <summary>A sum that overflows may still have an average.</summary>
    static double Slowly(List<Track> members, int step)
    {
        var mean = new Mean();
        foreach (var member in members)
        {
            if (member.Has(step)) mean.Add(member.Values[step]);
        }

        return mean.Value;
    }
}
