using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The tables of the page.</summary>
static class LoadSections
{
    const int MostRows = 200;
    static readonly (string Name, Func<Tally, Latencies> Of)[] Phases =
    [
        ("blocked", tally => tally.Blocked), ("connecting", tally => tally.Connecting), ("TLS handshake", tally => tally.Handshaking),
        ("sending", tally => tally.Sending), ("waiting", tally => tally.Waiting), ("receiving", tally => tally.Receiving),
    ];

    public static Html Thresholds(LoadResult result) => result.Thresholds.IsEmpty ? Html.None : HtmlTable.Of("Thresholds", ["Metric", "Asked", "State", "Seen"],
        result.Thresholds.Take(MostRows).Select(threshold => (IReadOnlyList<Html>)
        [
            Html.Of($"<code>{threshold.Threshold.Name}</code>"), Html.Of($"<code class=\"nowrap\">{threshold.Threshold.Expression}</code>"), LoadPage.State(threshold.State), Html.Of($"{threshold.Because}"),
        ]));

    public static Html Latency(LoadResult result)
    {
        if (result.All.Latency.Count == 0) return Html.None;
        var rows = new List<IReadOnlyList<Html>> { Row("Corrected: from the intended start", result.All.Latency) };
        if (result.All.Service.Count > 0) rows.Add(Row("Uncorrected: from the first byte sent", result.All.Service));
        if (result.All.Failed > 0 && result.All.Good.Count > 0) rows.Add(Row("Of requests that did not fail", result.All.Good));
        foreach (var (name, of) in Phases)
            if (of(result.All).Count > 0) rows.Add(Row($"Phase: {name}", of(result.All)));
        return Html.Of($"""<div class="tight">{HtmlTable.Of("Latency", ["", "n", "min", "mean", .. LatencyLines.Shares.Select(share => share.Name), "max"], rows)}</div><p class="soft">~ stands before a percentile that has fewer than ten samples beyond it.</p>""");
    }

    public static Html Capacity(LoadResult result) => result.Capacity is not { } capacity ? Html.None : Html.Of($"""
        <p><strong>{LoadWords.Number(capacity.Rate)}/s held{(capacity.Knee is { } knee ? $"; {LoadWords.Number(knee)}/s no longer did" : "; no step failed, so the capacity is at least that")}.</strong> {(capacity.Headroom is { } headroom ? $"Above the peak of {LoadWords.Number(capacity.Peak!.Value)}/s that is a headroom of {LoadWords.Percent(headroom)}." : "")}</p>

        """);

    public static Html Requests(LoadResult result)
    {
        var requests = result.Tallies.IsEmpty ? Html.None : HtmlTable.Of("Requests", ["Request", "n", "p50", "p95", "p99", "max", "Failed"], result.Tallies.Take(MostRows).Select(tally => (IReadOnlyList<Html>)
        [
            Html.Of($"{tally.Scenario} / {tally.Request}"), Html.Of($"{LoadWords.Number(tally.Tally.Requests)}"), At(tally.Tally.Latency, 0.5), At(tally.Tally.Latency, 0.95), At(tally.Tally.Latency, 0.99), At(tally.Tally.Latency, 1),
            Html.Of($"{LoadWords.Number(tally.Tally.Failed)} {(tally.Tally.Failed > 0 ? $"({LoadWords.Percent((double)tally.Tally.Failed / tally.Tally.Requests)})" : "")}"),
        ]));
        var iterations = result.Iterations.IsEmpty ? Html.None : HtmlTable.Of("Iterations", ["Scenario", "Begun", "Done", "Dropped", "Queued", "Most users", "p50", "p99"], result.Iterations.Take(MostRows).Select(seen => (IReadOnlyList<Html>)
        [
            Html.Of($"{seen.Scenario}"), Html.Of($"{LoadWords.Number(seen.Begun)}"), Html.Of($"{LoadWords.Number(seen.Done)}"), Html.Of($"{LoadWords.Number(seen.Dropped)}"), Html.Of($"{LoadWords.Number(seen.Queued)}"), Html.Of($"{LoadWords.Number(seen.MostUsers)}"), At(seen.Duration, 0.5), At(seen.Duration, 0.99),
        ]));
        return iterations.IsEmpty ? requests : Html.Of($"{requests}<h3>Iterations</h3>\n{iterations}");
    }

    public static Html Failures(LoadResult result)
    {
        var all = result.All;
        if (all.Requests == 0) return Html.None;
        var failures = all.Failed == 0 ? Html.Of($"<p>No request failed; with 95 % confidence at most {LoadWords.Percent(ClopperPearson.Upper(0, all.Requests))} of all do.</p>\n") : HtmlTable.Of("Failures", ["Kind", "n", "Share"],
            ResultWords.Failures.Where(failure => all.Failures[(int)failure.Is] > 0).Select(failure => (IReadOnlyList<Html>)
                [Html.Of($"{failure.Word.Replace('_', ' ')}"), Html.Of($"{LoadWords.Number(all.Failures[(int)failure.Is])}"), Html.Of($"{LoadWords.Percent((double)all.Failures[(int)failure.Is] / all.Requests)}")]));
        var statuses = HtmlTable.Of("Statuses", ["Status", "n", "Share"], Enumerable.Range(0, all.Statuses.Length).Where(status => all.Statuses[status] > 0).Select(status => (IReadOnlyList<Html>)
            [Html.Of($"{(status == 0 ? "no answer" : status.ToString(CultureInfo.InvariantCulture))}"), Html.Of($"{LoadWords.Number(all.Statuses[status])}"), Html.Of($"{LoadWords.Percent((double)all.Statuses[status] / all.Requests)}")]));
        return Html.Of($"{failures}<h3>Statuses</h3>\n{statuses}");
    }

    public static Html Drift(LoadResult result)
    {
        if (result.Drift is not { } drift) return Html.None;
        var rows = ((string, Slope?, Func<double, string>)[])
            [("p50", drift.LatencyP50, LoadWords.Milliseconds), ("p99", drift.LatencyP99, LoadWords.Milliseconds), ("Failed share", drift.FailedRate, LoadWords.Percent), ("The target's memory", drift.Memory, LoadWords.Bytes)];
        return HtmlTable.Of("Drift", ["What", "An hour", "At most, with 95 % confidence", "Beside its level", "Windows"], rows.Where(row => row.Item2 is not null).Select(row => (IReadOnlyList<Html>)
            [Html.Of($"{row.Item1}"), Html.Of($"{row.Item3(row.Item2!.PerHour)}"), Html.Of($"{row.Item3(row.Item2.Upper)}"), Html.Of($"{LoadWords.Percent(row.Item2.Relative)}"), Html.Of($"{row.Item2.Points}")]));
    }

    public static Html Identity(LoadResult result)
    {
        var pairs = new List<(string, string)> { ("URL", result.Target.Url) };
        if (result.Target is { Before: { } before, After: { } after } && before.Equals(after)) pairs.Add(("Before and after", IdentityWords.Shown(before)));
        else
        {
            pairs.Add(("Before", result.Target.Before is { } seen ? IdentityWords.Shown(seen) : "could not be seen"));
            pairs.Add(("After", result.Target.After is { } last ? IdentityWords.Shown(last) : "could not be seen"));
        }

        return Pairs([.. pairs, ("Connections", $"{LoadWords.Number(result.Balance.Connections)}, {result.Engine.Protocol}")]);
    }

    public static Html Method(LoadResult result)
    {
        var (balance, self) = (result.Balance, result.Self);
        return Pairs(
        [
            ("Engine", $"Muster {result.Engine.Version}, {result.Engine.Wire}, {LoadWords.Count(result.Engine.Threads, "thread")}"),
            ("Machine", IdentityWords.Shown(result.Engine.Machine)),
            ("Balance", $"{LoadWords.Number(balance.Sent)} sent = {LoadWords.Number(balance.Answered)} answered + {LoadWords.Number(balance.Failed)} failed + {LoadWords.Number(balance.InFlight)} in flight{(balance.Holds ? "" : ", which does not hold")}"),
            ("Sent late by", self.Lateness.Count == 0 ? "no schedule" : $"{LoadWords.Nanoseconds(self.Lateness.Quantile(0.5))} (p50), {LoadWords.Nanoseconds(self.Lateness.Quantile(0.99))} (p99), {LoadWords.Nanoseconds(self.Lateness.Greatest)} (max)"),
            ("Its loop's turns", self.Turns.Count == 0 ? "not measured" : $"{LoadWords.Nanoseconds(self.Turns.Quantile(0.99))} (p99), {LoadWords.Nanoseconds(self.Turns.Greatest)} (max)"),
            ("Its own cost", $"{LoadWords.Duration(self.Cpu)} of CPU, {LoadWords.Duration(self.GcPauses)} in garbage collection, {LoadWords.Bytes(self.Memory)} of memory"),
            ("Clock", self.ClockJump.Duration() < TimeSpan.FromMilliseconds(1) ? "did not jump" : $"the wall clock went {LoadWords.Milliseconds(self.ClockJump.TotalMilliseconds)} against the monotonic one"),
            ("Percentiles", "nearest rank over a histogram whose buckets are at most 1/1024 of their value wide; the extremes are exact"),
            ("Rates", "met only if the one-sided 95 % Clopper-Pearson bound is within the limit"),
        ]);
    }

    static Html Pairs(IEnumerable<(string Name, string Says)> pairs) => Html.Of($"""
        <dl class="pairs">
        {Html.Join(pairs.Select(pair => Html.Of($"<div><dt>{pair.Name}</dt><dd>{pair.Says}</dd></div>\n")))}</dl>

        """);

    static IReadOnlyList<Html> Row(string name, Latencies seen) =>
        [Html.Of($"{name}"), Html.Of($"{LoadWords.Number(seen.Count)}"), At(seen, 0), Html.Of($"{LoadWords.Nanoseconds(seen.Mean)}"), .. LatencyLines.Shares.Select(share => At(seen, share.Share)), At(seen, 1)];

    static Html At(Latencies seen, double share) => seen.Count == 0 ? Html.None : Html.Of($"{(share is > 0 and < 1 && seen.Count < TrendJudge.Needed(share) ? "~" : "")}{LoadWords.Nanoseconds(seen.Quantile(share))}");
}
