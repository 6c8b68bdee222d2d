namespace Muster.Readiness;

/// <summary>What a reader with ten seconds sees: the verdict, what it means, how far it is.</summary>
static class HtmlHeadline
{
    /// <summary>More controls than this would be a texture, not a picture.</summary>
    const int StripAtMost = 80;

    public static Html Of(Decision decision, string name)
    {
        var tally = Tally.Count(decision);
        var ready = TimeToReady.Of(decision);
        var open = OpenItems.Blockers(decision).Length;
        var place = decision.Standing ? "Standing of" : "Gate";
        return Html.Of($"""
            <header class="top {HtmlWords.Class(decision.Verdict)}">
            <div class="inner">
            <p class="eyebrow">{decision.System} <span aria-hidden="true">/</span> {place} <b>{decision.Gate}</b> in <b>{decision.Environment}</b></p>
            <h1><span class="name">{name}</span> {Verdict(decision)}</h1>
            <p class="lead">{VerdictWords.Meaning(decision)}</p>
            {Note(VerdictWords.Held(decision), "held")}{Note(VerdictWords.BreakGlass(decision), "bad")}<dl class="facts">
            <div><dt>Blocking controls met</dt><dd>{tally.Met} of {tally.Of}</dd></div>
            <div><dt>Open blockers</dt><dd>{open}</dd></div>
            <div><dt>Time to ready</dt><dd>{Short(ready)}</dd></div>
            <div><dt>Conditions</dt><dd>{decision.Conditions.Length}</dd></div>
            <div><dt>Sign-offs to come</dt><dd>{decision.ToSign.Sum(role => role.Count)}</dd></div>
            </dl>
            <p class="tally"><strong>{tally.Headline}</strong>{(tally.Rest.Length == 0 ? "." : ": " + tally.Rest + ".")}</p>
            {Strip(decision)}<p class="soft">Decided for {HtmlWords.Time(decision.At)}, release {HtmlWords.Id(decision.Release.Short)}</p>
            </div>
            </header>

            """);
    }

    static Html Verdict(Decision decision)
    {
        var opened = decision.OpenedByBreakGlass is null ? Html.None : Html.Of($""" <span class="pill bad">opened by break-glass</span>""");
        return Html.Of($"""
            <span class="verdict"><span aria-hidden="true">{HtmlWords.Mark(decision.Verdict)}</span> {VerdictWords.Of(decision.Verdict)}</span>{opened}
            """);
    }

    /// <summary>Beyond this the list would hide the page; every control stands below with its own reason.</summary>
    const int MostReasons = 50;

    public static Html Reasons(Decision decision)
    {
        if (decision.Reasons.IsEmpty) return Html.None;
        var reasons = Html.Join(decision.Reasons.Take(MostReasons).Select(reason => Html.Of($"""
            <li><code>{reason.Subject}</code> <span>{reason.Says}</span> <span class="soft">{RuleWords.Name(reason.Line)}</span></li>

            """)));
        var left = decision.Reasons.Length - MostReasons;
        var more = left > 0 ? Html.Of($"""<li class="soft">and {CountWords.Of(left, "more reason")}; each control stands below with its own</li>""") : Html.None;
        return Html.Of($"""
            <section aria-labelledby="because">
            <h2 id="because">Why it is {VerdictWords.Of(decision.Verdict)}</h2>
            <ol class="reasons">
            {reasons}{more}</ol>
            </section>

            """);
    }

    static string Short(TimeToReady ready) => (ready.Blockers, ready.Range) switch
    {
        (0, _) => "nothing open",
        (_, null) => "not known",
        (_, { } range) => DurationWords.Of(range) + (ready.WithoutEstimate > 0 ? " or more" : ""),
    };

    static Html Note(string? says, string name) => says is null ? Html.None : Html.Of($"""<p class="note {name}">{says}</p>""");

    /// <summary>One field for each blocking control, in the order of the document; the sentence above says the same in words.</summary>
    static Html Strip(Decision decision)
    {
        var blocking = decision.Controls.Where(control => control.Out is null && control.Mode == Mode.Block).ToList();
        if (blocking.Count is 0 or > StripAtMost) return Html.None;
        static Html Field(ControlShown control) => Html.Of($"""<i class="{HtmlWords.Class(control.State)}">{HtmlWords.Mark(control.State)}</i>""");
        return Html.Of($"""
            <div class="strip" aria-hidden="true">{Html.Join(blocking.Select(Field))}</div>

            """);
    }
}
