using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>
/// Enough of JSON Schema 2020-12 for the files in docs/formats: it throws at a keyword that it does not know, so that nothing is checked by name only, and it takes
/// every name that a schema with properties does not list for a mistake, though readers are asked to be more lenient.
/// </summary>
sealed class JsonSchema
{
    static readonly string[] Known =
        ["$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required", "items", "enum", "const", "pattern", "minimum", "maximum", "format", "additionalProperties"];

    readonly string _folder;
    readonly Value.Fields _root;

    JsonSchema(string file) => (_folder, _root) = (Path.GetDirectoryName(file)!, (Value.Fields)Value.Parse(File.ReadAllBytes(file), 64));

    public static string Folder { get; } = Find();

    public static JsonSchema Of(string command) => new(Path.Combine(Folder, command + ".schema.json"));

    /// <summary>What is wrong with the value, and into <paramref name="seen"/> which of this file's own properties it had.</summary>
    public IEnumerable<string> Problems(Value value, ISet<string> seen) => Problems(value, _root, "", seen);

    /// <summary>The paths of all properties that this file describes itself; those of a file that it refers to are that file's own.</summary>
    public IReadOnlyCollection<string> Declared => [.. Names(_root, "", 0)];

    static IEnumerable<string> Names(Value.Fields schema, string path, int depth)
    {
        if (depth > 8 || schema["$ref"] is not null) yield break;
        if (schema["items"] is Value.Fields each)
            foreach (var name in Names(each, path + "/*", depth + 1)) yield return name;
        if (schema["properties"] is not Value.Fields properties) yield break;
        foreach (var (name, property) in properties)
        {
            yield return $"{path}/{name}";
            foreach (var inner in Names((Value.Fields)property, $"{path}/{name}", depth + 1)) yield return inner;
        }
    }

    IEnumerable<string> Problems(Value value, Value.Fields schema, string path, ISet<string> seen)
    {
        foreach (var (keyword, _) in schema)
            if (!Known.Contains(keyword)) throw new NotSupportedException($"the keyword {keyword} at {path}");
        if (schema["$ref"] is Value.Text reference)
        {
            var (file, target) = Target(reference.Is);
            foreach (var problem in file.Problems(value, target, path, new HashSet<string>())) yield return problem;
            yield break;
        }

        if (schema["type"] is Value.Text type && !Is(value, type.Is)) yield return $"{path} is not of type {type.Is}: {value}";
        if (schema["const"] is { } constant && !constant.Equals(value)) yield return $"{path} is not {constant}";
        if (schema["enum"] is Value.Items choices && !choices.Are.Contains(value)) yield return $"{path} is none of {choices}: {value}";
        if (schema["pattern"] is Value.Text pattern && value is Value.Text text && !Regex.IsMatch(text.Is, pattern.Is)) yield return $"{path} does not match {pattern.Is}: {text.Is}";
        if (value is Value.Number number && schema["minimum"] is Value.Number least && number.Is < least.Is) yield return $"{path} is below {least.Is}";
        if (value is Value.Items items && schema["items"] is Value.Fields each)
            foreach (var problem in items.Are.SelectMany(item => Problems(item, each, path + "/*", seen))) yield return problem;
        if (value is not Value.Fields fields || schema["properties"] is not Value.Fields properties) yield break;
        foreach (var required in (schema["required"] as Value.Items ?? Value.Items.Empty).Are)
            if (fields[((Value.Text)required).Is] is null) yield return $"{path} lacks {required}";
        foreach (var (name, field) in fields)
        {
            seen.Add($"{path}/{name}");
            if (field is Value.Nothing) yield return $"{path}/{name} is null: what is not known is absent";
            if (properties[name] is not Value.Fields declared) yield return $"{path} has {name}, which the schema does not know";
            else
                foreach (var problem in Problems(field, declared, $"{path}/{name}", seen)) yield return problem;
        }
    }

    (JsonSchema File, Value.Fields Target) Target(string reference)
    {
        var parts = reference.Split('#');
        var file = parts[0].Length == 0 ? this : new(Path.GetFullPath(Path.Combine(_folder, parts[0])));
        var target = file._root;
        foreach (var step in parts.Length < 2 ? [] : parts[1].Split('/', StringSplitOptions.RemoveEmptyEntries)) target = (Value.Fields)target[step]!;
        return (file, target);
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

    static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Combine(folder, "docs", "formats", "commands") is var found && Directory.Exists(found)) return found;
        throw new DirectoryNotFoundException("docs/formats/commands is in no folder above the tests");
    }
}
