using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// A load plan as it is written: of a scenario file, of a document's check, of the command line. What came from a file knows where each part of it stands.
/// </summary>
public sealed class LoadForm
{
    public const int LargestFile = 16 << 20;

    readonly FormPlaces? _places;
    readonly string[] _lines;

    LoadForm(Value.Fields fields, string file, FormPlaces? places, string[] lines) => (Fields, File, _places, _lines) = (fields, file, places, lines);

    public Value.Fields Fields { get; }

    /// <summary>What the form is called in messages; empty for a form that is no file.</summary>
    public string File { get; }

    /// <summary>A form that is no file: of a document's check, or of the command line.</summary>
    public static LoadForm Of(Value.Fields fields) => new(fields, "", null, []);

    /// <summary>Reads JSON if the name ends in <c>.json</c>, else YAML. The form is null if it is neither.</summary>
    public static (LoadForm? Form, ImmutableArray<Problem> Problems) Parse(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > LargestFile) return Unread(new(name, 1, 1), $"The file is larger than {Quantity.Show(LargestFile, Shape.Size)}.", "Put bodies and data into files of their own.");
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        try
        {
            var json = name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
            var places = json ? null : new FormPlaces();
            var value = json ? Value.Parse(bytes) : YamlTree.Read(bytes, places);
            if (value is Value.Fields fields) return (new(fields, name, places, Encoding.UTF8.GetString(bytes).Split('\n')), []);
            return Unread(new(name, 1, 1), "There is no scenario in it.", "Write target: and scenarios:; see \"muster load --help\".");
        }
        catch (YamlDotNet.Core.YamlException unread)
        {
            return Unread(new(name, (int)Math.Max(1, unread.Start.Line), (int)Math.Max(1, unread.Start.Column)), $"It is not YAML: {unread.Message}", "Mend the indentation, quotes or brackets there.");
        }
        catch (JsonException unread)
        {
            return Unread(new(name, (int)(unread.LineNumber ?? 0) + 1, (int)(unread.BytePositionInLine ?? 0) + 1), $"It is not JSON: {unread.Message}", "Mend it there.");
        }
        catch (Exception unread) when (unread is FormatException or DecoderFallbackException or InvalidOperationException)
        {
            return Unread(new(name, 1, 1), $"It cannot be read: {unread.Message}", "Mend it there; anchors, tags, merge keys and doubled keys are refused.");
        }
    }

    /// <summary>The same form with these keys in place of its own.</summary>
    public LoadForm With(Value.Fields keys) => new(keys.Aggregate(Fields, (fields, key) => fields.With(key.Key, key.Value)), File, _places, _lines);

    /// <summary>The same form with its target filled: the only place where secrets may stand.</summary>
    public LoadForm WithTarget(Value target) => new(Fields.With("target", target), File, _places, _lines);

    /// <summary>The nearest place that is known, of the part itself or of what it stands in.</summary>
    internal (Place Place, string Line) At(string path)
    {
        for (var at = path; _places is not null; at = Outer(at))
        {
            if (_places.Find(at) is { } found) return (new(File, found.Line, found.Column), found.Line <= _lines.Length ? _lines[found.Line - 1].TrimEnd('\r') : "");
            if (at.Length == 0) break;
        }

        return (new(File, 1, 1), "");
    }

    /// <summary>A number as it was written, so that a header 1.20 stays one; null if that is not known.</summary>
    internal string? Written(string path) => _places?.Written(path);

    static string Outer(string path) => path[..Math.Max(0, Math.Max(path.LastIndexOf('.'), path.LastIndexOf('[')))];

    static (LoadForm?, ImmutableArray<Problem>) Unread(Place place, string says, string fix) => (null, [new(Gravity.Error, place, "", says, fix, "")]);
}
