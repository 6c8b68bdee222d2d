using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Cli;

enum Format { Text, Json, Md, Html }

/// <summary>Data goes to standard output, talk to standard error. The same exit code whatever the format.</summary>
sealed class Output(Format format, TextWriter data, TextWriter talk)
{
    static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Format Format => format;

    public bool IsJson => format == Format.Json;

    public TextWriter Data => data;

    public TextWriter Talk => talk;

    /// <summary>One JSON object whose first word is its schema, <c>muster/COMMAND/1</c>; see docs/formats/commands.md.</summary>
    public void Json(string command, params ReadOnlySpan<(string Name, Value Value)> fields)
    {
        var value = Value.Of(fields).With("schema", $"muster/{command}/1");
        data.WriteLine(Indent(value));
    }

    public void Json(string command, Value.Fields value) => data.WriteLine(Indent(value.With("schema", $"muster/{command}/1")));

    public static string Indent(Value value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        using (var parsed = JsonDocument.Parse(CanonicalJson.Bytes(value), new() { MaxDepth = 256 }))
            parsed.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
