using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A control: who and why, and one of the four forms of a check. Without one it is unmeasured.</summary>
static class ControlReader
{
    public static ReadOnlySpan<string> Severities => (string[])["critical", "high", "medium", "low"];

    const int MostParts = 200;
    static readonly ImmutableArray<string> Forms = ["check", "all", "any", "steps"];

    /// <summary>Enough of it for selectors, before any check is read.</summary>
    public static Control Outline(string id, YamlNode node, Source source) => new()
    {
        Id = id, Section = Said(node, "section") is [var section, ..] ? section : source.Section, Tags = Said(node, "tags"),
    };

    static ImmutableArray<string> Said(YamlNode node, string key) =>
        node is YamlNode.Map map && map.Find(key) is { } entry ? [.. Typed.Nodes(entry.Value).OfType<YamlNode.Scalar>().Where(scalar => !scalar.IsEmpty).Select(scalar => scalar.Text)] : [];

    public static Control? Read(YamlEntry entry, Source source, Draft draft)
    {
        var id = entry.Key.Text;
        var empty = entry.Value is YamlNode.Scalar { IsEmpty: true };
        if (!empty && Typed.Map(entry.Value, $"controls.{id}", draft.Problems) is null) return null;
        var keys = new Keys(entry.Value as YamlNode.Map ?? new(entry.Key.Place, []), $"controls.{id}", draft.Problems);
        var outline = Outline(id, entry.Value, source);
        keys.Text("section");
        keys.Texts("tags");
        var reader = new CheckReader(draft, id, source);
        var defaults = draft.Defaults;
        var own = reader.Own(keys, new(null, defaults.From, defaults.Fresh, defaults.Binds, [Origin.Live], null));
        var control = outline with
        {
            Title = keys.Text("title") ?? "",
            Owner = keys.Text("owner") ?? defaults.Owner,
            Severity = keys.Word("severity", Severities) ?? defaults.Severity,
            Impact = keys.Text("impact"),
            Fix = keys.Text("fix"),
            Estimate = Estimate(keys),
            Proves = ProvesReader.Read(keys, draft.Requirements),
            Modes = ModeReader.Read(keys.Take("mode"), keys.At("mode"), draft.Problems) ?? defaults.Modes,
            NeverOverride = keys.Word("override", "never") is not null,
            Unreviewed = keys.Truth("unreviewed"),
            AboutRelease = keys.Word("about", "release") is not null,
            NotApplicable = ExcuseReader.NotApplicable(keys.Inner("not_applicable"), draft),
            Deferred = ExcuseReader.Deferred(keys.Inner("deferred"), reader, own, draft),
            Combine = keys.Has("any") ? Combine.Any : Combine.All,
            Cells = Cells(keys, reader, own, draft),
            Sentence = SentenceReader.Read(keys.Inner("sentence"), source),
            Place = entry.Key.Place,
        };
        keys.Done("a control");
        return control;
    }

    static ImmutableArray<Cell> Cells(Keys keys, CheckReader reader, PartDefaults own, Draft draft)
    {
        var each = keys.Take("each");
        var said = Forms.Where(form => keys.Take(form) is not null || keys.Has(form)).ToList();
        if (said.Count > 1) draft.Problems.Error(keys.Place, keys.Path, $"The control has {string.Join(" and ", said)}.", "Use one of check, all, any, steps.");
        if (said.Count == 0)
        {
            if (each is not null) draft.Problems.Error(each.Place, keys.At("each"), "There is no check for each to multiply.", "Add check, all, any or steps.");
            return [];
        }

        if (keys.Take(said[0]) is not { } node) return [];
        var cells = EachReader.Read(each, keys.At("each"), node.Size, draft);
        WarnOfUnused(each, node, keys.At("each"), draft.Problems);
        return [.. cells.Select(cell => new Cell(cell.Name, Parts(said[0], EachReader.Fill(node, cell.Filling), keys.At(said[0]), reader, own, draft)))];
    }

    static ImmutableArray<Part> Parts(string form, YamlNode node, string path, CheckReader reader, PartDefaults own, Draft draft)
    {
        var alone = ImmutableDictionary<string, Kind?>.Empty;
        if (form == "check") return reader.Part(node, path, "", own, alone) is { } only ? [only] : [];
        if (form == "steps") return reader.Steps(node, path, own, alone) is { IsEmpty: false } steps ? [CheckReader.Of("", steps, own)] : [];
        if (Typed.Map(node, path, draft.Problems) is not { } map) return [];
        if (map.Entries.IsEmpty) draft.Problems.Error(map.Place, path, $"There is nothing under \"{form}\".", "Name at least one part.");
        if (map.Entries.Length > MostParts)
        {
            draft.Problems.Error(map.Place, path, $"There are more than {MostParts} parts under \"{form}\".", "Make several controls of them.");
            return [];
        }

        var siblings = map.Entries.ToImmutableDictionary(entry => entry.Key.Text, entry => reader.KindOf(entry.Value));
        return
        [
            .. map.Entries.OrderBy(entry => entry.Key.Text, StringComparer.Ordinal)
                .Select(entry => CheckReader.PartName(entry.Key.Text, entry.Key.Place, path, draft.Problems) ? reader.Part(entry.Value, $"{path}.{entry.Key.Text}", entry.Key.Text, own, siblings) : null)
                .OfType<Part>(),
        ];
    }

    /// <summary>A name that no placeholder uses makes cells that all ask the same.</summary>
    static void WarnOfUnused(YamlNode? each, YamlNode check, string path, Problems problems)
    {
        if (each is not YamlNode.Map map) return;
        var used = new HashSet<string>();
        check.Replace(scalar => { used.UnionWith(Placeholder.Names(scalar.Text)); return scalar; });
        foreach (var (key, _) in map.Entries.Where(entry => !used.Contains(entry.Key.Text)))
            problems.Warn(key.Place, $"{path}.{key.Text}", $"No placeholder uses \"{key.Text}\", so its cells all ask the same.", $"Write $({key.Text}) in the check.");
    }

    /// <summary><c>1h..2h</c>, or <c>2h</c> for both ends.</summary>
    static Span? Estimate(Keys keys)
    {
        if (keys.Take("estimate") is not { } node || Typed.Text(node, keys.At("estimate"), keys.Problems) is not { } text) return null;
        var ends = text.Split("..", 2);
        if (Quantity.TryRead(ends[0].Trim(), Shape.Duration, out var least, out _) && Quantity.TryRead(ends[^1].Trim(), Shape.Duration, out var most, out _) && least >= 0 && most >= least && most < 1e9)
            return new(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));
        keys.Problems.Error(node.Place, keys.At("estimate"), $"\"{text}\" is not an estimate.", "Write a range of durations, as 1h..2h.");
        return null;
    }
}
