using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The rehearsals on the board: when each was, when it is due, and how its times have gone.</summary>
static class TextDrills
{
    public static void Write(TextPage page, Decision decision, ImmutableArray<DrillShown> drills)
    {
        if (drills.IsDefaultOrEmpty) return;
        page.Heading("Drills");
        var column = TextColumn.After(3, drills.Select(drill => drill.Name), 26);
        foreach (var drill in drills)
        {
            Inked due = drill.IsOverdue(decision.At) ? new("overdue since", Ink.Bad) : new("due by", Ink.Good);
            page.Labelled(3, column, new(drill.Name, Ink.Strong), [$"last {drill.Last(decision.At)},", due, $"{InstantWords.Of(drill.Due)} ({InstantWords.Beside(drill.Due, decision.At)})"]);
            foreach (var (what, trend) in (ReadOnlySpan<(string, string)>)[("recovery", drill.RtoTrend), ("loss", drill.RpoTrend)])
                if (trend.Length > 0) page.Write(column > page.Style.Columns / 2 ? 5 : column, [$"{what} {(page.Style.Unicode ? trend : trend.Replace('←', '<').Replace('–', '-'))}"]);
        }
    }
}
