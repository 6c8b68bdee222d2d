using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What a check takes over from its control when it says nothing itself.</summary>
sealed record PartDefaults(string? In, string? From, TimeSpan Fresh, Binds Binds, ImmutableArray<Origin> Accepts, long? Population);

/// <summary>One check: a kind with its parameters, what is expected, and where, when and how evidence for it counts.</summary>
sealed class CheckReader(Draft draft, string control, Source source)
{
    public const int MostSteps = 50;
    static readonly System.Buffers.SearchValues<char> NotInNames = System.Buffers.SearchValues.Create("./[]:,$()\n\t\"");
    static readonly ImmutableArray<string> Reserved = ["expect", "in", "from", "fresh", "binds", "accept", "population", "within", "deadline", "always", "during", "name", "steps"];

    /// <summary>Kinds of the named siblings, so that a reference to a field that does not exist is found; null where the kind is not known.</summary>
    public Kind? KindOf(YamlNode node) =>
        node is YamlNode.Map map ? map.Entries.Select(entry => draft.Kinds.Find(entry.Key.Text)).FirstOrDefault(kind => kind is not null) : null;

    public Part? Part(YamlNode node, string path, string name, PartDefaults defaults, IReadOnlyDictionary<string, Kind?> siblings)
    {
        if (Typed.Map(node, path, draft.Problems) is not { } map) return null;
        var keys = new Keys(map, path, draft.Problems);
        var own = Own(keys, defaults);
        ImmutableArray<Step> steps;
        if (keys.Take("steps") is { } list)
        {
            steps = Steps(list, keys.At("steps"), own, siblings);
            keys.Done("a check of steps");
        }
        else
        {
            if (keys.Take("during") is { } stray) draft.Problems.Error(stray.Place, keys.At("during"), "Only a step can be asked during another, and this is none.", "Write both under steps: [ { name: load, … }, { name: …, during: load, … } ].");
            steps = Step(keys, "", own, new References(name, siblings, KindOf(map))) is { } one ? [one] : [];
        }

        return steps.IsEmpty ? null : Of(name, steps, own);
    }

    public static Part Of(string name, ImmutableArray<Step> steps, PartDefaults own) => new()
    {
        Name = name, Steps = steps, In = own.In, From = own.From is "here" ? null : own.From, Fresh = own.Fresh, Binds = own.Binds, Accepts = own.Accepts, LeastPopulation = own.Population,
    };

    /// <summary>The steps of one question, in order; a later one may use what an earlier one saw.</summary>
    public ImmutableArray<Step> Steps(YamlNode node, string path, PartDefaults defaults, IReadOnlyDictionary<string, Kind?> siblings)
    {
        if (node is not YamlNode.List { Items: { IsEmpty: false, Length: <= MostSteps } items })
        {
            draft.Problems.Error(node.Place, path, $"Steps are a list of 1 to {MostSteps}, each with a name.", "Write - { name: …, kind: target }.");
            return [];
        }

        var steps = ImmutableArray.CreateBuilder<Step>();
        var seen = new Dictionary<string, Kind?>(siblings);
        foreach (var item in items)
        {
            if (Typed.Map(item, path, draft.Problems) is not { } map) continue;
            var keys = new Keys(map, path, draft.Problems);
            if (keys.Require("name", "Name each step, so that its evidence has a name.") is not { } named || Typed.Text(named, keys.At("name"), draft.Problems) is not { } name) continue;
            keys = new Keys(map, $"{path}.{name}", draft.Problems);
            keys.Take("name");
            if (steps.Any(step => step.Name == name)) draft.Problems.Error(named.Place, keys.Path, $"The step \"{name}\" stands twice.", "Choose another name.");
            if (!PartName(name, named.Place, keys.Path, draft.Problems)) continue;
            var during = During(keys, steps);
            if (Step(keys, name, defaults, new References(name, seen, KindOf(map))) is { } step) steps.Add(step with { During = during });
            seen[name] = KindOf(map);
        }

        return steps.DrainToImmutable();
    }

    /// <summary>The step beside which it is asked: one before it, that itself is asked alone.</summary>
    string? During(Keys keys, ImmutableArray<Step>.Builder before)
    {
        if (keys.Take("during") is not { } node || Typed.Text(node, keys.At("during"), draft.Problems) is not { } name) return null;
        if (before.Any(step => step.Name == name && step.During is null)) return name;
        draft.Problems.Error(node.Place, keys.At("during"), $"There is no step \"{name}\" before this one that could last meanwhile.", DidYouMean.Among(before.Where(step => step.During is null).Select(step => step.Name), name, "steps"));
        return null;
    }

    public static bool PartName(string name, Place place, string path, Problems problems)
    {
        var bad = name.Length is 0 or > 80 || name.AsSpan().ContainsAny(NotInNames) || name != name.Trim() || name is "previous" or "release" or "nonce";
        if (bad) problems.Error(place, path, $"\"{name}\" cannot be the name of a part.", "Use letters, digits, spaces, \"-\" and \"_\"; previous, release and nonce are taken.");
        return !bad;
    }

    public PartDefaults Own(Keys keys, PartDefaults defaults)
    {
        if (keys.Take("in") is { } node && Typed.Text(node, keys.At("in"), draft.Problems) is { } environment)
        {
            HeadReader.KnownEnvironment(new(node.Place, environment, true), keys.At("in"), draft);
            defaults = defaults with { In = environment };
        }

        if (keys.Take("from") is { } from && Typed.Text(from, keys.At("from"), draft.Problems) is { } vantage)
        {
            if (vantage != "here" && !draft.Vantages.ContainsKey(vantage) && !draft.Unread.Contains(vantage))
                draft.Problems.Error(from.Place, keys.At("from"), $"There is no vantage \"{vantage}\".", DidYouMean.Among(draft.Vantages.Keys.Append("here"), vantage, "vantages"));
            defaults = defaults with { From = vantage };
        }

        var accepts = keys.Take("accept") is { } list
            ? [.. Typed.Nodes(list).Select(item => Typed.Word(item, keys.At("accept"), draft.Problems, "live", "imported", "attested")).OfType<string>().Select(word => Enum.Parse<Origin>(word, true)).Distinct().Order()]
            : defaults.Accepts;
        if (accepts.IsEmpty && keys.Take("accept") is YamlNode.List { Items.IsEmpty: true } none)
            draft.Problems.Error(none.Place, keys.At("accept"), "No origin is accepted, so nothing could count.", "Write live, imported or attested.");
        return defaults with
        {
            Fresh = keys.Duration("fresh") ?? defaults.Fresh,
            Binds = keys.Word("binds", "release", "environment") switch { "environment" => Binds.Environment, "release" => Binds.Release, _ => defaults.Binds },
            Accepts = accepts,
            Population = Population(keys) ?? defaults.Population,
        };
    }

    static long? Population(Keys keys)
    {
        if (keys.Take("population") is not { } node || Typed.Text(node, keys.At("population"), keys.Problems) is not { } text) return null;
        var number = text.StartsWith("at least ", StringComparison.Ordinal) ? text["at least ".Length..] : text;
        return Typed.Whole(new YamlNode.Scalar(node.Place, number, true), keys.At("population"), keys.Problems, 1, 1_000_000_000_000);
    }

    Step? Step(Keys keys, string name, PartDefaults own, References references)
    {
        foreach (var reserved in Reserved) keys.Take(reserved);
        if (Chosen(keys) is not var (kind, entry)) return null;
        var target = entry.Value is YamlNode.Map ? null : entry.Value;
        ImmutableArray<YamlEntry> entries = entry.Value is YamlNode.Map inner ? inner.Entries : [.. keys.Rest().Where(other => other != entry)];
        if (entry.Value is YamlNode.Map)
            foreach (var other in keys.Rest().Where(other => other != entry))
                draft.Problems.Error(other.Key.Place, keys.At(other.Key.Text), $"There is no key \"{other.Key.Text}\" beside {kind.Name}.",
                    kind.Parameters.Any(known => known.Name == other.Key.Text) ? $"Move it into the map of {kind.Name}." : DidYouMean.Among(Reserved.Except(["name", "always", "during", "steps"]), other.Key.Text, "keys"));
        var parameters = new ParameterReader(draft, source, control, references).Read(kind, entry, target, entries, keys.At(kind.Name), own.In);
        var (expect, loosens) = Expectation(keys, kind, references);
        if (own.Population < kind.LeastPopulation)
            draft.Problems.Error((keys.Take("population") ?? keys.Map).Place, keys.At("population"), $"{kind.Name} needs at least {kind.LeastPopulation} {kind.Population}; a population may only raise that.", $"Write {kind.LeastPopulation} or more, or take it away.");
        if (parameters is null) return null;
        return new()
        {
            Name = name, Kind = kind.Name, Parameters = parameters, Expect = expect, Loosens = loosens, LeastPopulation = kind.LeastPopulation, ReadsReport = kind.ReadsReport ? true : null,
            Deadline = keys.Duration("deadline"), Within = keys.Duration("within"), Always = keys.Truth("always"),
        };
    }

    /// <summary>The one key that names a kind. A parameter may be named like a kind.</summary>
    (Kind, YamlEntry)? Chosen(Keys keys)
    {
        var found = keys.Rest().Where(entry => draft.Kinds.Find(entry.Key.Text) is not null).ToList();
        if (found.Count > 1) found = [.. found.Where(one => found.All(other => other == one || draft.Kinds.Find(one.Key.Text)!.Parameters.Any(known => known.Name == other.Key.Text)))];
        if (found is [var only]) return (draft.Kinds.Find(only.Key.Text)!, only);
        var names = draft.Kinds.All.Select(kind => kind.Name).ToList();
        if (found.Count > 1 || keys.Rest().Count(entry => names.Contains(entry.Key.Text)) > 1)
            draft.Problems.Error(keys.Place, keys.Path, "This check names several kinds.", "Name one; use all: with named parts for several.");
        else if (keys.Rest().OrderByDescending(entry => DidYouMean.Nearest(names, entry.Key.Text) is not null).FirstOrDefault() is { } wrong)
            draft.Problems.Error(wrong.Key.Place, keys.At(wrong.Key.Text), $"There is no kind \"{wrong.Key.Text}\".", DidYouMean.Among(names, wrong.Key.Text, "kinds"));
        else draft.Problems.Error(keys.Place, keys.Path, "This check names no kind.", $"Write kind: target. {DidYouMean.Among(names, "", "kinds")}");
        return null;
    }

    /// <summary>The kind's own matchers; what the document says of the same field takes their place and is named.</summary>
    (Expectation, ImmutableArray<string>) Expectation(Keys keys, Kind kind, References references)
    {
        var mine = keys.Take("expect") is { } node ? new ExpectReader(draft.Problems, references.Check).Read(node, kind, keys.At("expect")) : [];
        var theirs = kind.Holds.Count == 0 ? [] : new ExpectReader(draft.Problems, references.Check).Read(YamlNode.Of(kind.Holds, keys.Place), kind, $"the kind {kind.Name}");
        if (mine.IsEmpty && theirs.IsEmpty && !keys.Has("expect"))
            draft.Problems.Error(keys.Place, keys.Path, $"Nothing is expected, and {kind.Name} holds of nothing by itself.", $"Write expect: with one of {string.Join(", ", kind.Fields.Select(field => field.Name))}.");
        var loosens = theirs.Where(their => mine.Any(own => own.Path == their.Path && Words.Of(own) != Words.Of(their))).Select(Words.Of);
        var all = mine.Concat(theirs.Where(their => mine.All(own => own.Path != their.Path))).OrderBy(field => field.Path, StringComparer.Ordinal);
        return (new([.. all]), [.. loosens]);
    }
}
