namespace Muster.Readiness;

/// <summary>What stands beside the verdict: conditions, waivers, people, softenings, changes, and what did not count.</summary>
static class TextBeside
{
    public static void Write(TextPage page, Decision decision)
    {
        Conditions(page, decision);
        Waivers(page, decision);
        SignOffs(page, decision);
        Rejections(page, decision);
        Softenings(page, decision);
        Changes(page, decision);
        NotCounted(page, decision);
    }

    static void Conditions(TextPage page, Decision decision)
    {
        if (decision.Conditions.IsEmpty) return;
        page.Heading("Conditions");
        var column = Column(decision.Conditions.Select(OpenItems.Subject));
        foreach (var condition in decision.Conditions)
        {
            Inked due = condition.Overdue ? new("overdue since", Ink.Bad) : new("due", Ink.Doubt);
            page.Labelled(3, column, new(OpenItems.Subject(condition), Ink.Strong),
                [due, $"{InstantWords.Of(condition.Due)} ({InstantWords.Beside(condition.Due, decision.At)}), owner {OpenItems.Owner(condition)}"]);
            Beneath(page, column, condition.Says);
        }
    }

    static void Waivers(TextPage page, Decision decision)
    {
        if (decision.Waivers.IsEmpty) return;
        page.Heading("Waivers");
        var column = Column(decision.Waivers.Select(waiver => waiver.Control));
        foreach (var waiver in decision.Waivers)
        {
            Inked counts = waiver.Counts ? new("counts", Ink.Doubt) : new("does not count", Ink.Bad);
            page.Labelled(3, column, new(waiver.Control, Ink.Strong),
                [counts, $"until {InstantWords.Of(waiver.Expires)}, asked by {waiver.Requester}, approved by {waiver.Approver}{Renewed(waiver)}"]);
            Beneath(page, column, waiver.Because);
            if (waiver.WhyNot is { } why) Beneath(page, column, why);
        }
    }

    static string Renewed(WaiverShown waiver) => waiver.Renewals is > 0 and var times ? $", renewed {CountWords.Of(times, "time")}" : "";

    static void SignOffs(TextPage page, Decision decision)
    {
        if (decision.SignOffs.IsEmpty && decision.ToSign.IsEmpty) return;
        page.Heading("Sign-offs");
        var column = Column([.. decision.SignOffs.Select(sign => sign.Person), .. decision.ToSign.Select(role => role.Role)]);
        foreach (var sign in decision.SignOffs)
        {
            Inked counts = sign.Counts ? new(page.Style.Mark(State.Met) + " counts", Ink.Good) : new(page.Style.Mark(State.Failed) + " does not count", Ink.Bad);
            page.Labelled(3, column, new(sign.Person, Ink.Strong), [counts, $"as {sign.Role}, {InstantWords.Of(sign.At)}"]);
            if (sign.WhyNot is { } why) Beneath(page, column, why);
        }

        foreach (var role in decision.ToSign) page.Labelled(3, column, new(role.Role, Ink.Strong), [new($"? {CountWords.Number(role.Count)} still to sign", Ink.Doubt)]);
    }

    static void Rejections(TextPage page, Decision decision)
    {
        if (decision.Rejections.IsEmpty) return;
        page.Heading("Rejections");
        var column = Column(decision.Rejections.Select(rejection => rejection.Person));
        foreach (var rejection in decision.Rejections)
        {
            page.Labelled(3, column, new(rejection.Person, Ink.Strong), [new(page.Style.Mark(State.Failed) + " stands", Ink.Bad), "since " + InstantWords.Of(rejection.At)]);
            Beneath(page, column, rejection.Because);
        }
    }

    static void Softenings(TextPage page, Decision decision)
    {
        if (decision.Softenings.IsEmpty) return;
        page.Heading("Softenings since the last opening");
        var column = Column(decision.Softenings.Select(softening => softening.Subject));
        foreach (var softening in decision.Softenings)
            page.Labelled(3, column, new(softening.Subject, Ink.Strong),
                [softening.Says, softening.Accepted ? new("(accepted)", Ink.Good) : new("(not accepted: holds the gate)", Ink.Bad)]);
    }

    static int Column(IEnumerable<string> subjects) => TextColumn.After(3, subjects, 26);

    static void Beneath(TextPage page, int column, string says) => page.Write(column > page.Style.Columns / 2 ? 5 : column, [says]);

    static void Changes(TextPage page, Decision decision)
    {
        if (decision.Changes.IsEmpty && decision.LastOpened is null) return;
        page.Heading(decision.LastOpened is { } opened ? $"Changed since the last opening, {InstantWords.Of(opened)}" : "Changed");
        foreach (var change in decision.Changes) page.Write(3, 5, [new("- ", Whole: true), change]);
        if (decision.Changes.IsEmpty) page.Write(3, ["nothing"]);
    }

    static void NotCounted(TextPage page, Decision decision)
    {
        if (decision.NotCounted.IsEmpty) return;
        page.Heading("Runs that did not count");
        foreach (var dropped in decision.NotCounted) page.Write(3, 5, [new(CountWords.Number(dropped.Count), Ink.Strong), dropped.Reason]);
    }
}
