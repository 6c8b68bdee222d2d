using System.Globalization;
using System.Text;

namespace Muster.Cli.Otlp;

/// <summary>One of the three kinds of telemetry, with the requests that the lines send. Every one is a single item of the service <c>muster-otlp-conform</c>.</summary>
/// <param name="Name">As in the path: <c>/v1/metrics</c>.</param>
/// <param name="Method">Of gRPC, whole.</param>
sealed record Signal(string Name, string Method)
{
    public const string Service = "muster-otlp-conform";
    static readonly byte[] TraceId = Convert.FromHexString("5b8efff798038103d269b633813fc60c");
    static readonly byte[] SpanId = Convert.FromHexString("eee19b7ec3c1b174");

    public static readonly Signal Metrics = new("metrics", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export");
    public static readonly Signal Traces = new("traces", "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    public static readonly Signal Logs = new("logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export");
    public static readonly IReadOnlyList<Signal> All = [Metrics, Traces, Logs];

    /// <param name="padding">Bytes of an attribute of the resource, for a request that is too large.</param>
    /// <param name="unknown">With a field that no version of the protocol has, at each level.</param>
    public byte[] Protobuf(DateTimeOffset now, int padding = 0, bool unknown = false)
    {
        var resource = new ProtoWriter().Message(1, Attribute("service.name", new ProtoWriter().Text(1, Service)));
        if (padding > 0) resource.Message(1, Attribute("padding", new ProtoWriter().Text(1, new string('a', padding))));
        var item = Item(Nanoseconds(now), this == Traces ? TraceId : []);
        if (unknown) item.Text(2000, "from a later version").Varint(2001, 7);
        var scope = new ProtoWriter().Message(1, new ProtoWriter().Text(1, "muster")).Message(2, item);
        var whole = new ProtoWriter().Message(1, resource).Message(2, scope);
        if (unknown)
        {
            scope.Fixed64(2002, 7);
            whole = new ProtoWriter().Message(1, resource).Message(2, scope).Text(2003, "later");
        }

        var request = new ProtoWriter().Message(1, whole);
        return (unknown ? request.Varint(2004, 1) : request).Bytes;
    }

    /// <summary>Two spans, one of which has an identity of three bytes; null for the others, of which the protocol calls no single item invalid.</summary>
    public byte[]? PartlyBad(DateTimeOffset now)
    {
        if (this != Traces) return null;
        var scope = new ProtoWriter().Message(2, Item(Nanoseconds(now), TraceId)).Message(2, Item(Nanoseconds(now), [1, 2, 3]));
        var resource = new ProtoWriter().Message(1, Attribute("service.name", new ProtoWriter().Text(1, Service)));
        return new ProtoWriter().Message(1, new ProtoWriter().Message(1, resource).Message(2, scope)).Bytes;
    }

    ProtoWriter Item(ulong time, byte[] trace) => Name switch
    {
        "metrics" => new ProtoWriter().Text(1, "muster.otlp.conform").Text(3, "1").Message(5, new ProtoWriter().Message(1, new ProtoWriter().Fixed64(3, time).Double(4, 1))),
        "traces" => new ProtoWriter().Blob(1, trace).Blob(2, SpanId).Text(5, "conform").Varint(6, 1).Fixed64(7, time - 1_000_000).Fixed64(8, time),
        _ => new ProtoWriter().Fixed64(1, time).Varint(2, 9).Text(3, "INFO").Message(5, new ProtoWriter().Text(1, "conform")).Fixed64(11, time),
    };

    static ProtoWriter Attribute(string key, ProtoWriter value) => new ProtoWriter().Text(1, key).Message(2, value);

    /// <param name="quoted">64-bit integers as texts, as protobuf writes them; else as numbers, which must be taken too.</param>
    /// <param name="upper">Identities in upper case.</param>
    public byte[] Json(DateTimeOffset now, bool quoted = true, bool upper = false, bool unknown = false)
    {
        var time = Nanoseconds(now).ToString(CultureInfo.InvariantCulture);
        var (trace, span) = (Convert.ToHexStringLower(TraceId), Convert.ToHexStringLower(SpanId));
        var form = Name switch { "metrics" => MetricsJson, "traces" => TracesJson, _ => LogsJson };
        var json = form.Replace("@later", unknown ? "\"laterVersion\":{\"a\":[1,null]}," : "", StringComparison.Ordinal)
            .Replace("@time", quoted ? $"\"{time}\"" : time, StringComparison.Ordinal)
            .Replace("@int", quoted ? "\"1\"" : "1", StringComparison.Ordinal)
            .Replace("@trace", upper ? trace.ToUpperInvariant() : trace, StringComparison.Ordinal)
            .Replace("@span", upper ? span.ToUpperInvariant() : span, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(json);
    }

    const string ResourceJson = "\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"muster-otlp-conform\"}}]}";
    const string MetricsJson = "{@later\"resourceMetrics\":[{@later" + ResourceJson + ""","scopeMetrics":[{@later"scope":{"name":"muster"},"metrics":[{@later"name":"muster.otlp.conform","unit":"1","gauge":{"dataPoints":[{@later"timeUnixNano":@time,"asInt":@int}]}}]}]}]}""";
    const string TracesJson = "{@later\"resourceSpans\":[{@later" + ResourceJson + ""","scopeSpans":[{@later"scope":{"name":"muster"},"spans":[{@later"traceId":"@trace","spanId":"@span","name":"conform","kind":1,"startTimeUnixNano":@time,"endTimeUnixNano":@time}]}]}]}""";
    const string LogsJson = "{@later\"resourceLogs\":[{@later" + ResourceJson + ""","scopeLogs":[{@later"scope":{"name":"muster"},"logRecords":[{@later"timeUnixNano":@time,"severityNumber":9,"body":{"stringValue":"conform"},"traceId":"@trace","spanId":"@span","attributes":[{"key":"n","value":{"intValue":@int}}]}]}]}]}""";

    static ulong Nanoseconds(DateTimeOffset now) => (ulong)(now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;
}
