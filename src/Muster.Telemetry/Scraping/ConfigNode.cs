using System.Text.Json;

namespace Muster.Telemetry.Scraping;

/// <summary>JSON with places, so that an error can say where. The framework's own documents forget them.</summary>
sealed record ConfigNode(JsonTokenType Kind, int At, string Text, IReadOnlyList<(string Name, int At, ConfigNode Value)> Members, IReadOnlyList<ConfigNode> Items)
{
    const int Deepest = 16;

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ConfigNode Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        reader.Read();
        var root = Next(ref reader);
        return reader.Read() ? throw new JsonException("something follows the end") : root;
    }

    static ConfigNode Next(ref Utf8JsonReader reader)
    {
        var at = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string, int, ConfigNode)>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (name, where) = (Words(ref reader), (int)reader.TokenStartIndex);
                    reader.Read();
                    members.Add((name, where, Next(ref reader)));
                }

                return new(JsonTokenType.StartObject, at, "", members, []);
            case JsonTokenType.StartArray:
                var items = new List<ConfigNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Next(ref reader));
                return new(JsonTokenType.StartArray, at, "", [], items);
            case JsonTokenType.String:
                return new(JsonTokenType.String, at, Words(ref reader), [], []);
            default:
                return new(reader.TokenType, at, System.Text.Encoding.UTF8.GetString(reader.ValueSpan), [], []);
        }
    }

    // Lone surrogates in escapes are found only when the string is made, as another exception.
    static string Words(ref Utf8JsonReader reader)
    {
        try { return reader.GetString()!; }
        catch (InvalidOperationException) { throw new JsonException("a string is not valid Unicode", null, null, null); }
    }
}
