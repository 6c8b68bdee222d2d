using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

/// <summary>Enough of JSON Schema 2020-12 for our own schema: it throws at a keyword that it does not know, so that nothing is checked by name only.</summary>
sealed class SchemaShape(Value.Fields root)
{
    static readonly string[] Known =
        ["$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties", "items", "enum", "const", "pattern", "format", "minimum", "maximum"];

    readonly SortedSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Every <c>definition.property</c> that some checked value had.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    public IReadOnlyCollection<string> Declared => new SortedSet<string>(
        [.. Names("", root), .. ((Value.Fields)root["$defs"]!).SelectMany(definition => Names(definition.Key, (Value.Fields)definition.Value))], StringComparer.Ordinal);

    public IEnumerable<string> Problems(Value value) => Problems(value, root, "", "");

    static IEnumerable<string> Names(string definition, Value.Fields schema) =>
        schema["properties"] is Value.Fields properties ? properties.Select(property => $"{definition}.{property.Key}") : [];

    IEnumerable<string> Problems(Value value, Value.Fields schema, string definition, string path)
    {
        foreach (var (keyword, _) in schema)
            if (!Known.Contains(keyword)) throw new NotSupportedException($"the keyword {keyword} at {path}");
        if (schema["$ref"] is Value.Text reference)
        {
            var name = reference.Is["#/$defs/".Length..];
            foreach (var problem in Problems(value, (Value.Fields)((Value.Fields)root["$defs"]!)[name]!, name, path)) yield return problem;
        }

        if (schema["type"] is Value.Text type && !Is(value, type.Is)) yield return $"{path} is not of type {type.Is}: {value}";
        if (schema["const"] is { } constant && !constant.Equals(value)) yield return $"{path} is not {constant}";
        if (schema["enum"] is Value.Items choices && !choices.Are.Contains(value)) yield return $"{path} is none of {choices}: {value}";
        if (schema["pattern"] is Value.Text pattern && value is Value.Text text && !Regex.IsMatch(text.Is, pattern.Is)) yield return $"{path} does not match {pattern.Is}";
        if (value is Value.Number number && (schema["minimum"] is Value.Number least && number.Is < least.Is || schema["maximum"] is Value.Number most && number.Is > most.Is))
            yield return $"{path} is out of range";
        if (value is Value.Items items && schema["items"] is Value.Fields each)
            for (var i = 0; i < items.Are.Length; i++)
                foreach (var problem in Problems(items.Are[i], each, definition, $"{path}/{i}")) yield return problem;
        if (value is not Value.Fields fields || schema["properties"] is not Value.Fields properties) yield break;
        foreach (var required in ((Value.Items)schema["required"]!).Are)
            if (fields[((Value.Text)required).Is] is null) yield return $"{path} lacks {required}";
        foreach (var (name, field) in fields)
        {
            if (properties[name] is not Value.Fields declared) yield return $"{path} has {name}, which the schema does not know";
            else
            {
                _seen.Add($"{definition}.{name}");
                foreach (var problem in Problems(field, declared, definition, $"{path}/{name}")) yield return problem;
            }
        }
    }

    static bool Is(Value value, string type) => type switch
    {
        "object" => value is Value.Fields,
        "array" => value is Value.Items,
        "string" => value is Value.Text,
        "boolean" => value is Value.Truth,
        "integer" => value is Value.Number number && number.Is == Math.Floor(number.Is),
        "number" => value is Value.Number,
        _ => throw new NotSupportedException($"the type {type}"),
    };
}
