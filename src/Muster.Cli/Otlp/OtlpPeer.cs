using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Muster.Probes;

namespace Muster.Cli.Otlp;

/// <summary>What is sent to the receiver that is judged, over HTTP and over gRPC.</summary>
/// <param name="key">Sent with each request; null: none.</param>
sealed class OtlpPeer(Calling calling, Uri http, Uri? grpc, string? key, TimeProvider clock, CancellationToken cancel)
{
    readonly ImmutableArray<KeyValuePair<string, string>> _usual = key is null ? [] : [new("Authorization", "Bearer " + key)];
    DateTimeOffset _last;

    public const string Protobuf = "application/x-protobuf", Json = "application/json";
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Never the same moment twice: another value at the same time may rightly be rejected, and then a line about something else would fail.</summary>
    public DateTimeOffset Now => _last = clock.GetUtcNow() is var now && now > _last.AddMilliseconds(1) ? now : _last.AddMilliseconds(1);

    public bool HasGrpc => grpc is not null;

    public Task<CallResult> Post(Signal signal, byte[] body, string type, string? encoding = null) => Post($"/v1/{signal.Name}", body, type, encoding);

    public Task<CallResult> Post(string path, byte[] body, string type, string? encoding = null) =>
        calling.Make(new("POST", At(http, path)) { Body = body, Headers = [new("Content-Type", type), .. _usual, .. encoding is null ? [] : (KeyValuePair<string, string>[])[new("Content-Encoding", encoding)]] }, Deadline, cancel);

    public Task<CallResult> Get(Signal signal) => calling.Make(new("GET", At(http, $"/v1/{signal.Name}")) { Headers = _usual }, Deadline, cancel);

    /// <summary>One unary call (<see href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md"/>).</summary>
    public async Task<GrpcAnswer> Call(string method, byte[] message, string? encoding = null, bool compress = true)
    {
        var sent = encoding is not null && compress ? Gzip(message) : message;
        var framed = new byte[5 + sent.Length];
        framed[0] = (byte)(encoding is null ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), sent.Length);
        sent.CopyTo(framed, 5);
        ImmutableArray<KeyValuePair<string, string>> headers = [new("Content-Type", "application/grpc"), new("TE", "trailers"), .. _usual, .. encoding is null ? [] : (KeyValuePair<string, string>[])[new("grpc-encoding", encoding)]];
        return GrpcAnswer.Of(await calling.Make(new("POST", At(grpc!, method)) { Body = framed, Http2 = true, Headers = headers }, Deadline, cancel));
    }

    static Uri At(Uri root, string path) => new(root.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }
}

/// <param name="Status">Of gRPC; null when there is none.</param>
/// <param name="Message">The first message of the answer; null when there is none.</param>
/// <param name="Trouble">Why there is no status, in words.</param>
sealed record GrpcAnswer(int? Status, string Says, byte[]? Message, string AcceptEncoding, string Trouble)
{
    static readonly string[] Names = ["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"];

    public string Shown => Status is { } status ? (status >= 0 && status < Names.Length ? Names[status] : status.ToString(CultureInfo.InvariantCulture)) + (Says.Length > 0 ? $" ({Uri.UnescapeDataString(Says)})" : "") : Trouble;

    public static GrpcAnswer Of(CallResult result)
    {
        if (result is not CallResult.Answered answered) return new(null, "", null, "", ((CallResult.NoAnswer)result).Because);
        string Field(string name) => answered.Trailers.GetValueOrDefault(name) ?? answered.Header(name);
        var status = int.TryParse(Field("grpc-status"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        var body = answered.Body.AsSpan();
        // Not compressed: no grpc-accept-encoding was sent.
        var message = body.Length >= 5 && body[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(body[1..]) is var length && length == (uint)body.Length - 5 ? body[5..].ToArray() : null;
        return new(status, Field("grpc-message"), message, Field("grpc-accept-encoding"), string.Create(CultureInfo.InvariantCulture, $"HTTP {answered.Status} without a grpc-status"));
    }
}

/// <summary>Bodies of answers, read as the protocol has them.</summary>
static class Answers
{
    /// <summary>What stands for <c>partial_success</c>: null when the body is no such message, false when it is unset.</summary>
    public static bool? HasPartialSuccess(CallResult.Answered answered, bool json)
    {
        if (!json) return ProtoReader.Read(answered.Body.AsSpan()) is { } fields ? fields.Any(field => field.Number == 1) : null;
        using var parsed = Parse(answered);
        return parsed is { RootElement: { ValueKind: JsonValueKind.Object } root } ? root.TryGetProperty("partialSuccess", out var set) && set.ValueKind != JsonValueKind.Null : null;
    }

    /// <summary>The count that was rejected and the message; null when partial_success is not set.</summary>
    public static (long Rejected, string Message)? Partial(CallResult.Answered answered)
    {
        if (ProtoReader.Read(answered.Body.AsSpan())?.Where(field => field.Number == 1).ToList() is not [.., var partial] || ProtoReader.Read(partial.Bytes) is not { } fields) return null;
        return ((long)fields.LastOrDefault(field => field.Number == 1).Value, fields.LastOrDefault(field => field.Number == 2) is { Bytes: not null } text ? text.Text : "");
    }

    /// <summary>A google.rpc.Status in the encoding of the request; null when it is none.</summary>
    public static (string Message, bool HasBadRequest)? Status(CallResult.Answered answered, bool json)
    {
        if (json)
        {
            using var parsed = Parse(answered);
            if (parsed is not { RootElement: { ValueKind: JsonValueKind.Object } root } || root.EnumerateObject().Any(member => member.Name is not ("code" or "message" or "details"))) return null;
            if (root.TryGetProperty("message", out var says) && says.ValueKind != JsonValueKind.String) return null;
            var bad = root.TryGetProperty("details", out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.Object && one.TryGetProperty("@type", out var type) && type.ToString().EndsWith("google.rpc.BadRequest", StringComparison.Ordinal));
            return (says.ValueKind == JsonValueKind.String ? says.GetString()! : "", bad);
        }

        // Plain text can look like a message of other fields: every field must be one of Status, with its wire type.
        if (ProtoReader.Read(answered.Body.AsSpan()) is not { } fields || fields.Any(field => (field.Number, field.Wire) is not ((1, 0) or (2, 2) or (3, 2)))) return null;
        var details = fields.Where(field => field.Number == 3).Select(field => ProtoReader.Read(field.Bytes)).ToList();
        var message = fields.LastOrDefault(field => field.Number == 2) is { Bytes: not null } text ? text.Text : "";
        return (message, details.Any(detail => detail?.Any(field => field is { Number: 1, Wire: 2 } && field.Text.EndsWith("google.rpc.BadRequest", StringComparison.Ordinal)) == true));
    }

    static JsonDocument? Parse(CallResult.Answered answered)
    {
        try { return JsonDocument.Parse(answered.Body.AsMemory()); }
        catch (JsonException) { return null; }
    }
}
