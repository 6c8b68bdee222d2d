using System.Globalization;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A JSON Pointer (RFC 6901) that is walked over the bytes, so that only what it leads to is made a value. A step <c>*</c> takes every element, as in documents.</summary>
sealed class JsonPath
{
    readonly string _pointer;
    readonly string[] _steps;
    readonly bool _many;

    JsonPath(string pointer)
    {
        _pointer = pointer;
        _steps = pointer.Length == 0 ? [] : [.. pointer[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
        _many = pointer.Split('/').Contains("*");
    }

    public static JsonPath? Read(string pointer) => pointer.Length == 0 || pointer[0] == '/' ? new(pointer) : null;

    /// <summary>Null if there is none, or the body is no JSON up to it.</summary>
    public Value? Find(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        try
        {
            if (_many) return JsonPointer.Find(Value.Parse(body), _pointer);
            var reader = new Utf8JsonReader(body);
            if (!reader.Read()) return null;
            foreach (var step in _steps)
                if (!Enter(ref reader, step)) return null;
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            return Value.Parse(body[from..(int)reader.BytesConsumed]);
        }
        catch (Exception none) when (none is JsonException or InvalidOperationException)
        {
            return null; // What is no JSON has nothing at any pointer.
        }
    }

    static bool Enter(ref Utf8JsonReader reader, string step)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals(step);
                reader.Read();
                if (found) return true;
                reader.Skip();
            }

            return false;
        }

        if (reader.TokenType != JsonTokenType.StartArray || !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || step.Length > 1 && step[0] == '0') return false;
        for (var at = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; at++)
        {
            if (at == index) return true;
            reader.Skip();
        }

        return false;
    }
}
