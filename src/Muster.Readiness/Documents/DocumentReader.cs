using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Text to a document, or every mistake in it at once. docs/document.md shows the grammar by example.</summary>
public static class DocumentReader
{
    public const int MostFiles = 200;
    public const int MostFileBytes = 2 << 20;
    public const int MostBytes = 8 << 20;
    public const int MostIncludeDepth = 16;
    public const int MostControls = 20_000;

    /// <param name="main">The main file, relative to the document's folder: <c>muster.yaml</c>.</param>
    /// <param name="fetch">Reads below the document's folder: the main file, includes, public keys, checklists.</param>
    /// <param name="zones">Time-zone data, for freezes.</param>
    /// <param name="packs">Reads a pack by <c>name@version</c>.</param>
    /// <param name="sentences">Reads a checklist; without it a control with a sentence stays unproven.</param>
    /// <param name="requirements">The known ids for <c>proves</c>; without it, any is taken.</param>
    public static Reading Read(string main, Fetch fetch, KindCatalogue kinds, ZoneLookup zones, Fetch packs, SentencesOf? sentences = null, RequirementIds? requirements = null)
    {
        var problems = new Problems();
        var sources = new IncludeReader(fetch, packs, problems).Gather(main);
        if (sources.IsEmpty) return new(null, problems.Sorted());

        foreach (var source in sources) SecretPlaces.Check(source, problems);
        var draft = new Draft(kinds, problems) { Requirements = requirements };
        var keys = sources[0].Keys;
        var (system, title, owner) = Title(keys);
        Head(sources, draft, fetch);
        HeadReader.Release(keys.Inner("release"), draft);
        HeadReader.Defaults(keys.Inner("defaults"), draft);
        var places = Controls(sources, draft);
        SentenceReader.Compare(draft, fetch, sentences);
        RunbookReader.Take(draft, fetch);
        var gates = new GateReader(draft, zones, sources, owner).Read(keys.Inner("gates"));
        CrossCheck.Run(draft, gates);
        foreach (var source in sources) source.Keys.Done(source.Pack is not null ? "a pack" : source == sources[0] ? "a document" : "an included file");

        return new(problems.HasErrors ? null : new Document
        {
            System = system, Title = title, Owner = owner, Release = draft.Release, Gates = gates,
            People = Sorted(draft.People), Runners = draft.Runners.Count > 0 ? Sorted(draft.Runners) : null, Environments = Sorted(draft.Environments), Targets = Sorted(draft.Targets),
            Vantages = Sorted(draft.Vantages), Controls = Sorted(draft.Controls),
        }, problems.Sorted())
        { Places = places };
    }

    static (string System, string Title, string Owner) Title(Keys keys)
    {
        if (keys.Require("muster", "Begin the document with muster: 1.") is { } version && Typed.Text(version, "muster", keys.Problems) is { } text && text != "1")
            keys.Problems.Error(version.Place, "muster", $"This build does not read version \"{text}\" of the language.", "Write muster: 1.");
        var system = keys.Require("system", "Name the system, as system: shop.") is null ? null : keys.Text("system");
        if (system is not null && !Typed.IsName(system)) Typed.Name(new(keys.Take("system")!.Place, system, true), "system", keys.Problems);
        return (system ?? "", keys.Text("title") ?? "", keys.Text("owner") ?? "");
    }

    /// <summary>A pack has controls only: everything else is the document's own.</summary>
    static void Head(ImmutableArray<Source> sources, Draft draft, Fetch fetch)
    {
        var own = sources.Where(source => source.Pack is null).Select(source => source.Keys).ToList();
        foreach (var keys in own) keys.Take("title");
        foreach (var keys in own) HeadReader.Environments(keys.Inner("environments"), draft);
        foreach (var keys in own) HeadReader.Targets(keys.Inner("targets"), draft);
        foreach (var keys in own) HeadReader.Vantages(keys.Inner("vantages"), draft);
        foreach (var keys in own) PeopleReader.Read(keys.Inner("people"), draft, fetch);
        foreach (var keys in own) PeopleReader.Runners(keys.Inner("runners"), draft, fetch);
        foreach (var source in sources)
            foreach (var (name, shape, at) in source.Needs)
            {
                var ours = source.Bindings.GetValueOrDefault(name, name);
                if (!draft.Targets.ContainsKey(ours) && !draft.Unread.Contains(ours))
                    draft.Problems.Error(at, "include", $"The pack \"{source.Pack}\" needs a target \"{ours}\" ({shape}).",
                        $"Add it to targets, or say which of yours it is: {{ pack: {source.Pack}, with: {{ {name}: … }} }}.");
            }
    }

    /// <summary>First every id, section and tag, since checks may select other controls; then each control whole.</summary>
    static ImmutableSortedDictionary<string, Place> Controls(ImmutableArray<Source> sources, Draft draft)
    {
        var entries = new Dictionary<string, (YamlEntry Entry, Source Source)>();
        foreach (var source in sources)
            foreach (var entry in source.Keys.Inner("controls")?.Map.Entries ?? [])
            {
                if (!Typed.Name(entry.Key, "controls", draft.Problems)) continue;
                if (entry.Value is YamlNode.Broken) draft.Unread.Add(entry.Key.Text);
                else if (entries.TryGetValue(entry.Key.Text, out var first))
                    draft.Problems.Error(entry.Key.Place, $"controls.{entry.Key.Text}", $"The control \"{entry.Key.Text}\" stands twice; first at {first.Entry.Key.Place}.", "Give one of them another id.");
                else if (entries.Count < MostControls) entries[entry.Key.Text] = (entry, source);
                else draft.Problems.Error(entry.Key.Place, "controls", $"There are more than {MostControls} controls.", "Split the document.");
            }

        draft.Selectors = new([.. entries.Values.Select(found => ControlReader.Outline(found.Entry.Key.Text, found.Entry.Value, found.Source))], draft.Unread, draft.Problems);
        foreach (var (entry, source) in entries.Values)
            if (ControlReader.Read(entry, source, draft) is { } control) draft.Controls[control.Id] = control;
        return entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.Source.Asked ?? entry.Value.Entry.Key.Place, StringComparer.Ordinal);
    }

    /// <summary>By name, so that the order of keys in a file is not part of what it says.</summary>
    static ImmutableArray<T> Sorted<T>(Dictionary<string, T> named) => [.. named.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value)];
}
