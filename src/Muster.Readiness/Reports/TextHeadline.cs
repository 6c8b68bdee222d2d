namespace Muster.Readiness;

/// <summary>The top of the board: what was decided about what, and because of what.</summary>
static class TextHeadline
{
    const int FewReasons = 6;

    public static void Write(TextPage page, Decision decision)
    {
        var style = page.Style;
        var title = decision.Title.Length == 0 ? "" : style.Dot + decision.Title;
        page.Write(1, [new(decision.System, Ink.Strong), title, new(style.Dot + (decision.Standing ? "standing of " : "") + decision.Gate + " in " + decision.Environment
            + style.Dot + InstantWords.Of(decision.At), Ink.Faint)]);
        page.Blank();
        var badge = $" {style.Mark(decision.Verdict)} {VerdictWords.Of(decision.Verdict)} ";
        page.Write(1, 3, [new(badge, Inked.Badge(decision.Verdict), Whole: true), new(" ", Whole: true), VerdictWords.Meaning(decision)]);
        page.Blank();
        if (VerdictWords.BreakGlass(decision) is { } glass) page.Write(3, [new(glass, Ink.Bad)]);
        if (VerdictWords.Held(decision) is { } held) page.Write(3, [held]);
        var tally = Tally.Count(decision);
        page.Write(3, [new(tally.Headline + (tally.Rest.Length == 0 ? "." : ":"), Ink.Strong), tally.Rest.Length == 0 ? "" : tally.Rest + "."]);
        Reasons(page, decision);
    }

    static void Reasons(TextPage page, Decision decision)
    {
        if (decision.Reasons.IsEmpty) return;
        page.Heading("Because");
        // "and 1 more reason" would take the line that the reason itself needs.
        var shown = page.Style.Verbose || decision.Reasons.Length == FewReasons + 1 ? decision.Reasons : [.. decision.Reasons.Take(FewReasons)];
        var column = TextColumn.After(3, shown.Select(reason => reason.Subject), 26);
        foreach (var (line, subject, says) in shown)
            page.Labelled(3, column, subject, [says, new(page.Style.Verbose ? $"(line {CountWords.Number(line)})" : "", Ink.Faint)]);
        if (shown.Length < decision.Reasons.Length)
            page.Write(3, [new($"and {CountWords.Of(decision.Reasons.Length - shown.Length, "more reason")}", Ink.Faint)]);
    }
}
