namespace Muster.Readiness;

/// <summary>A gate's history for a terminal, newest last.</summary>
public static class TextHistory
{
    const int FewCauses = 4;

    public static string Render(GateHistory history, TextStyle style)
    {
        var page = new TextPage(style);
        page.Write(1, [new(history.System, Ink.Strong), new($"{style.Dot}{history.Gate} in {history.Environment}{style.Dot}{CountWords.Of(history.Verdicts, "verdict")}", Ink.Faint)]);
        page.Blank();
        if (history.Headline is not { } headline)
        {
            page.Write(1, ["No verdict has been given yet; `muster check` gives one."]);
            return page.ToString();
        }

        page.Write(1, [headline]);
        page.Blank();
        if (history.LeftOut > 0) page.Write(1, [new($"{CountWords.Of(history.LeftOut, "older line")} left out (--last N shows more)", Ink.Faint)]);
        foreach (var stretch in history.Stretches) Line(page, stretch);
        if (history.OfOthers > 0) page.Write(1, [new($"{CountWords.Of(history.OfOthers, "verdict")} of other ledgers left out (--imported shows them)", Ink.Faint)]);
        return page.ToString();
    }

    static void Line(TextPage page, Stretch stretch)
    {
        var (first, last) = (stretch.First.Fact.At, stretch.Last.Fact.At);
        var many = stretch.Count == 1 ? "once" : $"{CountWords.Number(stretch.Count)} times over {DurationWords.Of(last - first)}";
        var badge = $" {page.Style.Mark(stretch.Verdict)} {VerdictWords.Of(stretch.Verdict)} ";
        page.Write(1, 24, [new(InstantWords.Of(first) + "  ", Whole: true), new(badge, Inked.Badge(stretch.Verdict), Whole: true),
            new($" {many}{(stretch.Standing ? ", standing" : "")}{(stretch.First.BreakGlass ? ", opened by break-glass" : "")}{(stretch.First.Imported ? ", of another ledger" : "")}  ", Whole: true), new(stretch.First.Entry.Short, Ink.Faint)]);
        var shown = page.Style.Verbose || stretch.Because.Length == FewCauses + 1 ? stretch.Because : [.. stretch.Because.Take(FewCauses)];
        foreach (var says in shown) page.Write(24, 26, [new("- ", Whole: true), says]);
        if (shown.Length < stretch.Because.Length) page.Write(24, [new($"and {CountWords.Number(stretch.Because.Length - shown.Length)} more (-v)", Ink.Faint)]);
    }
}
