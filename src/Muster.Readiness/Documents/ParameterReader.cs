using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A check's parameters, typed by its kind, and its target.</summary>
sealed class ParameterReader(Draft draft, Source source, string control, References references)
{
    /// <param name="short">The scalar or list behind the kind: the target.</param>
    public Value.Fields? Read(Kind kind, YamlEntry at, YamlNode? @short, ImmutableArray<YamlEntry> entries, string path, string? environment)
    {
        var read = new List<KeyValuePair<string, Value>>();
        var target = @short is YamlNode.Scalar { IsEmpty: true } or YamlNode.Broken ? null : @short;
        // Of a file, "path" is what it is called; it stands for the target unless there is one.
        var alias = kind.Target == TargetShape.Path && target is null && entries.All(entry => entry.Key.Text != "target") ? "path" : "target";
        foreach (var entry in entries)
        {
            if (target is null && kind.Target != TargetShape.None && entry.Key.Text == alias) target = entry.Value;
            else if (kind.Parameters.FirstOrDefault(known => known.Name == entry.Key.Text) is { } parameter)
            {
                if (Typed(parameter, entry.Value, $"{path}.{parameter.Name}") is not { } value) continue;
                read.Add(new(parameter.Name, value));
                if (parameter.NamesRunner && value is Value.Text { Is: var runner } && !runner.Contains("$(", StringComparison.Ordinal) && !draft.Runners.ContainsKey(runner))
                    draft.Problems.Error(entry.Value.Place, $"{path}.{parameter.Name}", $"There is no runner \"{runner}\".", DidYouMean.Among(draft.Runners.Keys, runner, "runners"));
                if (kind.Target == TargetShape.Statement && parameter.Name is "by" or "witness") ExcuseReader.Role(entry.Value, $"{path}.{parameter.Name}", draft); // a role that nobody has could never attest
            }
            else Unknown(kind, entry, path);
        }

        foreach (var missing in kind.Parameters.Where(parameter => parameter is { Required: true, Default: null } && entries.All(entry => entry.Key.Text != parameter.Name)))
            draft.Problems.Error(at.Key.Place, path, $"{kind.Name} needs \"{missing.Name}\".", missing.Says);
        if (Target(kind, at, target, path) is { } shown) read.Add(new("target", shown));
        var parameters = new Value.Fields(read.DistinctBy(field => field.Key));
        draft.Uses.Add(new(control, environment, kind.Name, parameters, Targets(kind, parameters), Names(parameters, at, path), at.Key.Place, path));
        return parameters;
    }

    ImmutableArray<string> Targets(Kind kind, Value.Fields parameters)
    {
        var others = kind.Parameters.Where(parameter => parameter.NamesTarget).Select(parameter => parameters[parameter.Name]).OfType<Value.Fields>()
            .SelectMany(named => named[Asks.OtherTarget] is { } one ? [one] : named.Select(field => (field.Value as Value.Fields)?[Asks.OtherTarget]));
        return [.. others.Prepend(parameters["target"]).OfType<Value.Text>().Select(name => name.Is).Where(draft.Targets.ContainsKey).Distinct()];
    }

    void Unknown(Kind kind, YamlEntry entry, string path)
    {
        var known = kind.Parameters.Select(parameter => parameter.Name).Concat(kind.Target == TargetShape.None ? [] : ["target"]);
        draft.Problems.Error(entry.Key.Place, $"{path}.{entry.Key.Text}", $"{kind.Name} has no parameter \"{entry.Key.Text}\".",
            entry.Key.Text == "target" ? "Name the target once." : DidYouMean.Among(known, entry.Key.Text, "parameters"));
    }

    /// <summary>The names of environment values; a step's fields and the nonce are filled in a run.</summary>
    ImmutableArray<string> Names(Value.Fields parameters, YamlEntry at, string path)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in Placeholder.Names(parameters))
        {
            if (name == "nonce" || name.Contains(':', StringComparison.Ordinal)) continue;
            if (!name.Contains('.', StringComparison.Ordinal)) names.Add(name);
            else if (references.CheckStep(name) is { } wrong) draft.Problems.Error(at.Key.Place, path, wrong.Says, wrong.Fix);
        }

        return [.. names];
    }

    Value? Typed(Parameter parameter, YamlNode node, string path)
    {
        if (node is YamlNode.Broken) return null;
        if (parameter.NamesTarget) return parameter.Shape == Shape.Map ? OtherTargets(node, path) : OtherTarget(node, path);
        if (node is YamlNode.Scalar { Text: var text } scalar)
        {
            if (text.Contains("$(", StringComparison.Ordinal)) return text;
            if (!parameter.OneOf.IsEmpty && !parameter.OneOf.Contains(text)) return Wrong(node, path, $"\"{text}\" is not one of {string.Join(", ", parameter.OneOf)}.", DidYouMean.Among(parameter.OneOf, text, "values"));
            switch (parameter.Shape)
            {
                case Shape.Text: return scalar.IsEmpty ? Wrong(node, path, "There is nothing where a text was expected.", parameter.Says) : text;
                case Shape.Truth: return Readiness.Typed.Truth(node, path, draft.Problems) is { } truth ? truth : null;
                case Shape.Any: return FreeValue.Of(node);
                case Shape.Instant: return Instant.TryRead(text, out var instant) ? instant : Wrong(node, path, $"\"{text}\" is not an instant.", "Write it as 2026-03-01T09:00:00Z.");
                case var shape when Quantity.Measures(shape):
                    return Quantity.TryRead(text, shape, out var number, out _) ? number
                        : Wrong(node, path, $"\"{text}\" is not a {shape.ToString().ToLowerInvariant()}.", Quantity.UnitsOf(shape) is { Length: > 0 } units ? $"Write a number with its unit: {units}." : "Write a plain number.");
            }
        }

        return (parameter.Shape, node) switch
        {
            (Shape.Any, _) or (Shape.List, YamlNode.List) or (Shape.Map, YamlNode.Map) => FreeValue.Of(node),
            (Shape.List, _) => Wrong(node, path, $"There is {node.Says} where a list was expected.", "Write [ a, b ]."),
            (Shape.Map, _) => Wrong(node, path, $"There is {node.Says} where a map was expected.", "Write { name: value }."),
            _ => Wrong(node, path, $"There is {node.Says} where a single value was expected.", parameter.Says),
        };
    }

    Value.Fields? OtherTargets(YamlNode node, string path)
    {
        if (Readiness.Typed.Map(node, path, draft.Problems) is not { } map) return null;
        var read = map.Entries.Select(entry => (entry.Key.Text, Other: OtherTarget(entry.Value, $"{path}.{entry.Key.Text}"))).ToList();
        return read.Exists(one => one.Other is null) ? null : new Value.Fields(read.DistinctBy(one => one.Text).Select(one => KeyValuePair.Create<string, Value>(one.Text, one.Other!)));
    }

    Value.Fields? OtherTarget(YamlNode node, string path)
    {
        if (Readiness.Typed.Text(node, path, draft.Problems) is not { } written) return null;
        var name = source.Bindings.GetValueOrDefault(written, written);
        if (draft.Targets.ContainsKey(name) || draft.Unread.Contains(name)) return Value.Of((Asks.OtherTarget, name));
        draft.Problems.Error(node.Place, path, $"There is no target \"{written}\".", DidYouMean.Among(draft.Targets.Keys, written, "targets"));
        return null;
    }

    Value? Target(Kind kind, YamlEntry at, YamlNode? node, string path)
    {
        if (kind.Target == TargetShape.None)
        {
            if (node is not null) Wrong(node, path, $"{kind.Name} takes no target.", $"Write its parameters as a map: {kind.Name}: {{ … }}.");
            return null;
        }

        if (node is null && kind.UsualTarget is { } usual) return usual;
        if (node is null)
        {
            if (at.Value is not YamlNode.Broken) Wrong(at.Key, path, $"{kind.Name} needs a target.", $"Write {kind.Name}: and a target; see: {kind.Example}");
            return null;
        }

        return new TargetChoice(draft, source, control).Read(kind, node, path);
    }

    Value? Wrong(YamlNode at, string path, string says, string fix)
    {
        draft.Problems.Error(at.Place, path, says, fix);
        return null;
    }
}
