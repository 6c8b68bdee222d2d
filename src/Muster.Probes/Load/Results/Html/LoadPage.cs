using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The page around the sections: policy, verdict, doubts, facts.</summary>
static class LoadPage
{
    public static Html Of(LoadResult result, IReadOnlyList<(string Id, string Name, Html Body)> sections)
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
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{LoadStyle.Hash}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{Word(result.State)}: load on {result.Target.Url}</title>
            <style>{LoadStyle.Sheet}</style>
            </head>
            <body>
            <a class="skip" href="#main">To the report</a>
            {Top(result)}<div class="frame">
            <nav aria-label="On this page"><ul>{links}</ul></nav>
            <main id="main">
            {Doubts(result)}{bodies}</main>
            </div>
            <footer><div class="inner"><p class="soft">Muster {result.Engine.Version}. This page reports; the numbers behind it stand in the JSON of the run, with its histograms.</p></div></footer>
            </body>
            </html>

            """);
    }

    public static Html State(ThresholdState state)
    {
        var (mark, word) = state switch { ThresholdState.Met => ("✓", "met"), ThresholdState.Failed => ("✗", "failed"), _ => ("?", "unproven") };
        return Html.Of($"""<span class="pill {Class(state)}"><span aria-hidden="true">{mark}</span> {word}</span>""");
    }

    static Html Top(LoadResult result)
    {
        var (all, mark) = (result.All, result.State switch { ThresholdState.Met => "✓", ThresholdState.Failed => "✗", _ => "?" });
        var models = string.Join("; ", result.Plan.Take(6).Select(plan => result.Plan.Length > 1 ? $"{plan.Scenario}: {plan.Model}" : plan.Model));
        return Html.Of($"""
            <header class="top {Class(result.State)}">
            <div class="inner">
            <p class="eyebrow">Load on <b>{result.Target.Url}</b></p>
            <h1><span class="verdict"><span aria-hidden="true">{mark}</span> {Word(result.State)}</span></h1>
            <p class="lead">{Meaning(result)}</p>
            <dl class="facts">
            <div><dt>Requests</dt><dd>{LoadWords.Number(all.Requests)}</dd></div>
            <div><dt>A second</dt><dd>{LoadWords.Number(result.RequestsPerSecond)}</dd></div>
            <div><dt>Failed</dt><dd>{(all.Requests == 0 ? "–" : LoadWords.Percent((double)all.Failed / all.Requests))}</dd></div>
            <div><dt>p50</dt><dd>{At(all.Latency, 0.5)}</dd></div>
            <div><dt>p95</dt><dd>{At(all.Latency, 0.95)}</dd></div>
            <div><dt>p99</dt><dd>{At(all.Latency, 0.99)}</dd></div>
            <div><dt>Maximum</dt><dd>{At(all.Latency, 1)}</dd></div>
            </dl>
            <p class="soft">{models}</p>
            <p class="soft"><time datetime="{Instant.Write(result.Started)}">{result.Started.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture)}</time>, took {LoadWords.Duration(result.Took)}; figures over {LoadWords.Duration(result.Over)}, latency from the intended start</p>
            </div>
            </header>

            """);
    }

    static Html Doubts(LoadResult result) => result.Doubts.IsEmpty ? Html.None : Html.Of($"""
        <section class="doubts" aria-labelledby="doubts">
        <h2 id="doubts">Why it proves nothing</h2>
        <ul>{Html.Join(result.Doubts.Take(50).Select(doubt => Html.Of($"<li>{doubt}</li>")))}</ul>
        </section>

        """);

    static string Meaning(LoadResult result)
    {
        var (met, failed, unproven) = (Count(ThresholdState.Met), Count(ThresholdState.Failed), Count(ThresholdState.Unproven));
        int Count(ThresholdState state) => result.Thresholds.Count(threshold => threshold.State == state);
        var doubts = result.Doubts.Length switch { 0 => "", 1 => " There is a doubt about the run.", var n => $" There are {n} doubts about the run." };
        return result.Thresholds.IsEmpty ? "No threshold was asked." + doubts
            : $"Of {LoadWords.Count(result.Thresholds.Length, "threshold")} {string.Join(", ", new[] { (met, "met"), (failed, "failed"), (unproven, "unproven") }.Where(some => some.Item1 > 0).Select(some => $"{some.Item1} {some.Item2}"))}.{doubts}";
    }

    static string At(Latencies seen, double share) => seen.Count == 0 ? "–" : LoadWords.Nanoseconds(seen.Quantile(share));

    static string Word(ThresholdState state) => state switch { ThresholdState.Met => "MET", ThresholdState.Failed => "FAILED", _ => "UNPROVEN" };

    static string Class(ThresholdState state) => state switch { ThresholdState.Met => "good", ThresholdState.Failed => "bad", _ => "doubt" };
}
