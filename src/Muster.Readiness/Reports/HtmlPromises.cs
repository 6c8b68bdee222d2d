namespace Muster.Readiness;

/// <summary>What a verdict leaves open: conditions with their deadlines, waivers with their ends.</summary>
static class HtmlPromises
{
    public static Html Conditions(Decision decision) => decision.Conditions.IsEmpty
        ? Html.Of($"<p>None.</p>\n")
        : HtmlTable.Of("Conditions and when they are due", ["Control", "What is left", "Owner", "Due"], decision.Conditions.Select(condition => new[]
        {
            HtmlWords.Id(OpenItems.Subject(condition)), Html.Of($"{condition.Says}"), Html.Of($"{OpenItems.Owner(condition)}"),
            Html.Of($"""{(condition.Overdue ? Html.Of($"""<span class="pill bad"><span aria-hidden="true">✗</span> overdue</span> """) : Html.None)}{HtmlWords.Time(condition.Due, decision.At)}"""),
        }));

    public static Html Waivers(Decision decision) => decision.Waivers.IsEmpty
        ? Html.Of($"<p>None.</p>\n")
        : HtmlTable.Of("Waivers and whether they count", ["Control", "Counts", "Because", "Asked by", "Approved by", "Expires"], decision.Waivers.Select(waiver => new[]
        {
            HtmlWords.Id(waiver.Control), HtmlWords.Counts(waiver.Counts, waiver.WhyNot), Html.Of($"{waiver.Because}"), Html.Of($"{waiver.Requester}"), Html.Of($"{waiver.Approver}"),
            HtmlWords.Time(waiver.Expires, decision.At),
        }));
}
