using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>A file of a trap as values, each key asked for by name; whatever nobody asked for is a mistake in the trap.</summary>
sealed class Tree(Value.Fields fields, string place)
{
    readonly HashSet<string> _asked = [];

    public static Value Parse(string text, string place)
    {
        var problems = new Problems();
        var node = new YamlReader(place, problems).Read(text, 0, out var broken);
        if (broken is not null || problems.HasErrors) throw new InvalidDataException($"{place} is not YAML: {broken} {string.Join("; ", problems.Sorted().Select(problem => problem.ToString()))}");
        return node is null ? Value.Null : FreeValue.Of(node);
    }

    public static Tree Of(Value value, string place) => new(value as Value.Fields ?? throw new InvalidDataException($"{place}: a map was expected, and {value} is there"), place);

    public Value.Fields Fields => fields;

    public Value? Take(string name)
    {
        _asked.Add(name);
        return fields[name];
    }

    public bool Has(string name) => fields[name] is not null;

    public string? Text(string name) => Take(name) switch { null => null, Value.Text text => text.Is, var other => other.ToString() };

    public string Need(string name) => Text(name) ?? throw new InvalidDataException($"{place}: \"{name}\" is missing");

    public bool Truth(string name) => Take(name) is Value.Truth { Is: true };

    public int? Whole(string name) => Take(name) is Value.Number number ? (int)number.Is : null;

    public T? Word<T>(string name) where T : struct, Enum => Text(name) is { } word ? Enum.Parse<T>(word.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal), ignoreCase: true) : null;

    public ImmutableArray<string> Texts(string name) => Take(name) switch
    {
        null => [],
        Value.Items items => [.. items.Are.Select(item => item is Value.Text text ? text.Is : item.ToString())],
        Value.Text text => [text.Is],
        var other => [other.ToString()],
    };

    public Tree? Inner(string name) => Take(name) is { } inner ? Of(inner, $"{place}: {name}") : null;

    /// <summary>The keys that nobody asked for.</summary>
    public IEnumerable<KeyValuePair<string, Value>> Rest() => fields.Where(field => !_asked.Contains(field.Key));

    public void Done()
    {
        if (Rest().FirstOrDefault() is { Key: { } key }) throw new InvalidDataException($"{place}: nobody knows \"{key}\"");
    }
}
