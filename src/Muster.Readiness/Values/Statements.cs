using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Readiness;

/// <summary>Our own records as canonical JSON and back. Reading is strict: unknown and doubled names are refused.</summary>
public static class Statements
{
    public static Value ToValue<T>(T record) => Value.Parse(JsonSerializer.SerializeToUtf8Bytes(record, typeof(T), StatementContext.Default), 128);

    public static byte[] ToBytes<T>(T record) => CanonicalJson.Bytes(ToValue(record));

    /// <exception cref="JsonException">Not such a record.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8) =>
        (T)(JsonSerializer.Deserialize(utf8, typeof(T), StatementContext.Default) ?? throw new JsonException($"null where a {typeof(T).Name} was expected"));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    AllowOutOfOrderMetadataProperties = true, // canonical order puts the discriminator wherever its name falls
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 128,
    UseStringEnumConverter = true,
    Converters = [typeof(ValueConverter), typeof(FieldsConverter), typeof(DigestConverter), typeof(InstantConverter), typeof(SecondsConverter)])]
[JsonSerializable(typeof(Document))]
[JsonSerializable(typeof(Control))]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(Shown))]
[JsonSerializable(typeof(Waiver))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Review))]
sealed partial class StatementContext : JsonSerializerContext;

sealed class FieldsConverter : JsonConverter<Value.Fields>
{
    public override Value.Fields Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Value.Read(ref reader) as Value.Fields ?? throw new JsonException("a map was expected");

    public override void Write(Utf8JsonWriter writer, Value.Fields value, JsonSerializerOptions options) => writer.WriteRawValue(CanonicalJson.Bytes(value), skipInputValidation: true);
}
