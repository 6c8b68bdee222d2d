namespace Muster.Readiness;

/// <summary>What happened and what is to come, around the instant of the decision. Evidence is gathered by the hour, since there may be thousands.</summary>
static class HtmlTimeline
{
    sealed record Moment(DateTimeOffset At, Html Says);

    public static Html Of(Decision decision)
    {
        var moments = Past(decision).Concat(ToCome(decision)).ToList();
        if (moments.Count == 0) return Html.None;
        var past = moments.Where(moment => moment.At <= decision.At).OrderBy(moment => moment.At);
        var coming = moments.Where(moment => moment.At > decision.At).OrderBy(moment => moment.At);
        var now = Html.Of($"""<li class="now">{HtmlWords.Time(decision.At)} <span><strong>Decided: {VerdictWords.Of(decision.Verdict)}</strong></span></li>{Line}""");
        return Html.Of($"""
            <ol class="timeline">
            {Html.Join(past.Select(moment => Item(moment, decision, "past")))}{now}{Html.Join(coming.Select(moment => Item(moment, decision, "coming")))}</ol>

            """);
    }

    static IEnumerable<Moment> Past(Decision decision)
    {
        if (decision.LastOpened is { } opened) yield return new(opened, Html.Of($"The gate last opened"));
        foreach (var sign in decision.SignOffs)
            yield return new(sign.At, Html.Of($"{sign.Person} signed as {sign.Role}{(sign.Counts ? "" : "; it does not count any more")}"));
        foreach (var rejection in decision.Rejections) yield return new(rejection.At, Html.Of($"{rejection.Person} rejected this release"));
        foreach (var hour in Evidence(decision))
            yield return new(hour.Last, Html.Of($"Evidence seen for {CountWords.Of(hour.Names.Count, "check")}: {Listed.Few(hour.Names, 4)}"));
    }

    static IEnumerable<Moment> ToCome(Decision decision)
    {
        if (decision.HeldUntil is { } until) yield return new(until, Html.Of($"The hold lifts"));
        foreach (var condition in decision.Conditions)
            yield return new(condition.Due, Html.Of($"Condition on {HtmlWords.Id(OpenItems.Subject(condition))} {(condition.Overdue ? "was due" : "is due")}, owner {OpenItems.Owner(condition)}"));
        foreach (var waiver in decision.Waivers) yield return new(waiver.Expires, Html.Of($"The waiver of {HtmlWords.Id(waiver.Control)} {(waiver.Expires > decision.At ? "expires" : "expired")}"));
        if (decision.OpenedByBreakGlass is { } glass) yield return new(glass.Expires, Html.Of($"The break-glass expires"));
        var fresh = decision.Controls.SelectMany(control => control.Parts).Where(part => part.State == State.Met && part.FreshUntil > decision.At).MinBy(part => part.FreshUntil);
        if (fresh?.FreshUntil is { } stale) yield return new(stale, Html.Of($"The first evidence that counts today becomes stale: {HtmlWords.Id(fresh.Name)}"));
    }

    static IEnumerable<(DateTimeOffset Last, List<string> Names)> Evidence(Decision decision) =>
        decision.Controls.SelectMany(control => control.Parts).Where(part => part.SeenAt is not null)
            .GroupBy(part => part.SeenAt!.Value.UtcTicks / TimeSpan.TicksPerHour)
            .Select(hour => (hour.Max(part => part.SeenAt!.Value), hour.Select(part => part.Name).ToList()));

    static Html Item(Moment moment, Decision decision, string when) =>
        Html.Of($"""<li class="{when}">{HtmlWords.Time(moment.At, decision.At)} <span>{moment.Says}</span></li>{Line}""");

    static readonly Html Line = Html.Of($"\n");
}
