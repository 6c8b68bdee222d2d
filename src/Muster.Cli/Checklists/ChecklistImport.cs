using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>
/// One checklist into its document. What stands in the YAML stays as it is: new controls are added, line numbers follow, the list of other lines is written anew.
/// Whatever it makes is read back before it is written; what would come out otherwise than it was meant is not written.
/// </summary>
/// <param name="file">The checklist, relative to the document.</param>
/// <param name="named">The YAML file that was asked for; null for the one that fits.</param>
sealed class ChecklistImport(DocumentDesk desk, string file, string? named, ImmutableArray<string> accept)
{
    /// <exception cref="Refusal">The checklist or the document cannot be read, or the controls cannot be added.</exception>
    public Imported Prepare()
    {
        var controls = named ?? $"controls/{Stem(file)}.yaml";
        desk.Expect(controls);
        var isNew = desk[desk.Main] is null;
        if (isNew) desk[desk.Main] = "muster: 1\nsystem: new\n";
        var before = Before();
        var anchored = before.Controls.Where(control => control.Sentence?.File == file).ToList();
        var checklist = Checklist(anchored.Count > 0);
        if (isNew) desk[desk.Main] = Including.NewDocument(desk.Folder, file, checklist.Title, controls);
        if (checklist.Items.IsEmpty && anchored.Count == 0)
            throw Refusal.Usage($"{file}: nothing in it is a control: none of its {checklist.Lines} lines is a list item, a row of a checklist or a heading with nothing but prose below it", "write what must hold as a list, one sentence for each item");

        if (named is null && anchored.Count > 0 && !anchored.Exists(control => control.Place!.File == controls))
            controls = anchored.GroupBy(control => control.Place!.File).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First().Key;
        if (before.Controls.FirstOrDefault(control => control.Place!.File == controls && control.Sentence is { } other && other.File != file) is { } foreign && anchored.TrueForAll(control => control.Place!.File != controls))
            throw Refusal.Usage($"{controls} holds the controls of {foreign.Sentence!.File}", "name another file with -o, as -o controls/OTHER.yaml");

        var sentences = Reconciling.Of(anchored, checklist.Items);
        Refuse(accept.Where(id => id != "all" && !sentences.Any(one => one.Fate == Fate.Changed && one.Control!.Id == id)).ToList(), sentences);
        var ids = new ControlIds(before.Controls.Select(control => control.Id));
        var imported = new Imported
        {
            Checklist = checklist, Sentences = sentences, Controls = controls, Counts = default,
            NewIds = sentences.Where(one => one.Fate == Fate.Added).ToDictionary(one => one.Item!, one => ids.Of(one.Item!), (IEqualityComparer<Item>)ReferenceEqualityComparer.Instance),
            Accepted = [.. sentences.Where(one => one.Fate == Fate.Changed && (accept.Contains("all") || accept.Contains(one.Control!.Id))).Select(one => one.Control!.Id)],
        };
        return Written(imported, before);
    }

    /// <summary>The document as it is. Gates that miss what is only now imported are no hindrance: what is wrong with them afterwards is told then.</summary>
    Document Before()
    {
        var reading = desk.Read();
        if (reading.Document is { } sound) return sound;
        var main = desk[desk.Main]!;
        desk[desk.Main] = new YamlLines(main).Without("gates");
        var gateless = desk.Read().Document;
        desk[desk.Main] = main;
        return gateless ?? throw Mistaken(reading);
    }

    static void Refuse(List<string> unknown, ImmutableArray<Standing> sentences)
    {
        if (unknown.Count == 0) return;
        var changed = sentences.Where(one => one.Fate == Fate.Changed).Select(one => one.Control!.Id).ToList();
        throw Refusal.Usage($"--accept {unknown[0]}: no control by that id whose sentence changed", changed.Count == 0 ? "no sentence changed; leave --accept out" : Suggestion.Among(changed, unknown[0], "one of: " + string.Join(", ", changed)));
    }

    Checklist Checklist(bool known) => desk.Fetch(file) switch
    {
        Fetched.File { Bytes: var bytes } => ChecklistReader.Read(file, bytes) switch
        {
            ChecklistReading.Read { Checklist: var read } => read,
            ChecklistReading.Unreadable not => throw Refusal.Usage($"{not.Place}: {not.Says}", not.Fix),
            _ => throw new System.Diagnostics.UnreachableException(),
        },
        Fetched.Missing when known => new(file, null, 0, [], []),
        Fetched.TooLarge => throw Refusal.Usage($"{file}: it is larger than 2 MiB", "split it"),
        Fetched.Unreadable why => throw Refusal.Usage($"{file}: {why.Why}", "make it readable"),
        Fetched.Folder => throw Refusal.Usage($"{file} is a folder", "name a Markdown file"),
        _ => throw Refusal.Usage($"{file}: no such file", "name a Markdown file"),
    };

    /// <summary>Each way in turn, until what is read back is what was meant.</summary>
    Imported Written(Imported imported, Document before)
    {
        var originals = before.Controls.Select(control => control.Place!.File).Append(imported.Controls).Append(desk.Main).Distinct(StringComparer.Ordinal).ToDictionary(path => path, path => desk[path], StringComparer.Ordinal);
        Reading? last = null;
        foreach (var (proposing, inOrder) in ((bool, bool)[])[(true, true), (true, false), (false, true), (false, false)])
        {
            foreach (var (path, text) in originals)
                if (text is null) desk.Forget(path);
                else desk[path] = text;
            var (listed, toInclude) = Lay(imported, before, proposing, inOrder);
            last = desk.Read();
            if (Comes(imported, before, last, toInclude is not null) is not { } problems) continue;
            return imported with { Listed = listed, ToInclude = toInclude, Problems = problems, Counts = Counted(last.Document, imported, proposing) };
        }

        throw new Refusal(ExitCode.BadInput, $"{imported.Controls} cannot be added to without changing what stands there\n{ProblemText.Render(last!.Problems)}".TrimEnd(), "name a new file with -o, as -o controls/OTHER.yaml");
    }

    (bool Listed, string? ToInclude) Lay(Imported imported, Document before, bool proposing, bool inOrder)
    {
        var edited = new Dictionary<string, YamlLines>(StringComparer.Ordinal);
        foreach (var one in imported.Sentences.Where(one => one.Control is not null && one.Item is not null)) Follow(one, imported, Of(one.Control!.Place!.File));
        var listed = true;
        if (desk[imported.Controls] is null) desk[imported.Controls] = Fresh(imported, proposing);
        else
        {
            var target = Of(imported.Controls);
            var hadControls = before.Controls.Any(control => control.Place!.File == imported.Controls && control.Sentence?.File == file);
            var list = ControlText.List(imported.Checklist);
            listed = target.ReplaceList(list);
            if (!listed && !hadControls && imported.Controls != desk.Main)
            {
                target.InsertAfter(target.Count, "\n" + list);
                listed = true;
            }

            Insert(imported, before, target, proposing, inOrder);
        }

        foreach (var (path, lines) in edited) desk[path] = lines.ToString();
        return (listed, imported.NewIds.Count == 0 ? null : Include(imported.Controls));

        YamlLines Of(string path) => edited.TryGetValue(path, out var lines) ? lines : edited[path] = new(desk[path]!);
    }

    /// <summary>The number of its line; and the words and the title of a sentence that was taken in.</summary>
    static void Follow(Standing one, Imported imported, YamlLines lines)
    {
        var (control, item) = (one.Control!, one.Item!);
        var isAccepted = imported.Accepted.Contains(control.Id);
        if (one.Fate == Fate.Changed && !isAccepted) return;
        var sentence = control.Sentence!;
        // From right to left, since both may stand on one line.
        var edits = new List<(Place At, string Was, string Now)>();
        if (sentence is { Line: { } line, LinePlace: { } at } && line != item.Line) edits.Add((at, Number(line), Number(item.Line)));
        if (isAccepted && sentence.TextPlace is { } text) edits.Add((text, sentence.Text.ToString(), item.Text.ToString()));
        foreach (var (place, was, now) in edits.OrderByDescending(edit => edit.At.Line).ThenByDescending(edit => edit.At.Column)) lines.Replace(place, was, now);
        // A title that is the old sentence follows; one that somebody wrote stays.
        if (!isAccepted || Sentences.DigestOf(control.Title) != sentence.Text) return;
        for (var at2 = control.Place!.Line; at2 <= lines.LastLineOf(control.Place); at2++)
            if (lines.ReplaceLine(at2, $"title: {ControlText.Scalar(control.Title)}", $"title: {ControlText.Scalar(item.Title)}")) break;
    }

    static string Number(int line) => line.ToString(System.Globalization.CultureInfo.InvariantCulture);

    string Fresh(Imported imported, bool proposing)
    {
        var blocks = imported.Checklist.Items.Where(imported.NewIds.ContainsKey).Select(item => ControlText.Of(imported.NewIds[item], item, file, "  ", proposing));
        return $"{ControlText.Head(file)}\ncontrols:\n{string.Join('\n', blocks)}\n{ControlText.List(imported.Checklist)}";
    }

    /// <summary>Each new control below the one whose sentence stands before it; or all of them below the last one.</summary>
    void Insert(Imported imported, Document before, YamlLines target, bool proposing, bool inOrder)
    {
        if (imported.NewIds.Count == 0) return;
        var here = before.Controls.Where(control => control.Place!.File == imported.Controls).OrderBy(control => control.Place!.Line).ToList();
        var indent = new string(' ', here.Count > 0 ? here[0].Place!.Column - 1 : 2);
        var end = here.Count > 0 ? target.LastLineOf(here[^1].Place!) : target.LineOfOpenKey("controls");
        if (here.Count == 0 && end == 0)
        {
            if (!target.HasKey("controls")) target.InsertAfter(target.Count, "\ncontrols:\n");
            else
            {
                for (var line = 1; line <= target.Count && end == 0; line++)
                    if (target.ReplaceLine(line, "controls: {}", "controls:")) end = line;
            }
        }

        if (end == 0) end = target.Count;
        int? above = null;
        foreach (var one in imported.Sentences.Where(one => one.Item is not null))
        {
            if (one.Fate != Fate.Added)
            {
                if (one.Control!.Place!.File == imported.Controls) above = target.LastLineOf(one.Control.Place);
                continue;
            }

            var block = ControlText.Of(imported.NewIds[one.Item!], one.Item!, file, indent, proposing);
            if (!inOrder || here.Count == 0) target.InsertAfter(end, "\n" + block);
            else if (above is { } line) target.InsertAfter(line, "\n" + block);
            else target.InsertAfter(here[0].Place!.Line - 1, block + "\n");
        }
    }

    /// <summary>Null where the document includes the file, now or already; else what a person must add.</summary>
    string? Include(string controls)
    {
        if (Includes(controls)) return null;
        var main = desk[desk.Main]!;
        if (Including.With(main, controls) is { } with)
        {
            var was = desk.Read().Document;
            desk[desk.Main] = with;
            if (Includes(controls) && (was is null || desk.Read() is not { Document: { } now } || SameHead(was, now))) return null;
            desk[desk.Main] = main;
        }

        return $"include: [ …, {ControlText.Scalar(controls)} ]";
    }

    /// <summary>Whether the reader comes by the file: a mark that is no YAML is complained of.</summary>
    bool Includes(string controls)
    {
        if (controls == desk.Main) return true;
        var was = desk[controls]!;
        desk[controls] = "controls: [";
        var complains = desk.Read().Problems.Any(problem => problem.Place.File == controls);
        desk[controls] = was;
        return complains;
    }

    static bool SameHead(Document was, Document now) =>
        (was with { Controls = [], Gates = [] }).Digest == (now with { Controls = [], Gates = [] }).Digest && was.Gates.Select(gate => gate.Name).SequenceEqual(now.Gates.Select(gate => gate.Name));

    /// <summary>What is wrong outside of the written controls; or null if the controls did not come out as they were meant.</summary>
    static ImmutableArray<Problem>? Comes(Imported imported, Document before, Reading after, bool notIncluded)
    {
        if (after.Document is not { } document)
        {
            var errors = after.Problems.Where(problem => problem.Gravity == Gravity.Error).ToImmutableArray();
            return errors.Any(problem => problem.Place.File == imported.Controls || problem.Key.StartsWith("include", StringComparison.Ordinal)) ? null : errors;
        }

        foreach (var was in before.Controls)
            if (document.Control(was.Id) is not { } still || Bare(still, imported) != Bare(was, imported)) return null;
        if (!notIncluded && imported.NewIds.Any(one => document.Control(one.Value)?.Sentence is not { Lost: null } sentence || sentence.Text != one.Key.Text)) return null;
        return [];
    }

    static Digest Bare(Control control, Imported imported) => imported.Accepted.Contains(control.Id)
        ? (control with { Sentence = null, Title = "" }).Digest : (control with { Sentence = control.Sentence is { } sentence ? sentence with { Lost = null } : null }).Digest;

    static (int Unmeasured, int Proposed, int Measured) Counted(Document? document, Imported imported, bool proposing)
    {
        var known = imported.Sentences.Select(one => one.Control is { } control ? document?.Control(control.Id) ?? control : null).OfType<Control>().ToList();
        var proposed = imported.NewIds.Keys.Count(item => proposing && item.Proposed is { IsComment: false });
        return (known.Count(control => control.Cells.IsEmpty) + imported.NewIds.Count - proposed,
            known.Count(control => !control.Cells.IsEmpty && control.Unreviewed) + proposed,
            known.Count(control => !control.Cells.IsEmpty && !control.Unreviewed));
    }

    static string Stem(string file)
    {
        var stem = new string([.. Path.GetFileNameWithoutExtension(file).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '-').Take(80)]).Trim('-', '.');
        return stem.Length == 0 ? "checklist" : stem;
    }

    static Refusal Mistaken(Reading reading) => new(ExitCode.BadInput, $"the document has mistakes\n{ProblemText.Render(reading.Problems)}".TrimEnd(), "mend them, then `muster lint` until it is silent");
}
