namespace Muster.Readiness;

/// <summary>The controls of one group: a line each when met, and what is wrong with its fix beneath when not.</summary>
static class TextControls
{
    const int Narrow = 72;
    const int IdAt = 17;

    public static void Write(TextPage page, Decision decision, ControlGroup group)
    {
        page.Heading(group.Name, $"{CountWords.Number(group.Met)} of {CountWords.Number(group.InSet)} met");
        var narrow = page.Style.Columns < Narrow;
        var column = narrow ? IdAt : TextColumn.After(IdAt, decision.Controls.Select(control => control.Id), 26);
        foreach (var control in group.Controls) Write(page, decision, control, column, narrow);
    }

    static void Write(TextPage page, Decision decision, ControlShown control, int column, bool narrow)
    {
        var style = page.Style;
        if (control.Out is { } why)
        {
            page.Labelled(3, IdAt, new(style.Out + " not in set", Ink.Faint), [new(control.Id, Ink.Faint)]);
            page.Write(column, [new(why, Ink.Faint)]);
            return;
        }

        var state = new Inked($"{style.Mark(control.State)} {StateWords.Of(control.State)}", Inked.Of(control.State));
        var beside = string.Join(", ", StateWords.Beside(control));
        Inked noted = beside.Length == 0 ? "" : new Inked($"({beside})", Ink.Doubt);
        Inked title = new(control.Title, control.State == State.Met ? Ink.Faint : Ink.Plain);
        var id = new Inked(control.Id, control.State == State.Met ? Ink.Plain : Ink.Strong);
        if (narrow || DisplayWidth.Of(PlainText.Of(control.Id)) > column - IdAt - 2)
        {
            page.Labelled(3, IdAt, state, [id, noted]);
            page.Write(column, [title]);
        }
        else
        {
            page.Labelled(3, IdAt, state, [new(DisplayWidth.Pad(PlainText.Of(control.Id), column - IdAt), id.Ink, Whole: true), title, noted], column);
        }

        if (control.State != State.Met) Open(page, control, column);
        if (style.Verbose)
            foreach (var part in control.Parts) TextParts.Brief(page, decision, part, column);
    }

    static void Open(TextPage page, ControlShown control, int column)
    {
        page.Write(column, [control.Because]);
        if (control.Fix is { } fix) page.Write(column, column + 5, [new("fix: ", Ink.Strong, Whole: true), fix]);
        var owner = control.Owner is { } name ? "owner " + name : "no owner";
        var estimate = control.Estimate is { } span ? "estimate " + DurationWords.Of(span) : "no estimate";
        page.Write(column, [new(owner + page.Style.Dot + estimate, Ink.Faint)]);
    }
}
