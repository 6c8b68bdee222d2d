namespace Muster.Readiness;

/// <summary>Requirements as one page in the style of the report: self-contained, no script, light and dark, from a telephone to paper.</summary>
public static class HtmlRequirements
{
    /// <param name="document">The title of the document that was asked; null for the catalogue alone.</param>
    public static string Render(IReadOnlyCollection<ModelSystem> systems, IReadOnlyList<RequirementShown> shown, string? document)
    {
        var present = systems.Where(system => shown.Any(one => one.Requirement.System == system.Name)).ToList();
        var links = Html.Join(present.Select(system => Html.Of($"""<li><a href="#{system.Name}">{system.Title}</a></li>""")));
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{HtmlReport.StyleHash}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>Requirements{(document is null ? "" : ": " + document)}</title>
            <style>{HtmlStyle.Sheet}</style>
            </head>
            <body>
            <a class="skip" href="#main">To the requirements</a>
            {Top(shown, document)}<div class="frame">
            <nav aria-label="On this page"><ul>{links}</ul></nav>
            <main id="main">
            {Html.Join(present.Select(system => Section(system, [.. shown.Where(one => one.Requirement.System == system.Name)])))}</main>
            </div>
            </body>
            </html>

            """).ToString();
    }

    static Html Top(IReadOnlyList<RequirementShown> shown, string? document)
    {
        var facts = Html.Join(RequirementWords.BestFirst.Select(state => Html.Of($"""
            <div><dt>{RequirementWords.Of(state)}</dt><dd>{shown.Count(one => one.State == state)}</dd></div>

            """)));
        return Html.Of($"""
            <header class="top none">
            <div class="inner">
            <p class="eyebrow">Requirements of {CountWords.Of(shown.Select(one => one.Requirement.System).Distinct().Count(), "model system")}</p>
            <h1><span class="name">{document ?? "The catalogue"}</span></h1>
            <p class="lead">{RequirementWords.Tally(shown)}.</p>
            {(document is null ? Html.None : Html.Of($"<dl class=\"facts\">\n{facts}</dl>\n"))}<p class="soft">{(document is null ? "Without a document nothing is known of them." : "A line is proven while every control that names it is met. What stays with people is said beside it.")}</p>
            </div>
            </header>

            """);
    }

    static Html Section(ModelSystem system, IReadOnlyList<RequirementShown> shown) => Html.Of($"""
        <section aria-labelledby="{system.Name}">
        <h2 id="{system.Name}">{system.Title} <span class="soft">{RequirementWords.Tally(shown)}</span></h2>
        {Html.Join(shown.GroupBy(one => one.Requirement.Section).Select(section => Html.Of($"""
        <h3>{section.Key}</h3>
        {Table(section.Key, [.. section])}
        """)))}</section>

        """);

    static Html Table(string section, IReadOnlyList<RequirementShown> shown) => shown[0].State is null
        ? HtmlTable.Of(section, ["Requirement", "Who tells", "Kinds"], shown.Select(one => new[] { Line(one.Requirement), Html.Of($"{RequirementWords.Of(one.Requirement.Class)}"), Html.Of($"{string.Join(", ", one.Requirement.Kinds)}") }))
        : HtmlTable.Of(section, ["Requirement", "State", "Controls"], shown.Select(one => new[] { Line(one.Requirement), Pill(one.State!.Value), Behind(one) }));

    static Html Line(Requirement line) => Html.Of($"""{HtmlWords.Id(line.Id)} {line.Text}{(line.Rest is { } rest ? Html.Of($""" <span class="fix"><b>People:</b> {rest}</span>""") : Html.None)}""");

    static Html Pill(RequirementState state)
    {
        var (name, mark) = state switch
        {
            RequirementState.Proven => ("good", HtmlWords.Mark(State.Met)),
            RequirementState.Failed => ("bad", HtmlWords.Mark(State.Failed)),
            RequirementState.Unproven => ("doubt", HtmlWords.Mark(State.Unproven)),
            RequirementState.Unmeasured => ("none", HtmlWords.Mark(State.Unmeasured)),
            _ => ("none", "○"),
        };
        return Html.Of($"""<span class="pill {name}"><span aria-hidden="true">{mark}</span> {RequirementWords.Of(state)}</span>""");
    }

    static Html Behind(RequirementShown shown) => shown.Controls.IsEmpty
        ? Html.None
        : Html.Of($"""<ul class="bare">{Html.Join(shown.Controls.Select(control => Html.Of($"""<li>{HtmlWords.Id(control.Id)} <span class="soft">{RequirementWords.Beside(control)}</span></li>""")))}</ul>""");
}
