using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Gates: what they require, who signs, what may be overridden.</summary>
sealed class GateReader(Draft draft, ZoneLookup zones, ImmutableArray<Source> sources, string documentOwner)
{
    public const int MostGates = 100;
    readonly Problems _problems = draft.Problems;

    public ImmutableArray<Gate> Read(Keys? keys)
    {
        if (keys is null) return [];
        var names = keys.Map.Entries.Select(entry => entry.Key.Text).ToHashSet();
        var gates = new SortedDictionary<string, Gate>(StringComparer.Ordinal);
        if (keys.Map.Entries.Length > MostGates) _problems.Error(keys.Place, keys.Path, $"There are more than {MostGates} gates.", "Keep those that are decided.");
        foreach (var (name, value) in keys.Map.Entries.Take(MostGates))
            if (value is not YamlNode.Broken && Typed.Name(name, keys.Path, _problems) && Typed.Map(value, keys.At(name.Text), _problems) is { } map
                && One(name.Text, new(map, keys.At(name.Text), _problems), names) is { } gate) gates[name.Text] = gate;
        Circles(gates, keys);
        return [.. gates.Values];
    }

    Gate? One(string name, Keys keys, HashSet<string> names)
    {
        var environment = keys.Require("environment", "Name the environment that it opens.") is { } node ? Environment(node, keys.At("environment")) : null;
        var provedIn = keys.Take("proved_in") is { } list ? Typed.Nodes(list).Select(item => Environment(item, keys.At("proved_in"))).OfType<string>().Distinct() : [];
        var controls = draft.Outline(keys.Take("require") ?? new YamlNode.Scalar(keys.Place, "all", true), keys.At("require"));
        var waivers = Waivers(keys.Inner("waivers"));
        var gate = new Gate
        {
            Name = name, Environment = environment ?? "", Controls = controls, ProvedIn = [.. provedIn],
            Criteria = Criteria(keys.Inner("criteria"), controls), After = After(keys, names), Soak = Soak(keys), Sign = Sign(keys.Inner("sign")),
            SignedFor = keys.Duration("signed_for") ?? TimeSpan.FromDays(7), Owner = Owner(keys) ?? documentOwner, Excuses = Roles(keys, "excuses"),
            ConditionsDue = Conditions(keys.Inner("conditions")), Waivers = waivers ?? new(TimeSpan.FromDays(14), [], []),
            NeverOverride = keys.Word("override", "never") is not null, BreakGlass = BreakGlass(keys),
            Freezes = new FreezeReader(zones, _problems).Read(keys.Take("freeze"), keys.At("freeze")),
        };
        if (gate.NeverOverride && !gate.BreakGlass.IsEmpty)
            _problems.Error(keys.Take("break_glass")!.Place, keys.At("break_glass"), "Nobody can break glass under override: never.", "Keep one of the two.");
        keys.Done("a gate");
        return environment is null ? null : gate;
    }

    string? Environment(YamlNode node, string path) =>
        Typed.Text(node, path, _problems) is { } name && HeadReader.KnownEnvironment(new(node.Place, name, true), path, draft) ? name : null;

    string? After(Keys keys, HashSet<string> names)
    {
        if (keys.Take("after") is not { } node || Typed.Text(node, keys.At("after"), _problems) is not { } after) return null;
        if (!names.Contains(after)) _problems.Error(node.Place, keys.At("after"), $"There is no gate \"{after}\".", DidYouMean.Among(names, after, "gates"));
        if (!draft.HasRelease) _problems.Error(node.Place, keys.At("after"), "A gate comes after another for the same release, and the document has no release.", "Add release: with artifacts.");
        return after;
    }

    TimeSpan? Soak(Keys keys)
    {
        var soak = keys.Duration("soak");
        if (soak is not null && !keys.Has("after")) _problems.Error(keys.Take("soak")!.Place, keys.At("soak"), "Soak is the time since the gate before opened, and no gate is before this one.", "Add after: and its name.");
        return soak;
    }

    void Circles(SortedDictionary<string, Gate> gates, Keys keys)
    {
        foreach (var gate in gates.Values)
        {
            var way = new List<string> { gate.Name };
            for (var next = gate.After; next is not null && gates.TryGetValue(next, out var before); next = before.After)
            {
                way.Add(next);
                if (next == gate.Name)
                {
                    _problems.Error(keys.Map.Find(gate.Name)!.Key.Place, keys.At(gate.Name), $"The gates wait for each other: {string.Join(" → ", way)}.", "Take one after: away.");
                    break;
                }

                if (way.Count > gates.Count) break;
            }
        }
    }

    ImmutableArray<Criterion> Criteria(Keys? keys, ImmutableArray<string> controls)
    {
        if (keys is null) return [];
        var required = controls.ToHashSet();
        var criteria = new SortedDictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        var taken = new Dictionary<string, string>();
        foreach (var (name, value) in keys.Map.Entries)
        {
            var ids = draft.Outline(value, keys.At(name.Text));
            foreach (var id in ids)
            {
                if (!required.Contains(id)) _problems.Error(value.Place, keys.At(name.Text), $"The gate does not require \"{id}\".", "Add it to require, or take it out of the criterion.");
                else if (!taken.TryAdd(id, name.Text)) _problems.Error(value.Place, keys.At(name.Text), $"\"{id}\" is in the criteria \"{taken[id]}\" and \"{name.Text}\".", "Keep it in one.");
            }

            criteria[name.Text] = ids;
        }

        var left = controls.Where(id => !taken.ContainsKey(id)).ToList();
        foreach (var pack in sources.Where(source => source.Pack is not null))
            if (left.Where(id => pack.Keys.Map.Find("controls")?.Value is YamlNode.Map own && own.Find(id) is not null).ToImmutableArray() is { IsEmpty: false } ids)
            {
                var name = pack.Section!;
                criteria[name] = [.. criteria.GetValueOrDefault(name, []).Concat(ids).Order(StringComparer.Ordinal)];
                left.RemoveAll(ids.ToHashSet().Contains);
            }

        left.RemoveAll(id => draft.Controls.GetValueOrDefault(id) is { } control && (control.Deferred is not null || control.NotApplicable is not null));
        if (left.Count > 0) _problems.Error(keys.Place, keys.Path, $"No criterion holds {string.Join(", ", left.Take(10))}{(left.Count > 10 ? " …" : "")}.", "Put each control that the gate requires into exactly one criterion.");
        return [.. criteria.Select(criterion => new Criterion(criterion.Key, criterion.Value))];
    }

    ImmutableArray<RoleCount> Sign(Keys? keys)
    {
        if (keys is null) return [];
        var sign = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (role, value) in keys.Map.Entries)
        {
            ExcuseReader.Role(role, keys.Path, draft);
            if (Typed.Whole(value, keys.At(role.Text), _problems, 1, 100) is not { } count) continue;
            var people = draft.People.Values.Count(person => person.Roles.Contains(role.Text));
            if (people > 0 && people < count) _problems.Error(value.Place, keys.At(role.Text), $"{count} people in the role \"{role.Text}\" must sign, and there are {people}.", "Name more people, or ask for fewer.");
            sign[role.Text] = (int)count;
        }

        return [.. sign.Select(role => new RoleCount(role.Key, role.Value))];
    }

    string? Owner(Keys keys)
    {
        if (keys.Take("owner") is not { } node || Typed.Text(node, keys.At("owner"), _problems) is not { } owner) return null;
        var known = draft.People.Keys.Concat(draft.People.Values.SelectMany(person => person.Roles)).ToList();
        if (!known.Contains(owner)) _problems.Error(node.Place, keys.At("owner"), $"\"{owner}\" is neither a person nor a role.", DidYouMean.Among(known, owner, "people and roles"));
        return owner;
    }

    ImmutableArray<string> Roles(Keys keys, string name) =>
        keys.Take(name) is { } node ? [.. Typed.Nodes(node).Select(item => ExcuseReader.Role(item, keys.At(name), draft)).OfType<string>().Distinct().Order(StringComparer.Ordinal)] : [];

    ImmutableArray<string> BreakGlass(Keys keys)
    {
        var roles = Roles(keys, "break_glass");
        if (!roles.IsEmpty && draft.People.Values.Count(person => person.Roles.Any(roles.Contains)) < 2)
            _problems.Error(keys.Take("break_glass")!.Place, keys.At("break_glass"), "Two people break glass together, and fewer than two have these roles.", "Name more people or roles.");
        return roles;
    }

    static TimeSpan Conditions(Keys? keys)
    {
        var due = keys?.Duration("due") ?? TimeSpan.FromHours(24);
        _ = keys?.Word("from", "promotion"); // the clock of a condition always runs from the first opening; the word is there to be read
        keys?.Done("conditions");
        return due;
    }

    WaiverBounds? Waivers(Keys? keys)
    {
        if (keys is null) return null;
        var need = keys.Take("need") is { } node ? Typed.Nodes(node).Select(item => Typed.Word(item, keys.At("need"), _problems, "compensating_control", "request")).OfType<string>() : [];
        var (atMost, bySeverity) = AtMost(keys);
        var bounds = new WaiverBounds(atMost, Roles(keys, "approve"), [.. need.Distinct().Order(StringComparer.Ordinal)])
        {
            BySeverity = bySeverity,
            Renewals = keys.Take("renewals") is { } most ? (int?)Typed.Whole(most, keys.At("renewals"), _problems, 0, 100) : null,
        };
        keys.Done("waivers");
        return bounds;
    }

    /// <summary>One limit for all, or a map of severities, where <c>otherwise</c> is for the rest.</summary>
    (TimeSpan, ImmutableSortedDictionary<string, TimeSpan>?) AtMost(Keys keys)
    {
        var usual = TimeSpan.FromDays(14);
        if (keys.Take("at_most") is not YamlNode.Map map) return (keys.Duration("at_most") ?? usual, null);
        var by = new Keys(map, keys.At("at_most"), _problems);
        var limits = ImmutableSortedDictionary.CreateBuilder<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var severity in ControlReader.Severities)
            if (by.Duration(severity) is { } limit) limits[severity] = limit;
        var otherwise = by.Duration("otherwise") ?? usual;
        by.Done("at_most");
        return (otherwise, limits.Count > 0 ? limits.ToImmutable() : null);
    }
}
