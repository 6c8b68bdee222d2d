using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>Each threshold with its mark and its sentence.</summary>
static class ThresholdLines
{
    public static void Add(Painted to, ImmutableArray<ThresholdResult> results)
    {
        if (results.IsEmpty) return;
        to.Line().Add("  ").Add("thresholds", Paint.Faint).Line();
        var (metric, expression) = (results.Max(result => result.Threshold.Name.Length), results.Max(result => result.Threshold.Expression.Length));
        (metric, expression) = (Math.Min(metric, 44), Math.Min(expression, 20));
        var column = 4 + metric + 2 + expression + 2;
        foreach (var result in results)
        {
            var (mark, _, paint) = LoadSummary.Mark(result.State, to.Unicode);
            to.Add("  ").Add(mark, paint).Add(" ").Add(Painted.Fit(result.Threshold.Name, metric)).Add("  ").Add(Painted.Fit(result.Threshold.Expression, expression), Paint.Strong).Add("  ");
            if (column > to.Columns - 40) to.Line().Add("      ").Wrapped(result.Because, 6, Paint.Faint);
            else to.Wrapped(result.Because, column, Paint.Faint);
        }
    }
}
