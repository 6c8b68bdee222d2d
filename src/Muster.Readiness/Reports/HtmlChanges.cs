namespace Muster.Readiness;

/// <summary>What moved since the gate last opened, and what was seen but did not count.</summary>
static class HtmlChanges
{
    public static Html Softenings(Decision decision) => decision.Softenings.IsEmpty
        ? Html.None
        : HtmlTable.Of("Softenings since the last opening; those not accepted hold the gate", ["Subject", "What was softened", "Accepted"], decision.Softenings.Select(softening => new[]
        {
            HtmlWords.Id(softening.Subject), Html.Of($"{softening.Says}"),
            softening.Accepted
                ? Html.Of($"""<span class="pill good"><span aria-hidden="true">✓</span> accepted</span>""")
                : Html.Of($"""<span class="pill bad"><span aria-hidden="true">✗</span> not accepted</span>"""),
        }));

    public static Html Changes(Decision decision)
    {
        if (decision.LastOpened is null && decision.Changes.IsEmpty) return Html.None;
        var opened = decision.LastOpened is { } at ? Html.Of($"<p>It last opened {HtmlWords.Time(at, decision.At)}.</p>\n") : Html.None;
        return decision.Changes.IsEmpty
            ? Html.Of($"{opened}<p>Nothing has changed since.</p>\n")
            : Html.Of($"{opened}<ul>{Html.Join(decision.Changes.Select(change => Html.Of($"<li>{change}</li>")))}</ul>\n");
    }

    public static Html NotCounted(Decision decision) => decision.NotCounted.IsEmpty
        ? Html.Of($"<p>None: every run that was read counted.</p>\n")
        : HtmlTable.Of("Runs that did not count, by reason", ["Reason", "Runs"], decision.NotCounted.Select(dropped => new[] { Html.Of($"{dropped.Reason}"), Html.Of($"{dropped.Count}") }));
}
