using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// Turns the JSON encoding of a request into its protobuf encoding, field by field by <see cref="OtlpSchema"/>: one decoder then reads both. Unknown
/// fields are ignored; numbers of 64 bits may be strings; ids are hexadecimal; enums are numbers.
/// </summary>
public static class OtlpJson
{
    const int Deepest = 48;

    /// <exception cref="IntakeProblem">It is no such JSON: where, and why.</exception>
    public static ReadOnlyMemory<byte> ToProtobuf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw IntakeProblem.Malformed("the JSON of a request is an object");
            var writer = new ProtobufWriter();
            Message(ref reader, OtlpSchema.Messages[OtlpSchema.Request], writer);
            while (reader.Read()) { }
            return writer.WrittenMemory;
        }
        catch (JsonException bad) { throw IntakeProblem.Malformed($"it is no JSON: {bad.Message}"); }
        catch (InvalidOperationException bad) { throw At(ref reader, bad.Message); } // A text that is not UTF-8, of which the reader says so only when it is asked.
    }

    static void Message(ref Utf8JsonReader reader, FrozenDictionary<string, OtlpField> fields, ProtobufWriter into)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = fields.GetValueOrDefault(reader.GetString()!);
            reader.Read();
            if (field is null || reader.TokenType == JsonTokenType.Null) reader.Skip();
            else Field(ref reader, field, into);
        }
    }

    static void Field(ref Utf8JsonReader reader, OtlpField field, ProtobufWriter into)
    {
        switch (field.Type)
        {
            case OtlpType.Message when field.IsRepeated:
                Needs(ref reader, JsonTokenType.StartArray);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Inner(ref reader, field, into);
                break;
            case OtlpType.Message: Inner(ref reader, field, into); break;
            case OtlpType.Text: into.Text(field.Number, Text(ref reader)); break;
            case OtlpType.Bytes: into.Bytes(field.Number, Base64(ref reader)); break;
            case OtlpType.Hex: into.Bytes(field.Number, Hex(ref reader)); break;
            case OtlpType.Bool:
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) throw At(ref reader, "true or false is needed");
                into.Varint(field.Number, reader.GetBoolean() ? 1UL : 0);
                break;
            case OtlpType.Enum:
                if (reader.TokenType != JsonTokenType.Number) throw At(ref reader, "enums are numbers in OTLP's JSON");
                into.Varint(field.Number, (ulong)Signed(ref reader));
                break;
            case OtlpType.UInt32: into.Varint(field.Number, Unsigned(ref reader)); break;
            case OtlpType.Int64: into.Varint(field.Number, (ulong)Signed(ref reader)); break;
            case OtlpType.SInt32: into.ZigZag(field.Number, Signed(ref reader)); break;
            case OtlpType.Fixed64: into.Fixed64(field.Number, Unsigned(ref reader)); break;
            case OtlpType.SFixed64: into.Fixed64(field.Number, (ulong)Signed(ref reader)); break;
            case OtlpType.Double: into.Double(field.Number, Double(ref reader)); break;
            default:
                Needs(ref reader, JsonTokenType.StartArray);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (field.Type == OtlpType.PackedDouble) into.Double(field.Number, Double(ref reader));
                    else if (field.Type == OtlpType.PackedFixed64) into.Fixed64(field.Number, Unsigned(ref reader));
                    else into.Varint(field.Number, Unsigned(ref reader));
                }

                break;
        }
    }

    static void Inner(ref Utf8JsonReader reader, OtlpField field, ProtobufWriter into)
    {
        Needs(ref reader, JsonTokenType.StartObject);
        var begun = into.Begin(field.Number);
        Message(ref reader, OtlpSchema.Messages[field.Message], into);
        into.End(begun);
    }

    static string Text(ref Utf8JsonReader reader)
    {
        Needs(ref reader, JsonTokenType.String);
        return reader.GetString()!;
    }

    /// <summary>Either alphabet, padded or not (<see href="https://protobuf.dev/programming-guides/json/"/>).</summary>
    static byte[] Base64(ref Utf8JsonReader reader)
    {
        var text = Text(ref reader).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        try { return Base64Url.DecodeFromChars(text); }
        catch (FormatException) { throw At(ref reader, "bytes are base64"); }
    }

    static byte[] Hex(ref Utf8JsonReader reader)
    {
        try { return Convert.FromHexString(Text(ref reader)); }
        catch (FormatException) { throw At(ref reader, "ids are hexadecimal"); }
    }

    static ulong Unsigned(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number)) return number;
        if (reader.TokenType == JsonTokenType.String && ulong.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number)) return number;
        return Whole(ref reader) is { } whole and >= 0 and <= ulong.MaxValue ? (ulong)whole : throw At(ref reader, "a whole number, 0 or more, is needed");
    }

    static long Signed(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)) return number;
        if (reader.TokenType == JsonTokenType.String && long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)) return number;
        return Whole(ref reader) is { } whole and >= long.MinValue and <= long.MaxValue ? (long)whole : throw At(ref reader, "a whole number is needed");
    }

    /// <summary>A whole number that is written with a point or an exponent.</summary>
    static decimal? Whole(ref Utf8JsonReader reader)
    {
        var number = 0m;
        var isRead = reader.TokenType == JsonTokenType.Number ? reader.TryGetDecimal(out number)
            : reader.TokenType == JsonTokenType.String && decimal.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
        return isRead && decimal.IsInteger(number) ? number : null;
    }

    static double Double(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number) return reader.GetDouble();
        return reader.TokenType != JsonTokenType.String ? throw At(ref reader, "a number is needed") : reader.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw At(ref reader, "a number is needed"),
        };
    }

    static void Needs(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type) throw At(ref reader, $"{type switch { JsonTokenType.StartArray => "a list", JsonTokenType.StartObject => "an object", _ => "a text" }} is needed");
    }

    static IntakeProblem At(ref Utf8JsonReader reader, string why) => IntakeProblem.Malformed(string.Create(CultureInfo.InvariantCulture, $"at byte {reader.TokenStartIndex}: {why}"));
}
