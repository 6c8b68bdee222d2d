namespace Muster.Readiness;

/// <summary>The page around the sections: policy, landmarks, headline, foot.</summary>
public static class HtmlPage
{
    internal static Html Of(Decision decision, string name, string title, IReadOnlyList<(string Id, string Name, Html Body)> sections, Html foot) =>
        Of(title, HtmlStyle.Sheet, HtmlReport.StyleHash, HtmlHeadline.Of(decision, name), HtmlHeadline.Reasons(decision), sections, foot);

    /// <param name="sheet">The only styles of the page; <paramref name="hash"/> is what its policy names them by.</param>
    /// <param name="lead">Before the sections: why it is as the headline says.</param>
    public static Html Of(string title, Html sheet, string hash, Html headline, Html lead, IReadOnlyList<(string Id, string Name, Html Body)> sections, Html foot)
    {
        var links = Html.Join(sections.Select(section => Html.Of($"""<li><a href="#{section.Id}">{section.Name}</a></li>""")));
        var bodies = Html.Join(sections.Select(section => Html.Of($"""
            <section aria-labelledby="{section.Id}">
            <h2 id="{section.Id}">{section.Name}</h2>
            {section.Body}</section>

            """)));
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{hash}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{title}</title>
            <style>{sheet}</style>
            </head>
            <body>
            <a class="skip" href="#main">To the report</a>
            {headline}<div class="frame">
            <nav aria-label="On this page"><ul>{links}</ul></nav>
            <main id="main">
            {lead}{bodies}</main>
            </div>
            {foot}</body>
            </html>

            """);
    }
}
