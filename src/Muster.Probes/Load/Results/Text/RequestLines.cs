using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Each request of each scenario on a line, where there are several.</summary>
static class RequestLines
{
    const int Most = 40;
    const int Cell = 9;

    public static void Add(Painted to, LoadResult result)
    {
        to.Line();
        if (result.Tallies.Length < 2) return;
        var width = Math.Min(30, Math.Max(8, result.Tallies.Max(tally => Name(tally).Length)));
        to.Add("  ").Add("by request".PadRight(width), Paint.Faint).Add($"{"n",Cell}{"p50",Cell}{"p95",Cell}{"p99",Cell}{"max",Cell}{"failed",Cell + 2}", Paint.Faint).Line();
        foreach (var tally in result.Tallies.Take(Most))
        {
            var seen = tally.Tally.Latency;
            to.Add("  ").Add(Painted.Fit(Name(tally), width)).Add($"{LoadWords.Number(seen.Count),Cell}");
            foreach (var share in (double[])[0.5, 0.95, 0.99]) to.Add(seen.Count == 0 ? "–".PadLeft(Cell) : ((seen.Count < TrendJudge.Needed(share) ? "~" : "") + LoadWords.Nanoseconds(seen.Quantile(share))).PadLeft(Cell));
            to.Add((seen.Count == 0 ? "–" : LoadWords.Nanoseconds(seen.Greatest)).PadLeft(Cell))
                .Add((tally.Tally.Failed == 0 ? "0" : $"{LoadWords.Percent((double)tally.Tally.Failed / tally.Tally.Requests)}").PadLeft(Cell + 2), tally.Tally.Failed > 0 ? Paint.Bad : Paint.Plain).Line();
        }

        if (result.Tallies.Length > Most) to.Add($"  and {result.Tallies.Length - Most} more in the JSON", Paint.Faint).Line();
        to.Line();
    }

    static string Name(TaggedTally tally) => PlainText.Of($"{tally.Scenario} / {tally.Request}");
}
