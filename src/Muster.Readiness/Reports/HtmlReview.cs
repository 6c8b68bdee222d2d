namespace Muster.Readiness;

/// <summary>
/// A review as one page for those who sign: self-contained, no script, nothing loaded from anywhere. The same review and envelope give the same bytes, so that a page which shows anything else is found out by drawing it again.
/// </summary>
public static class HtmlReview
{
    const string Before = "<pre id=\"payload\"><code>";
    const string After = "</code></pre>";

    /// <param name="envelope">The review as its runner signed it; it stands at the end of the page, for the program that signs.</param>
    public static string Render(Review review, string envelope)
    {
        var decision = review.Decision;
        var extras = new HtmlExtras { Parameters = review.Asked, Version = review.By };
        (string Id, string Name, Html Body)[] sections =
        [
            .. new[]
            {
                ("signed", "What a signature here is over", Signed(review)),
                ("who", "Who signs", Who(review)),
                ("criteria", "Criteria", HtmlMatrix.Of(decision)),
                ("open", "Open items", HtmlOpenItems.Of(decision)),
                ("conditions", "Conditions", HtmlPromises.Conditions(decision)),
                ("waivers", "Waivers", HtmlPromises.Waivers(decision)),
                ("signoffs", "Sign-offs so far", HtmlPeople.SignOffs(decision)),
                ("rejections", "Rejections", HtmlPeople.Rejections(decision)),
                ("softenings", "Softenings", HtmlChanges.Softenings(decision)),
                ("changes", "Since the last opening", HtmlChanges.Changes(decision)),
                ("notcounted", "Runs that did not count", HtmlChanges.NotCounted(decision)),
                ("controls", "Every control, with its evidence", HtmlControls.Of(decision, extras, open: true)),
            }.Where(section => !section.Item3.IsEmpty),
        ];
        var name = decision.Title.Length == 0 ? decision.System : decision.Title;
        return HtmlPage.Of(decision, $"To be signed: {name}", $"To be signed: {name}, {decision.Gate}", sections, Foot(decision, envelope)).ToString();
    }

    /// <summary>The envelope that stands in a page, or null if the page is none.</summary>
    public static string? EnvelopeIn(string page)
    {
        var start = page.LastIndexOf(Before, StringComparison.Ordinal);
        if (start < 0) return null;
        var end = page.IndexOf(After, start, StringComparison.Ordinal);
        return end < 0 ? null : page[(start + Before.Length)..end].Replace("&quot;", "\"", StringComparison.Ordinal);
    }

    static Html Signed(Review review)
    {
        var decision = review.Decision;
        return Html.Of($"""
            <p>A signature is over exactly what this page shows: the document and the release below, the state of every control with its evidence, the waivers and the conditions. Whatever becomes worse later voids it; the same or a better state keeps it.</p>
            <dl class="pairs">
            <div><dt>Gate</dt><dd>{decision.Gate} in {decision.Environment}</dd></div>
            <div><dt>Release</dt><dd><code>{decision.Release}</code></dd></div>
            <div><dt>Document</dt><dd><code>{decision.Document}</code></dd></div>
            <div><dt>Decided for</dt><dd>{HtmlWords.Time(decision.At)}, over {CountWords.Of(decision.Over, "ledger entry", "ledger entries")}</dd></div>
            <div><dt>Made by</dt><dd>the runner with the key <code>{review.Fingerprint}</code>; compare it with what you were told by another way</dd></div>
            <div><dt>Controls</dt><dd>{CountWords.Of(decision.Controls.Length, "control", "controls")}, {decision.Waivers.Length} waivers, {decision.Conditions.Length} conditions</dd></div>
            </dl>

            """);
    }

    static Html Who(Review review) => review.Sign.IsEmpty
        ? Html.Of($"<p>This gate asks for no signature; a rejection shuts it all the same.</p>\n")
        : HtmlTable.Of("Who signs, by role", ["Role", "Signatures asked for", "Still to come"], review.Sign.Select(asked => new[]
        {
            Html.Of($"{asked.Role}"), Html.Of($"{asked.Count}"), Html.Of($"{review.Decision.ToSign.Where(left => left.Role == asked.Role).Sum(left => left.Count)}"),
        }));

    static Html Foot(Decision decision, string envelope) => Html.Of($"""
        <footer>
        <div class="inner">
        <h2>How to sign it</h2>
        <p>In your own copy of the document, with this page as it came:</p>
        <pre><code>muster sign --review review.html --as NAME</code></pre>
        <p>That draws this page again from the payload below, refuses it if a single byte differs, tells what is signed, and writes one small file to send back. To say no: <code>muster sign --review review.html --as NAME --reject --because "…"</code>. Whoever decides takes the file in with <code>muster import</code>.</p>
        <details>
        <summary>The payload, as the runner signed it</summary>
        <pre id="payload"><code>{envelope}</code></pre>
        </details>
        </div>
        </footer>

        """);
}
