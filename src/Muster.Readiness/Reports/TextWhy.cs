namespace Muster.Readiness;

/// <summary>One control in full.</summary>
static class TextWhy
{
    const int Column = 14;

    public static void Write(TextPage page, Decision decision, ControlShown control, IReadOnlyDictionary<string, Value>? parameters)
    {
        var style = page.Style;
        page.Write(1, 3, [new(control.Id, Ink.Strong), control.Title.Length == 0 ? "" : style.Dot + control.Title]);
        page.Blank();
        var beside = string.Join(", ", StateWords.Beside(control));
        page.Labelled(1, Column, "state", [new($"{style.Mark(control.State)} {StateWords.Of(control.State)}", Inked.Of(control.State)),
            new(beside.Length == 0 ? "" : $"({beside})", Ink.Doubt)]);
        page.Labelled(1, Column, "because", [control.Because]);
        page.Labelled(1, Column, "decided by", [RuleWords.Of(control.Line)]);
        page.Labelled(1, Column, "in the gate", [control.Out is { } why
            ? $"not in its set: {why}"
            : $"{decision.Gate} in {decision.Environment}, mode {StateWords.Of(control.Mode)}"]);
        if (control.Fix is { } fix) page.Labelled(1, Column, new("fix", Ink.Strong), [fix]);
        if (control.Impact is { } impact) page.Labelled(1, Column, "impact", [impact]);
        page.Labelled(1, Column, "owner", [control.Owner ?? "nobody", control.Estimate is { } estimate ? style.Dot + "estimate " + DurationWords.Of(estimate) : ""]);
        if (control.Parts.IsEmpty && control.Out is null) Nothing(page);
        foreach (var part in control.Parts) Part(page, decision, control, part, parameters?.GetValueOrDefault(part.Name));
        Waivers(page, decision, control);
    }

    static void Nothing(TextPage page)
    {
        page.Blank();
        page.Write(1, ["It has no check, so nothing was looked at. Give it a check; muster kinds lists what can be asked."]);
    }

    static void Part(TextPage page, Decision decision, ControlShown control, PartShown part, Value? parameters)
    {
        var style = page.Style;
        page.Heading(part.Name, part.Kind);
        page.Labelled(3, Column, new($"{style.Mark(part.State)} {StateWords.Of(part.State)}", Inked.Of(part.State)),
            [part.Because == control.Because ? "" : part.Because, part.Why is { } why ? new Inked($"({StateWords.Of(why)})", Ink.Doubt) : ""]);
        Compared(page, part);
        if (parameters is not null) Parameters(page, parameters);
        foreach (var (label, says) in TextParts.Provenance(decision, part)) page.Labelled(3, Column, new(label, Ink.Faint), [says]);
        if (part.Question is { } question) page.Labelled(3, Column, new("question", Ink.Faint), [question.ToString()]);
    }

    static void Compared(TextPage page, PartShown part)
    {
        foreach (var compared in part.Compared)
        {
            page.Write(3, 5, [new(page.Style.Mark(compared.Holds), TextParts.Of(compared.Holds)), new(compared.Name, Ink.Strong),
                compared.Holds switch { true => "holds", false => "does not hold", null => "could not be told" }]);
            page.Labelled(5, Column + 2, new("expected", Ink.Faint), [compared.Expected]);
            page.Labelled(5, Column + 2, new("observed", Ink.Faint), [compared.Observed]);
        }
    }

    static void Parameters(TextPage page, Value parameters)
    {
        if (parameters is not Value.Fields fields)
        {
            page.Labelled(3, Column, new("asked", Ink.Faint), [parameters.ToString()]);
            return;
        }

        var label = "asked";
        foreach (var (name, value) in fields)
        {
            page.Labelled(3, Column, new(label, Ink.Faint), [name + ":", value is Value.Text text ? text.Is : value.ToString()]);
            label = "";
        }
    }

    static void Waivers(TextPage page, Decision decision, ControlShown control)
    {
        foreach (var waiver in decision.Waivers.Where(waiver => waiver.Control == control.Id))
        {
            page.Blank();
            page.Write(1, 3, [new("waiver", Ink.Strong), waiver.Counts ? "counts" : "does not count",
                $"until {InstantWords.Of(waiver.Expires)}, asked by {waiver.Requester}, approved by {waiver.Approver}:",
                Sentence.End(waiver.Because), waiver.WhyNot is { } why ? Sentence.End(why) : ""]);
        }
    }
}
