namespace Muster.Readiness;

/// <summary>Requirements for a terminal: by system and section, each with its state and what stands behind it. The counts come last.</summary>
public static class TextRequirements
{
    const int IdAt = 18;
    const int TextAt = 26;
    const int BareAt = 11;

    public static string Render(IReadOnlyCollection<ModelSystem> systems, IReadOnlyList<RequirementShown> shown, TextStyle style)
    {
        var page = new TextPage(style);
        foreach (var system in systems)
        {
            var own = shown.Where(one => one.Requirement.System == system.Name).ToList();
            if (own.Count == 0) continue;
            page.Heading(system.Title, RequirementWords.Tally(own));
            foreach (var section in own.GroupBy(one => one.Requirement.Section))
            {
                page.Blank();
                page.Write(1, [new(section.Key, Ink.Strong)]);
                foreach (var one in section) Write(page, one);
            }
        }

        page.Blank();
        page.Write(1, [new(RequirementWords.Tally(shown) + ".", Ink.Strong)]);
        return page.ToString();
    }

    static void Write(TextPage page, RequirementShown shown)
    {
        var line = shown.Requirement;
        if (shown.State is null)
        {
            page.Labelled(3, BareAt, new(line.Id, Ink.Strong), [line.Text]);
            page.Write(BareAt, [new($"{RequirementWords.Of(line.Class)}{page.Style.Dot}{string.Join(", ", line.Kinds)}", Ink.Faint)]);
            Rest(page, line, BareAt);
            return;
        }

        Inked id = new(DisplayWidth.Pad(line.Id, TextAt - IdAt), shown.State == RequirementState.Proven ? Ink.Plain : Ink.Strong, Whole: true);
        page.Labelled(3, IdAt, State(page.Style, shown.State.Value), [id, line.Text], TextAt);
        foreach (var control in shown.Controls)
            page.Write(TextAt, TextAt + 2, [new(control.Id, Ink.Strong), RequirementWords.Beside(control)]);
        Rest(page, line, TextAt);
    }

    static void Rest(TextPage page, Requirement line, int at)
    {
        if (line.Rest is { } rest) page.Write(at, at + 8, [new("people: ", Ink.Faint, Whole: true), new(rest, Ink.Faint)]);
    }

    static Inked State(TextStyle style, RequirementState state) => state switch
    {
        RequirementState.Proven => new($"{style.Mark(Readiness.State.Met)} proven", Ink.Good),
        RequirementState.Failed => new($"{style.Mark(Readiness.State.Failed)} failed", Ink.Bad),
        RequirementState.Unclaimed => new($"{style.Out} unclaimed", Ink.Faint),
        RequirementState.Unmeasured => new($"{style.Mark(Readiness.State.Unmeasured)} unmeasured", Ink.Doubt),
        _ => new($"{style.Mark(Readiness.State.Unproven)} unproven", Ink.Doubt),
    };
}
