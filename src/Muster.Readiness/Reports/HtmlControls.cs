namespace Muster.Readiness;

/// <summary>Every control, folded: what was expected beside what was observed, and the evidence by its digest.</summary>
static class HtmlControls
{
    /// <param name="open">Unfolded: whoever signs has not to look for what is signed.</param>
    public static Html Of(Decision decision, HtmlExtras extras, bool open = false) => Html.Join(ControlGroup.Of(decision).Select(group => Html.Of($"""
        <h3>{group.Name} <span class="soft">{group.Met} of {group.InSet} met</span></h3>
        {Html.Join(group.Controls.Select(control => Control(decision, control, extras, open)))}
        """)));

    static Html Control(Decision decision, ControlShown control, HtmlExtras extras, bool open) => Html.Of($"""
        <details{(open ? Html.Of($" open") : Html.None)}>
        <summary>{HtmlWords.Of(control)} <h4><code>{control.Id}</code></h4> <span class="title">{control.Title}</span></summary>
        <div class="within">
        <dl class="pairs">
        {Html.Join(Pairs(control))}</dl>
        {NoCheck(control)}{Html.Join(control.Parts.Select(part => Part(decision, part, extras)))}</div>
        </details>

        """);

    static Html[] Pairs(ControlShown control) =>
    [
        Pair("Because", control.Out ?? control.Because), Pair("Decided by", RuleWords.Of(control.Line)), Pair("Fix", control.Fix), Pair("Impact", control.Impact),
        Pair("Severity", control.Severity), Pair("Owner", control.Owner), Pair("Estimate", control.Estimate is { } span ? DurationWords.Of(span) : null),
        Pair("Mode", StateWords.Of(control.Mode)),
    ];

    static Html NoCheck(ControlShown control) =>
        control.Parts.IsEmpty && control.Out is null ? Html.Of($"<p>It has no check, so nothing was looked at.</p>\n") : Html.None;

    static Html Part(Decision decision, PartShown part, HtmlExtras extras) => Html.Of($"""
        <div class="part">
        <h5><code>{part.Name}</code> {HtmlWords.Of(part.State)}</h5>
        <p>{part.Because}{(part.Why is { } why ? Html.Of($""" <span class="beside">{StateWords.Of(why)}</span>""") : Html.None)}</p>
        {Compared(part)}<dl class="pairs">
        {Parameters(part, extras)}{Provenance(decision, part)}{Pair("Question", part.Question?.ToString())}</dl>
        </div>

        """);

    static Html Provenance(Decision decision, PartShown part) =>
        Html.Join(TextParts.Provenance(decision, part).Select(line => Pair(Capital(line.Label), line.Says)));

    static Html Compared(PartShown part) => part.Compared.IsEmpty
        ? Html.None
        : HtmlTable.Of($"Expected beside observed, {part.Name}", ["What", "Expected", "Observed", "Result"], part.Compared.Select(compared => new[]
        {
            HtmlWords.Id(compared.Name), Html.Of($"{compared.Expected}"), Html.Of($"{compared.Observed}"), HtmlWords.Holds(compared.Holds),
        }));

    static Html Parameters(PartShown part, HtmlExtras extras) =>
        extras.Parameters.GetValueOrDefault(part.Name) is { } value ? Pair("Asked", value.ToString()) : Html.None;

    static Html Pair(string name, string? says) => says is null ? Html.None : Html.Of($"<div><dt>{name}</dt><dd>{says}</dd></div>\n");

    static string Capital(string label) => char.ToUpperInvariant(label[0]) + label[1..];
}
