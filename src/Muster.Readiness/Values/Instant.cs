using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Readiness;

/// <summary>The one spelling of an instant: RFC 3339 in UTC with a Z and milliseconds, so that equal instants are equal bytes.</summary>
public static class Instant
{
    const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Write(DateTimeOffset instant) => instant.ToUniversalTime().ToString(Form, CultureInfo.InvariantCulture);

    public static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    public static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>Cut to the millisecond, which is what is written down.</summary>
    public static DateTimeOffset Cut(DateTimeOffset instant) =>
        new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    /// <summary>Reads any RFC 3339 instant; an offset or Z is required, since a local time is not an instant.</summary>
    public static bool TryRead(string? text, out DateTimeOffset instant)
    {
        instant = default;
        if (text is not { Length: >= 17 and <= 40 } || text[4] != '-' || text[10] is not ('T' or 't' or ' ')) return false;
        if (text[^1] is not ('Z' or 'z') && (text.Length < 6 || text[^6] is not ('+' or '-') || text[^3] != ':')) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out instant)) return false;
        instant = Cut(instant);
        return true;
    }
}

sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Instant.TryRead(reader.GetString(), out var instant) ? instant : throw new JsonException("not an RFC 3339 instant");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Instant.Write(value));
}

sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteRawValue(CanonicalJson.Number(value.TotalSeconds), skipInputValidation: true);
}
