using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What stands on the terminal at the end of a run: doubts first, then what was asked, then the figures, the corrected beside the uncorrected.</summary>
public static class LoadSummary
{
    const int Indent = 13;

    public static string Render(LoadResult result, TextStyle style)
    {
        var to = new Painted(style);
        Head(to, result);
        foreach (var doubt in result.Doubts) to.Add("  ").Add(style.Unicode ? "‼ " : "! ", Paint.Doubt).Wrapped(doubt, 4);
        if (!result.Doubts.IsEmpty) to.Line();
        Requests(to, result);
        LatencyLines.Add(to, result);
        ThresholdLines.Add(to, result.Thresholds);
        StepLines.Add(to, result);
        RequestLines.Add(to, result);
        Trust(to, result);
        return to.ToString();
    }

    static void Head(Painted to, LoadResult result)
    {
        var (mark, word, paint) = Mark(result.State, to.Unicode);
        to.Line().Add("  ").Add($"{mark} {word}", paint).Add("  ").Add(PlainText.Of(result.Target.Url), Paint.Strong).Line();
        foreach (var (scenario, model) in result.Plan)
            to.Add("    ").Add(result.Plan.Length > 1 ? PlainText.Of(scenario) + ": " : "", Paint.Faint).Add(PlainText.Of(model), Paint.Faint).Line();
        to.Line();
    }

    internal static (string Mark, string Word, Paint Paint) Mark(ThresholdState state, bool unicode) => state switch
    {
        ThresholdState.Met => (unicode ? "✓" : "+", "MET", Paint.Good),
        ThresholdState.Failed => (unicode ? "✗" : "x", "FAILED", Paint.Bad),
        _ => ("?", "UNPROVEN", Paint.Doubt),
    };

    static void Requests(Painted to, LoadResult result)
    {
        var all = result.All;
        Row(to, "requests").Add($"{LoadWords.Number(all.Requests)}", Paint.Strong)
            .Add($" in {LoadWords.Duration(result.Over)}{to.Dot}").Add($"{LoadWords.Number(result.RequestsPerSecond)}/s", Paint.Strong)
            .Add($"{to.Dot}{LoadWords.Bytes(all.BytesOut)} out, {LoadWords.Bytes(all.BytesIn)} in{to.Dot}{LoadWords.Count(result.Balance.Connections, "connection")}, {PlainText.Of(result.Engine.Protocol)}").Line();
        Row(to, "failed");
        if (all.Requests == 0) to.Add("nothing was measured", Paint.Doubt);
        else
        {
            to.Add(LoadWords.Number(all.Failed), all.Failed > 0 ? Paint.Bad : Paint.Plain).Add($" ({LoadWords.Percent((double)all.Failed / all.Requests)}; with 95 % confidence at most {LoadWords.Percent(ClopperPearson.Upper(all.Failed, all.Requests))})");
            var why = ResultWords.Failures.Where(failure => all.Failures[(int)failure.Is] > 0).Select(failure => $"{LoadWords.Number(all.Failures[(int)failure.Is])} {failure.Word.Replace('_', ' ')}");
            if (all.Failed > 0) to.Add(": " + string.Join(", ", why));
        }

        to.Line();
        if (all.ChecksPassed + all.ChecksFailed > 0)
            Row(to, "checks").Add($"{LoadWords.Number(all.ChecksPassed)} passed, ").Add($"{LoadWords.Number(all.ChecksFailed)} failed", all.ChecksFailed > 0 ? Paint.Bad : Paint.Plain).Line();
        if (result.Sockets.Sessions > 0)
            Row(to, "sockets").Add($"{LoadWords.Count(result.Sockets.Sessions, "session")}, {LoadWords.Count(result.Sockets.Sent, "message")} out, {LoadWords.Number(result.Sockets.Received)} in").Line();
    }

    static void Trust(Painted to, LoadResult result)
    {
        var (lateness, balance, self) = (result.Self.Lateness, result.Balance, result.Self);
        if (lateness.Count > 0)
        {
            Row(to, "schedule").Add($"sent late by {At(lateness, 0.5)} (p50), {At(lateness, 0.99)} (p99), {LoadWords.Nanoseconds(lateness.Greatest)} (max)" +
                $"{to.Dot}{LoadWords.Number(result.Iterations.Sum(seen => seen.Queued))} queued{to.Dot}{LoadWords.Number(result.Iterations.Sum(seen => seen.Dropped))} dropped").Line();
        }

        Row(to, "balance").Add($"{LoadWords.Number(balance.Sent)} sent = {LoadWords.Number(balance.Answered)} answered + {LoadWords.Number(balance.Failed)} failed + {LoadWords.Number(balance.InFlight)} in flight");
        if (!balance.Holds) to.Add(" does not hold", Paint.Bad);
        to.Line();
        Row(to, "target").Wrapped(IdentityWords.Of(result.Target), Indent + 2);
        var share = result.Took > TimeSpan.Zero ? $"{to.Dot}{LoadWords.Percent(self.Cpu / result.Took)} of a core" : "";
        Row(to, "engine").Add($"muster {PlainText.Of(result.Engine.Version)}, {PlainText.Of(result.Engine.Wire)}, {LoadWords.Count(result.Engine.Threads, "thread")}{share}{to.Dot}{LoadWords.Bytes(self.Memory)}").Line();
    }

    internal static Painted Row(Painted to, string name) => to.Add("  ").Add(name.PadRight(Indent), Paint.Faint);

    static string At(Latencies seen, double share) => LoadWords.Nanoseconds(seen.Quantile(share));
}
