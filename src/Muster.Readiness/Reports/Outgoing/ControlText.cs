namespace Muster.Readiness;

/// <summary>A control in plain lines, for formats that have no tables: why, expected beside observed, the fix.</summary>
static class ControlText
{
    /// <summary>A cell of a matrix may hold hundreds of parts; those left out are counted.</summary>
    const int MostParts = 20, MostMatchers = 40, LongestValue = 1_000;

    public static IEnumerable<string> Lines(ControlShown control)
    {
        yield return $"{Bearings.Says(control)}: {Line(control.Out ?? control.Because)}";
        if (control.Parts.IsEmpty && control.Out is null && control.State != State.Met) yield return "It has no check, so nothing was looked at.";
        foreach (var part in control.Parts.Take(MostParts))
        {
            yield return $"{Line(part.Name)} ({Line(part.Kind)}) {StateWords.Of(part.State)}: {Line(part.Because)}";
            foreach (var compared in part.Compared.Take(MostMatchers)) yield return "  " + Beside(compared);
            if (part.Compared.Length > MostMatchers) yield return $"  and {CountWords.Number(part.Compared.Length - MostMatchers)} more";
        }

        if (control.Parts.Length > MostParts) yield return $"and {CountWords.Of(control.Parts.Length - MostParts, "more check")}";
        if (control.Fix is { } fix) yield return "Fix: " + Line(fix);
        if (control.Impact is { } impact) yield return "Impact: " + Line(impact);
        if (control.Owner is { } owner) yield return "Owner: " + Line(owner);
        yield return "Decided by " + RuleWords.Of(control.Line);
    }

    /// <summary>The same with everything of which no more than a line is wanted.</summary>
    public static string Short(ControlShown control) =>
        Sentence.End(Line(control.Because)) + (control.Fix is { } fix ? $" Fix: {Line(fix)}" : "");

    public static IEnumerable<string> Beside(ControlShown control) =>
        control.Parts.SelectMany(part => part.Compared).Where(compared => compared.Holds != true).Take(3).Select(Beside);

    static string Beside(Compared compared) => $"{Line(compared.Name)}: expected {Line(compared.Expected)}, observed {Line(compared.Observed)}, "
        + compared.Holds switch { true => "holds", false => "does not hold", null => "could not be told" };

    public static string Line(string text)
    {
        var plain = PlainText.Of(text);
        if (plain.Length <= LongestValue) return plain;
        var cut = char.IsHighSurrogate(plain[LongestValue - 1]) ? LongestValue - 1 : LongestValue;
        return $"{plain.AsSpan(0, cut)}… and {CountWords.Of(plain.Length - cut, "more character")}";
    }
}
