namespace Muster.Readiness;

/// <summary>How long the open blockers may take, and how that is reckoned.</summary>
static class HtmlTimeToReady
{
    public static Html Of(Decision decision)
    {
        var ready = TimeToReady.Of(decision);
        if (ready.Blockers == 0) return Html.None;
        var owners = HtmlTable.Of("The open blockers of each owner", ["Owner", "Open blockers", "Estimates added up", "Without an estimate"], ready.Owners.Select(owner => new[]
        {
            Html.Of($"{(owner.Owner.Length == 0 ? "nobody yet" : owner.Owner)}"), Html.Of($"{owner.Blockers}"),
            Html.Of($"{(owner.Range is { } range ? DurationWords.Of(range) : "not known")}"), Html.Of($"{owner.WithoutEstimate}"),
        }));
        return Html.Of($"""
            <p><strong>{ready.Says}</strong></p>
            <p class="soft">{TimeToReady.How}</p>
            {owners}
            """);
    }
}
