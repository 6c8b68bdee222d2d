using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Server.Otlp;

/// <summary>Answers as messages: ExportMetricsServiceResponse and google.rpc.Status, in protobuf and in JSON (<see href="https://opentelemetry.io/docs/specs/otlp/#otlphttp-response"/>).</summary>
static class OtlpMessages
{
    const string RetryInfo = "type.googleapis.com/google.rpc.RetryInfo", BadRequest = "type.googleapis.com/google.rpc.BadRequest";

    /// <summary>What a violation is said to be of: readers do not always know the field.</summary>
    const string WholeBody = "body";

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
            if (refused.RetryAfter is null && !IsBad(refused)) return;
            json.WriteStartArray("details"u8);
            json.WriteStartObject();
            json.WriteString("@type"u8, refused.RetryAfter is null ? BadRequest : RetryInfo);
            if (refused.RetryAfter is { } after) json.WriteString("retryDelay"u8, string.Create(CultureInfo.InvariantCulture, $"{after.TotalSeconds:0.###}s"));
            else
            {
                json.WriteStartArray("fieldViolations"u8);
                json.WriteStartObject();
                json.WriteString("field"u8, WholeBody);
                json.WriteString("description"u8, refused.Message);
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndArray();
        });
        var status = new ProtobufWriter();
        status.Varint(1, (ulong)refused.Code);
        status.Text(2, refused.Message);
        if (refused.RetryAfter is { } wait) status.Message(3, Retry(wait));
        else if (IsBad(refused)) status.Message(3, Bad(refused.Message));
        return status.Written.ToArray();
    }

    static bool IsBad(OtlpOutcome.Refused refused) => refused.Code == GrpcCode.InvalidArgument;

    static ProtobufWriter Retry(TimeSpan wait)
    {
        var (info, duration) = (new ProtobufWriter(), new ProtobufWriter());
        duration.Varint(1, (ulong)Math.Max(0, (long)wait.TotalSeconds));
        duration.Varint(2, (ulong)(Math.Max(0, wait.Ticks) % TimeSpan.TicksPerSecond * 100));
        info.Message(1, duration);
        return Any(RetryInfo, info);
    }

    static ProtobufWriter Bad(string why)
    {
        var (bad, violation) = (new ProtobufWriter(), new ProtobufWriter());
        violation.Text(1, WholeBody);
        violation.Text(2, why);
        bad.Message(1, violation);
        return Any(BadRequest, bad);
    }

    static ProtobufWriter Any(string type, ProtobufWriter message)
    {
        var any = new ProtobufWriter();
        any.Text(1, type);
        any.Message(2, message);
        return any;
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
