using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// The bodies of answers, in the encoding of the request. All signals name the number that was refused differently and give it the same field number
/// (<see href="https://opentelemetry.io/docs/specs/otlp/#partial-success-1"/>).
/// </summary>
public static class OtlpResponse
{
    const string TypeOfBadRequest = "type.googleapis.com/google.rpc.BadRequest";
    const string TypeOfRetryInfo = "type.googleapis.com/google.rpc.RetryInfo";

    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An ExportMetricsServiceResponse; <c>partial_success</c> is unset when nothing was refused and there is nothing to say.</summary>
    /// <param name="refused">Data points.</param>
    /// <param name="message">Why, in words for the sender; with nothing refused, a warning.</param>
    public static byte[] Metrics(long refused, string message, bool isJson)
    {
        var isWhole = refused == 0 && message.Length == 0;
        if (isJson)
        {
            return Json(json =>
            {
                if (isWhole) return;
                json.WriteStartObject("partialSuccess");
                if (refused != 0) json.WriteString("rejectedDataPoints", refused.ToString(CultureInfo.InvariantCulture));
                if (message.Length > 0) json.WriteString("errorMessage", message);
                json.WriteEndObject();
            });
        }

        var response = new ProtobufWriter();
        if (isWhole) return [];
        var partial = new ProtobufWriter();
        if (refused != 0) partial.Varint(1, (ulong)refused);
        if (message.Length > 0) partial.Text(2, message);
        response.Message(1, partial);
        return response.Written.ToArray();
    }

    public static byte[] Status(OtlpStatus status, bool isJson) => isJson ? Json(json => Write(status, json)) : Protobuf(status);

    static byte[] Protobuf(OtlpStatus status)
    {
        var message = new ProtobufWriter();
        if (status.Code != 0) message.Varint(1, (ulong)status.Code);
        message.Text(2, status.Message);
        if (status.Bad is { } bad)
        {
            var (violation, detail) = (new ProtobufWriter(), new ProtobufWriter());
            violation.Text(2, bad);
            detail.Message(1, violation);
            Detail(message, TypeOfBadRequest, detail);
        }

        if (status.RetryAfter is { } after)
        {
            var (delay, detail) = (new ProtobufWriter(), new ProtobufWriter());
            delay.Varint(1, (ulong)(after.Ticks / TimeSpan.TicksPerSecond));
            if (Nanoseconds(after) is var nanoseconds and not 0) delay.Varint(2, (ulong)nanoseconds);
            detail.Message(1, delay);
            Detail(message, TypeOfRetryInfo, detail);
        }

        return message.Written.ToArray();
    }

    static void Detail(ProtobufWriter status, string type, ProtobufWriter detail)
    {
        var any = new ProtobufWriter();
        any.Text(1, type);
        any.Message(2, detail);
        status.Message(3, any);
    }

    static void Write(OtlpStatus status, Utf8JsonWriter json)
    {
        json.WriteNumber("code", status.Code);
        json.WriteString("message", status.Message);
        if (status.Bad is null && status.RetryAfter is null) return;
        json.WriteStartArray("details");
        if (status.Bad is { } bad)
        {
            json.WriteStartObject();
            json.WriteString("@type", TypeOfBadRequest);
            json.WriteStartArray("fieldViolations");
            json.WriteStartObject();
            json.WriteString("description", bad);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (status.RetryAfter is { } after)
        {
            json.WriteStartObject();
            json.WriteString("@type", TypeOfRetryInfo);
            json.WriteString("retryDelay", (after.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("0.#########", CultureInfo.InvariantCulture) + "s");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static long Nanoseconds(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick;

    static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
