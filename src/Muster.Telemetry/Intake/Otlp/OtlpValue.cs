using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>An attribute's value as the value of a label: text as it is, numbers as they are written, lists as JSON, bytes in base64.</summary>
static class OtlpValue
{
    const int Deepest = 16;

    /// <summary>The same as bytes; of a text, as nearly every value is, those that were sent.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> any)
    {
        const byte Text = (1 << 3) | 2;
        return any.Length > 1 && any[0] == Text && any[1] < 0x80 && any[1] == any.Length - 2 ? any[2..] : Encoding.UTF8.GetBytes(OtlpValue.Text(any));
    }

    public static string Text(ReadOnlySpan<byte> any)
    {
        var reader = new ProtobufReader(any);
        var text = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: text = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 2: text = reader.Integer() != 0 ? "true" : "false"; break;
                case 3: text = reader.Integer().ToString(CultureInfo.InvariantCulture); break;
                case 4: text = reader.Double().ToString("R", CultureInfo.InvariantCulture); break;
                case 7: text = Convert.ToBase64String(reader.Bytes()); break;
                case 5 or 6:
                    reader.Skip();
                    return Json(any);
                default: reader.Skip(); break;
            }
        }

        return text;
    }

    static string Json(ReadOnlySpan<byte> any)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Write(any, json, Deepest);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static void Write(ReadOnlySpan<byte> any, Utf8JsonWriter json, int deeper)
    {
        if (deeper == 0) throw IntakeProblem.Malformed("an attribute nests deeper than 16");
        var reader = new ProtobufReader(any);
        if (!reader.Next())
        {
            json.WriteNullValue();
            return;
        }

        switch (reader.Field)
        {
            case 1: json.WriteStringValue(Encoding.UTF8.GetString(reader.Bytes())); break;
            case 2: json.WriteBooleanValue(reader.Integer() != 0); break;
            case 3: json.WriteNumberValue(reader.Integer()); break;
            case 4:
                var number = reader.Double();
                if (double.IsFinite(number)) json.WriteNumberValue(number);
                else json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case 5:
                json.WriteStartArray();
                var list = new ProtobufReader(reader.Bytes());
                while (list.Next())
                {
                    if (list.Field == 1) Write(list.Bytes(), json, deeper - 1);
                    else list.Skip();
                }

                json.WriteEndArray();
                break;
            case 6:
                json.WriteStartObject();
                var map = new ProtobufReader(reader.Bytes());
                while (map.Next())
                {
                    if (map.Field != 1)
                    {
                        map.Skip();
                        continue;
                    }

                    var (key, value) = OtlpAttribute.Read(map.Bytes());
                    json.WritePropertyName(Encoding.UTF8.GetString(key));
                    Write(value, json, deeper - 1);
                }

                json.WriteEndObject();
                break;
            default: json.WriteBase64StringValue(reader.Field == 7 ? reader.Bytes() : []); break;
        }
    }
}

/// <summary>A key and the bytes of its value.</summary>
readonly ref struct OtlpAttribute
{
    OtlpAttribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Key = key;
        Value = value;
    }

    public ReadOnlySpan<byte> Key { get; }

    public ReadOnlySpan<byte> Value { get; }

    public static OtlpAttribute Read(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> value = default;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) key = reader.Bytes();
            else if (reader.Field == 2) value = reader.Bytes();
            else reader.Skip();
        }

        return new(key, value);
    }

    public void Deconstruct(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = Key;
        value = Value;
    }
}
