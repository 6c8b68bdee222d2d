using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What stands around the sections: verdict, doubts, facts.</summary>
static class LoadPage
{
    public static Html Of(LoadResult result, IReadOnlyList<(string Id, string Name, Html Body)> sections) =>
        HtmlPage.Of($"{Word(result.State)}: load on {result.Target.Url}", LoadStyle.Sheet, LoadStyle.Hash, Top(result), Doubts(result), sections, Html.Of($"""
            <footer><div class="inner"><p class="soft">Muster {result.Engine.Version}. This page reports; the numbers behind it stand in the JSON of the run, with its histograms.</p></div></footer>

            """));

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
