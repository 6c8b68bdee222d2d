using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Server.Otlp;

/// <summary>Answers as messages: ExportMetricsServiceResponse and google.rpc.Status, in protobuf and in JSON (<see href="https://opentelemetry.io/docs/specs/otlp/#otlphttp-response"/>).</summary>
static class OtlpMessages
{
    const string RetryInfo = "type.googleapis.com/google.rpc.RetryInfo";

    public static byte[] Response(OtlpOutcome.Taken taken, bool isJson)
    {
        if (isJson) return Json(json =>
        {
            if (taken.RejectedPoints == 0) return;
            json.WriteStartObject("partialSuccess"u8);
            json.WriteString("rejectedDataPoints"u8, taken.RejectedPoints.ToString(CultureInfo.InvariantCulture));
            json.WriteString("errorMessage"u8, taken.Message);
            json.WriteEndObject();
        });
        if (taken.RejectedPoints == 0) return [];
        var (response, partial) = (new ProtobufWriter(), new ProtobufWriter());
        partial.Varint(1, (ulong)taken.RejectedPoints);
        partial.Text(2, taken.Message);
        response.Message(1, partial);
        return response.Written.ToArray();
    }

    public static byte[] Status(OtlpOutcome.Refused refused, bool isJson)
    {
        if (isJson) return Json(json =>
        {
            json.WriteNumber("code"u8, (int)refused.Code);
            json.WriteString("message"u8, refused.Message);
            if (refused.RetryAfter is not { } after) return;
            json.WriteStartArray("details"u8);
            json.WriteStartObject();
            json.WriteString("@type"u8, RetryInfo);
            json.WriteString("retryDelay"u8, string.Create(CultureInfo.InvariantCulture, $"{after.TotalSeconds:0.###}s"));
            json.WriteEndObject();
            json.WriteEndArray();
        });
        var status = new ProtobufWriter();
        status.Varint(1, (ulong)refused.Code);
        status.Text(2, refused.Message);
        if (refused.RetryAfter is { } wait) status.Bytes(3, Detail(wait));
        return status.Written.ToArray();
    }

    static ReadOnlySpan<byte> Detail(TimeSpan wait)
    {
        var (any, info, duration) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        duration.Varint(1, (ulong)Math.Max(0, (long)wait.TotalSeconds));
        duration.Varint(2, (ulong)(Math.Max(0, wait.Ticks) % TimeSpan.TicksPerSecond * 100));
        info.Message(1, duration);
        any.Text(1, RetryInfo);
        any.Message(2, info);
        return any.Written;
    }

    static byte[] Json(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
