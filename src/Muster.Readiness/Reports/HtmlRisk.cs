namespace Muster.Readiness;

/// <summary>What may happen while a blocker is open, waived ones too: a risk accepted is still a risk.</summary>
static class HtmlRisk
{
    public static Html Of(Decision decision)
    {
        var open = OpenItems.Of(decision).Where(control => control.Mode == Mode.Block).ToList();
        if (open.Count == 0) return Html.None;
        return HtmlTable.Of("The impact of each open blocking control", ["Control", "Severity", "Impact"], open.Select(control => new[]
        {
            HtmlWords.Id(control.Id), Html.Of($"{control.Severity ?? "not said"}"),
            Html.Of($"{control.Impact ?? "not said"}{(control.Waived ? Html.Of($""" <span class="beside">waived</span>""") : Html.None)}"),
        }));
    }
}
