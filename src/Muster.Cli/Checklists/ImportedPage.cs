using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>What an import came to, for a person and for a program.</summary>
static class ImportedPage
{
    const int MostShown = 40;

    public static void Text(TextWriter to, Imported imported, IReadOnlyList<string> written, bool checkOnly)
    {
        to.WriteLine(Summary(imported));
        Changes(to, imported);
        foreach (var path in written) to.WriteLine($"  Wrote {path}.");
        if (!imported.Problems.IsEmpty) to.Write(ProblemText.Render(imported.Problems));
        if (imported.ToInclude is { } include) to.WriteLine($"  The document does not include {imported.Controls} yet. Add it: {include}");
        if (!checkOnly && written.Count == 0 && !imported.Differs) to.WriteLine("  Nothing to write: every sentence stands as its control says.");
        foreach (var next in Next(imported, written, checkOnly)) to.WriteLine($"  {next}");
    }

    static string Summary(Imported imported)
    {
        var (unmeasured, proposed, measured) = imported.Counts;
        var states = new[] { $"{unmeasured} unmeasured", proposed > 0 ? $"{proposed} with a proposed check (unreviewed)" : "", measured > 0 ? $"{measured} with a check" : "" };
        var others = imported.Checklist.Others.Length;
        var listed = others == 0 ? "" : $"; {others} {(others == 1 ? "line is" : "lines are")} no control ({(imported.Listed ? $"listed in {imported.Controls}" : "--format json lists them")})";
        return $"{imported.Checklist.File}: {Count(unmeasured + proposed + measured, "control")} from {Count(imported.Checklist.Lines, "line")}: {string.Join(", ", states.Where(state => state.Length > 0))}{listed}.";
    }

    static void Changes(TextWriter to, Imported imported)
    {
        // When everything is new there is nothing to tell apart.
        var told = imported.Sentences.Where(one => one.Fate != Fate.Same && (one.Fate != Fate.Added || imported.Sentences.Any(other => other.Fate != Fate.Added))).ToList();
        foreach (var one in told.Take(MostShown))
        {
            var fate = imported.Accepted.Contains(one.Control?.Id ?? "") ? "accepted" : one.Fate.ToString().ToLowerInvariant();
            to.WriteLine($"  {fate,-9} {one.Control?.Id ?? imported.NewIds[one.Item!]}  {Place(imported, one)}  {Spoken.Shown(one.Item?.Title ?? one.Control!.Title, 120)}");
            if (one.Fate == Fate.Changed) to.WriteLine($"            was: {Spoken.Shown(one.Control!.Title, 120)}");
        }

        if (told.Count > MostShown) to.WriteLine($"  and {told.Count - MostShown} more; --format json shows all");
    }

    static string Place(Imported imported, Standing one) => one.Item is { } item ? $"{imported.Checklist.File}:{item.Line}" : one.Control!.Sentence!.Line is { } line ? $"(was line {line})" : "";

    static IEnumerable<string> Next(Imported imported, IReadOnlyList<string> written, bool checkOnly)
    {
        var file = imported.Checklist.File;
        if (imported.Sentences.Any(one => one.Fate == Fate.Changed && !imported.Accepted.Contains(one.Control!.Id)))
            yield return $"What changed is unproven until somebody has read it: mend the check, then muster import {file} --accept ID (or all).";
        if (imported.Sentences.Any(one => one.Fate == Fate.Removed)) yield return "What was removed is unproven: delete the control, which softens the gate, or take its `sentence` away to keep it.";
        if (checkOnly && imported.Sentences.Any(one => one.Fate == Fate.Added)) yield return $"What was added has no control yet: muster import {file}.";
        if (!checkOnly && written.Count > 0) yield return "Then: muster lint, muster report.";
    }

    public static Value.Fields Json(Imported imported) => Output.Fields(
        ("file", imported.Checklist.File), ("controls_file", imported.Controls), ("lines", imported.Checklist.Lines),
        ("unmeasured", imported.Counts.Unmeasured), ("proposed", imported.Counts.Proposed), ("measured", imported.Counts.Measured),
        ("include", imported.ToInclude is { } include ? new Value.Text(include) : null),
        ("sentences", Output.List(imported.Sentences, one => Sentence(imported, one))),
        ("not_controls", Output.List(imported.Checklist.Others, other => Output.Fields(("line", other.Line), ("because", other.Because), ("text", other.Text)))));

    static Value.Fields Sentence(Imported imported, Standing one) => Output.Fields(
        ("control", one.Control?.Id ?? imported.NewIds[one.Item!]), ("fate", one.Fate.ToString().ToLowerInvariant()),
        ("accepted", one.Fate == Fate.Changed ? imported.Accepted.Contains(one.Control!.Id) : null),
        ("line", one.Item?.Line), ("lines", one.Item is { } item ? Output.List(item.Lines, line => line) : null),
        ("was_line", one.Control?.Sentence?.Line), ("says", one.Item?.Title), ("was", one.Fate is Fate.Changed or Fate.Removed ? one.Control!.Title : null),
        ("somebodys_word", one.Item?.SomebodysWord), ("proposed", one.Item?.Proposed?.Kind));

    public static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
