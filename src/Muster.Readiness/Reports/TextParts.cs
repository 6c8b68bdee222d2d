namespace Muster.Readiness;

/// <summary>The checks under a control.</summary>
static class TextParts
{
    /// <summary>Under the board's line of its control: state, what was expected and seen, where the evidence is.</summary>
    public static void Brief(TextPage page, Decision decision, PartShown part, int column)
    {
        var style = page.Style;
        page.Write(column, column + 2, [new(style.Mark(part.State), Inked.Of(part.State)), part.Name, new($"({part.Kind})", Ink.Faint)]);
        foreach (var compared in part.Compared)
            page.Write(column + 2, column + 4, [new(style.Mark(compared.Holds), Of(compared.Holds)),
                compared.Name + ":", "expected", compared.Expected + ",", "observed", compared.Observed]);
        foreach (var line in Provenance(decision, part, whole: false)) page.Write(column + 2, [new(line.Label + " " + line.Says, Ink.Faint)]);
    }

    /// <summary>Evidence, origin, freshness, and when the kind was last seen failing.</summary>
    public static IEnumerable<(string Label, string Says)> Provenance(Decision decision, PartShown part, bool whole = true)
    {
        if (part.Evidence is { } evidence)
        {
            var origin = part.Origin is { } from ? StateWords.Of(from) : "of unknown origin";
            yield return ("evidence", origin + (part.Environment is { } environment ? " from " + environment : "") + (part.By is { } by ? ", seen by " + (by.Length == 64 ? "the key " + by[..12] : by) + " in another ledger" : "") + ", " + (whole ? evidence.ToString() : evidence.Short));
        }
        else
        {
            yield return ("evidence", "none");
        }

        if (part.SeenAt is { } seen)
        {
            var fresh = part.FreshUntil is { } until ? (until < decision.At ? ", fresh until " : ", still fresh until ") + InstantWords.Of(until) : "";
            yield return ("seen", $"{InstantWords.Exact(seen)} ({InstantWords.Beside(seen, decision.At)}){fresh}");
        }

        foreach (var loosened in part.Loosens) yield return ("instead of", "the kind's own " + loosened);
        yield return ("kind", part.Kind + (part.KindSeenFailing is { } failing
            ? $" was last seen failing {InstantWords.Of(failing)}"
            : " has not been seen failing: run muster prove " + part.Kind));
    }

    public static Ink Of(bool? holds) => holds switch { true => Ink.Good, false => Ink.Bad, null => Ink.Doubt };
}
