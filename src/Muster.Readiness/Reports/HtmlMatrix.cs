namespace Muster.Readiness;

/// <summary>The decision matrix: each criterion with its verdict, how much of it is met, and what is not.</summary>
static class HtmlMatrix
{
    const int FewControls = 8;

    public static Html Of(Decision decision)
    {
        if (decision.Criteria.IsEmpty) return Html.None;
        var open = decision.Controls.Where(control => control is { Out: null, Criterion: not null } && control.State != State.Met).ToLookup(control => control.Criterion!);
        return HtmlTable.Of("The verdict of each criterion", ["Criterion", "Verdict", "Met", "Not met"], decision.Criteria.Select(criterion => new[]
        {
            Html.Of($"{criterion.Name}"), HtmlWords.Of(criterion.Verdict), Html.Of($"{criterion.Met} of {criterion.Of}"), NotMet([.. open[criterion.Name]]),
        }));
    }

    static Html NotMet(List<ControlShown> controls)
    {
        if (controls.Count == 0) return Html.Of($"""<span class="soft">nothing</span>""");
        var shown = controls.Take(FewControls).Select(control => Html.Of($"""
            <li><span class="ink {HtmlWords.Class(control.State)}" aria-hidden="true">{HtmlWords.Mark(control.State)}</span> <code>{control.Id}</code> <span class="soft">{Words(control)}</span></li>
            """));
        var more = controls.Count > FewControls ? Html.Of($"""<li class="soft">and {controls.Count - FewControls} more</li>""") : Html.None;
        return Html.Of($"""<ul class="bare">{Html.Join(shown)}{more}</ul>""");
    }

    static string Words(ControlShown control) => string.Join(", ", [StateWords.Of(control.State), .. StateWords.Beside(control)]);
}
