namespace Muster.Readiness;

/// <summary>What was decided over, and how to check it without asking anybody.</summary>
static class HtmlFoot
{
    public static Html Of(Decision decision, HtmlExtras extras) => Html.Of($"""
        <footer>
        <div class="inner">
        <h2>What this was decided over</h2>
        <dl class="pairs">
        <div><dt>Instant</dt><dd>{Instant.Write(decision.At)}</dd></div>
        <div><dt>Ledger</dt><dd>the first {CountWords.Of(decision.Over, "entry", "entries")}</dd></div>
        <div><dt>Document</dt><dd><code>{decision.Document}</code></dd></div>
        <div><dt>Release</dt><dd><code>{decision.Release}</code></dd></div>
        {(extras.Version is { } version ? Html.Of($"<div><dt>Muster</dt><dd>{version}</dd></div>\n") : Html.None)}</dl>
        <h2>How to verify it offline</h2>
        <p>This page reports; it proves nothing by itself. The launch certificate does, on any machine, with no connection:</p>
        <pre><code>muster verify {ShellWord.Of(extras.Certificate)} --key {ShellWord.Of(extras.Key)} --gate {ShellWord.Of(decision.Gate)} --environment {ShellWord.Of(decision.Environment)} --release {decision.Release}</code></pre>
        <p class="soft">It prints what it checked and what it could not. With the ledger at hand, <code>muster replay</code> decides again from the same entries and must give the same bytes.</p>
        </div>
        </footer>

        """);
}
