namespace Muster.Readiness;

/// <summary>What moved between two verdicts, for a terminal: the verdicts and why first, then each thing that moved; nothing that stayed.</summary>
public static class TextDifference
{
    const int FewRenewed = 5;

    public static string Render(Difference difference, TextStyle style)
    {
        var page = new TextPage(style);
        Headline(page, difference);
        Because(page, difference);
        Controls(page, difference);
        Moves(page, "Waivers", difference.Waivers);
        Moves(page, "Conditions", difference.Conditions);
        Moves(page, "Sign-offs", difference.SignOffs);
        Moves(page, "Rejections", difference.Rejections);
        Moves(page, "Softenings", [.. difference.Softenings.Select(softening => new Move(softening.Subject, Direction.Worse, softening.Says))]);
        Moves(page, "Document", difference.Document);
        Moves(page, "Release", difference.Artifacts);
        if (difference.NotCompared.IsEmpty) return page.ToString();
        page.Heading("Could not be compared");
        foreach (var says in difference.NotCompared) page.Write(3, 5, [new("- ", Whole: true), says]);
        return page.ToString();
    }

    static void Headline(TextPage page, Difference difference)
    {
        var (before, after) = (difference.Before, difference.After);
        page.Write(1, [new(after.System, Ink.Strong), new(page.Style.Dot + Of(after), Ink.Faint)]);
        page.Blank();
        Verdict(page, "was", before, difference);
        Verdict(page, "is", after, difference);
        if (difference.IsEmpty) page.Write(3, [difference.Renewed.IsEmpty ? "Nothing moved." : "Nothing moved but the evidence."]);
    }

    static void Verdict(TextPage page, string label, Decision decision, Difference difference)
    {
        var elsewhere = Of(decision) == Of(difference.After) ? "" : $", {Of(decision)}";
        page.Labelled(1, 6, new(label, Ink.Faint), [new($" {page.Style.Mark(decision.Verdict)} {VerdictWords.Of(decision.Verdict)} ", Inked.Badge(decision.Verdict), Whole: true),
            new($" {InstantWords.Exact(decision.At)}{elsewhere}{(decision.OpenedByBreakGlass is null ? "" : ", opened by break-glass")}", Ink.Plain, Whole: true)]);
    }

    static string Of(Decision decision) => (decision.Standing ? "standing of " : "") + decision.Gate + " in " + decision.Environment;

    static void Because(TextPage page, Difference difference)
    {
        if (difference.Because.IsEmpty) return;
        page.Heading("Because");
        foreach (var says in difference.Because) page.Write(3, 5, [new("- ", Whole: true), says]);
    }

    static void Controls(TextPage page, Difference difference)
    {
        if (difference.Controls.IsEmpty && difference.Renewed.IsEmpty) return;
        page.Heading("Controls");
        var column = TextColumn.After(5, difference.Controls.Select(move => move.Id), 26);
        foreach (var move in difference.Controls)
        {
            page.Labelled(3, column, new($"{Sign(page.Style, move.Direction)} {move.Id}", Colour(move.Direction)), [move.Says]);
            if (page.Style.Verbose && move.Title.Length > 0) page.Write(column, [new(move.Title, Ink.Faint)]);
        }

        if (difference.Renewed.IsEmpty) return;
        var shown = page.Style.Verbose ? difference.Renewed.Length : FewRenewed;
        page.Write(3, 5, [$"{CountWords.Of(difference.Renewed.Length, "control")} in the same state on other evidence:", new(Listed.Few(difference.Renewed, shown), Ink.Faint)]);
    }

    static void Moves(TextPage page, string title, IReadOnlyCollection<Move> moves)
    {
        if (moves.Count == 0) return;
        page.Heading(title);
        foreach (var move in moves) page.Write(3, 5, [new(Sign(page.Style, move.Direction) + " ", Colour(move.Direction), Whole: true), new(move.Subject, Ink.Strong), move.Says]);
    }

    static Ink Colour(Direction turn) => turn switch { Direction.Worse => Ink.Bad, Direction.Better => Ink.Good, _ => Ink.Strong };

    static string Sign(TextStyle style, Direction turn) => turn switch
    {
        Direction.Came => "+",
        Direction.Went => "-",
        Direction.Worse => style.Unicode ? "↓" : "v",
        Direction.Better => style.Unicode ? "↑" : "^",
        _ => style.Unicode ? "→" : "~",
    };
}
