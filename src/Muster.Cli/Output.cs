using Muster.Readiness;

namespace Muster.Cli;

enum Format { Text, Json, Md, Html, Junit, Sarif, Openmetrics, Github, Gitlab }

/// <summary>Data goes to standard output, talk to standard error. The same exit code whatever the format.</summary>
sealed class Output(Format format, TextWriter data)
{
    public Format Format => format;

    public bool IsJson => format == Format.Json;

    public TextWriter Data => data;

    /// <summary>One JSON object of the schema <c>muster/COMMAND/1</c>; see docs/formats/commands.md.</summary>
    public void Json(string command, params ReadOnlySpan<(string Name, Value? Value)> fields) => Json(command, Fields(fields));

    public void Json(string command, Value.Fields fields) => data.Write(JsonReport.Indent(fields.With("schema", $"muster/{command}/1")));

    /// <summary>Fields as every command prints them: what is not known is absent, never null.</summary>
    public static Value.Fields Fields(params ReadOnlySpan<(string Name, Value? Value)> fields)
    {
        var named = new List<KeyValuePair<string, Value>>();
        foreach (var (name, value) in fields)
            if (value is not (null or Value.Nothing)) named.Add(new(name, value));
        return new(named);
    }

    public static Value.Items List<T>(IEnumerable<T> items, Func<T, Value> shown) => new([.. items.Select(shown)]);
}
