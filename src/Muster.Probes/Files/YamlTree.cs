using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Probes.Load;
using Muster.Readiness;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Muster.Probes;

/// <summary>
/// YAML as a value, by the core schema of YAML 1.2 (10.3): plain scalars are null, truths and numbers, everything else is text.
/// What would make one file mean two things is refused: anchors, tags, merge keys, doubled keys, several documents.
/// </summary>
static partial class YamlTree
{
    const int Deepest = 64;

    /// <param name="places">Told where each part stands.</param>
    public static Value Read(ReadOnlySpan<byte> utf8, FormPlaces? places = null)
    {
        var parser = new Parser(new StringReader(new UTF8Encoding(false, true).GetString(utf8)));
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return Value.Null;
        parser.Consume<DocumentStart>();
        var value = Node(parser, 0, "", places);
        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _)) throw new FormatException("it holds more than one document");
        return value;
    }

    static Value Node(Parser parser, int depth, string path, FormPlaces? places)
    {
        if (depth > Deepest) throw new FormatException($"it is nested deeper than {Deepest}");
        if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false }) throw Refused(parser, "an anchor or alias");
        if (parser.Current is NodeEvent { Tag: { IsEmpty: false } and { IsNonSpecific: false } }) throw Refused(parser, "a tag");
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            if (scalar.Style != ScalarStyle.Plain) return scalar.Value;
            var plain = Plain(scalar.Value);
            if (plain is Value.Number) places?.Wrote(path, scalar.Value);
            return plain;
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = ImmutableArray.CreateBuilder<Value>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                var at = places is null ? "" : FormPlaces.Within(path, items.Count);
                places?.Add(at, parser.Current!.Start.Line, parser.Current.Start.Column);
                items.Add(Node(parser, depth + 1, at, places));
            }

            return new Value.Items(items.DrainToImmutable());
        }

        parser.Consume<MappingStart>();
        var fields = new Dictionary<string, Value>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (!key.Anchor.IsEmpty || key is { Value: "<<", Style: ScalarStyle.Plain }) throw new FormatException($"line {key.Start.Line}: anchors and merge keys are refused");
            var at = places is null ? "" : FormPlaces.Within(path, key.Value);
            places?.Add(at, key.Start.Line, key.Start.Column);
            if (!fields.TryAdd(key.Value, Node(parser, depth + 1, at, places))) throw new FormatException($"line {key.Start.Line}: the key \"{key.Value}\" stands twice");
        }

        return new Value.Fields(fields);
    }

    static Value Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => Value.Null,
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ when Decimal().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            && Math.Abs(number) <= 9007199254740992d => number,
        _ => text,
    };

    static FormatException Refused(Parser parser, string what) => new($"line {parser.Current!.Start.Line}: {what} is refused");

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Decimal();
}
