using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The rehearsals on the page, the one that is due first on top.</summary>
static class HtmlDrills
{
    public static Html Of(Decision decision, ImmutableArray<DrillShown> drills) => drills.IsDefaultOrEmpty
        ? Html.None
        : HtmlTable.Of("Drills, when they are due, and their times, the newest first", ["Drill", "Last", "Due", "Recovery", "Loss"], drills.Select(drill => new[]
        {
            HtmlWords.Id(drill.Name), Html.Of($"{(drill.Times[0].Well ? "" : "failed, ")}{HtmlWords.Time(drill.Times[0].At, decision.At)}"),
            Html.Of($"""{(drill.IsOverdue(decision.At) ? Html.Of($"""<span class="pill bad"><span aria-hidden="true">✗</span> overdue</span> """) : Html.None)}{HtmlWords.Time(drill.Due, decision.At)}"""),
            Html.Of($"{drill.RtoTrend}"), Html.Of($"{drill.RpoTrend}"),
        }));
}
