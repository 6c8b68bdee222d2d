namespace Muster.Readiness;

/// <summary>What is left to do, worst first, with who does it.</summary>
static class HtmlOpenItems
{
    public static Html Of(Decision decision)
    {
        var open = OpenItems.Of(decision);
        if (open.IsEmpty) return Html.Of($"<p>Nothing is open: every control in the gate's set that may hold it is met.</p>\n");
        return HtmlTable.Of("Controls that are not met, worst first", ["Control", "State", "Because and fix", "Owner", "Estimate"], open.Select(control => new[]
        {
            Html.Of($"""{HtmlWords.Id(control.Id)}<span class="title">{control.Title}</span>"""),
            HtmlWords.Of(control),
            Html.Of($"""{control.Because}{(control.Fix is { } fix ? Html.Of($"""<span class="fix"><b>Fix</b> {fix}</span>""") : Html.None)}"""),
            Html.Of($"{control.Owner ?? "nobody yet"}"),
            Html.Of($"""<span class="nowrap">{(control.Estimate is { } span ? DurationWords.Of(span) : "none given")}</span>"""),
        }));
    }
}
