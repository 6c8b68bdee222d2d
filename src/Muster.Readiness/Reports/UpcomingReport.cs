namespace Muster.Readiness;

/// <summary>What runs out next, for a terminal and for a program.</summary>
public static class UpcomingReport
{
    public static string Render(Outlook outlook, TextStyle style)
    {
        var (page, now) = (new TextPage(style), outlook.Now);
        page.Write(1, [new(now.System, Ink.Strong), new(style.Dot + now.Gate + " in " + now.Environment + style.Dot + InstantWords.Of(now.At), Ink.Faint)]);
        page.Blank();
        page.Write(1, 3, [new($" {style.Mark(now.Verdict)} {VerdictWords.Of(now.Verdict)} ", Inked.Badge(now.Verdict), Whole: true), new(" ", Whole: true), Until(outlook)]);
        foreach (var turn in outlook.Turns)
            page.Write(3, 5, [new($"from {InstantWords.Of(turn.At)} ({InstantWords.Beside(turn.At, now.At)}) {VerdictWords.Of(turn.Verdict)}", Ink.Strong), turn.Because.Length == 0 ? "" : "because " + turn.Because]);
        Coming(page, outlook);
        Waivers(page, outlook);
        return page.ToString();
    }

    static string Until(Outlook outlook) => outlook.Turns.IsEmpty
        ? $"until {InstantWords.Of(outlook.LookedUntil)} at least, unless something is entered."
        : $"until {InstantWords.Of(outlook.Turns[0].At)} ({InstantWords.Beside(outlook.Turns[0].At, outlook.Now.At)}), unless something is entered before:";

    static void Coming(TextPage page, Outlook outlook)
    {
        page.Heading("Next");
        if (outlook.Coming.IsEmpty) page.Write(3, ["nothing"]);
        var column = TextColumn.After(3, outlook.Coming.Select(one => one.Subject), 34);
        foreach (var one in outlook.Coming)
        {
            page.Labelled(3, column, new(one.Subject, Ink.Strong), [one.What + ",", $"{InstantWords.Of(one.At)} ({InstantWords.Beside(one.At, outlook.Now.At)})"]);
            page.Write(column > page.Style.Columns / 2 ? 5 : column, [one.Says + (one.Owner is { Length: > 0 } owner ? $"; owner {owner}" : "")]);
        }
    }

    static void Waivers(TextPage page, Outlook outlook)
    {
        if (outlook.Now.Waivers.IsEmpty) return;
        page.Heading("Waivers");
        var column = TextColumn.After(3, outlook.Now.Waivers.Select(waiver => waiver.Control), 34);
        foreach (var waiver in outlook.Now.Waivers)
        {
            Inked counts = waiver.Counts ? new("counts", Ink.Doubt) : new("does not count:", Ink.Bad);
            page.Labelled(3, column, new(waiver.Control, Ink.Strong), [counts, waiver.WhyNot ?? "", new($"(until {InstantWords.Of(waiver.Expires)}, asked by {waiver.Requester}, approved by {waiver.Approver}, renewed {Times(outlook, waiver)})", Ink.Faint)]);
        }
    }

    static string Times(Outlook outlook, WaiverShown waiver) => CountWords.Of(outlook.Renewals.GetValueOrDefault(waiver.Entry), "time");

    /// <summary>The fields of <c>muster/upcoming/1</c>, its name aside.</summary>
    public static Value.Fields Fields(Outlook outlook) => Value.Of(
        ("gate", outlook.Now.Gate), ("environment", outlook.Now.Environment), ("at", outlook.Now.At), ("verdict", outlook.Now.Verdict.ToString()), ("judged_until", outlook.LookedUntil),
        ("turns", Value.List(outlook.Turns.Select(turn => (Value)Value.Of(("at", turn.At), ("verdict", turn.Verdict.ToString()), ("because", turn.Because))))),
        ("coming", Value.List(outlook.Coming.Select(one => (Value)With(Value.Of(("at", one.At), ("what", one.What), ("subject", one.Subject), ("says", one.Says)), "owner", one.Owner)))),
        ("waivers", Value.List(outlook.Now.Waivers.Select(waiver => (Value)With(
            Value.Of(("entry", waiver.Entry), ("control", waiver.Control), ("requester", waiver.Requester), ("approver", waiver.Approver), ("expires", waiver.Expires), ("counts", waiver.Counts),
                ("renewals", outlook.Renewals.GetValueOrDefault(waiver.Entry))), "why_not", waiver.WhyNot)))));

    static Value.Fields With(Value.Fields fields, string name, string? value) => value is { Length: > 0 } ? fields.With(name, value) : fields;
}
