using System.Collections.Frozen;

namespace Muster.Telemetry.Intake.Otlp;

enum OtlpType { Text, Bytes, Hex, Bool, Int64, UInt32, SInt32, Enum, Fixed64, SFixed64, Double, PackedFixed64, PackedUInt64, PackedDouble, Message }

sealed record OtlpField(int Number, OtlpType Type, string Message = "", bool IsRepeated = false);

/// <summary>The messages of metrics by their JSON names: lowerCamelCase, as the protocol has it (<see href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding"/>).</summary>
static class OtlpSchema
{
    public const string Request = "ExportMetricsServiceRequest";

    static OtlpField One(int number, OtlpType type) => new(number, type);

    static OtlpField Of(int number, string message) => new(number, OtlpType.Message, message);

    static OtlpField Many(int number, string message) => new(number, OtlpType.Message, message, true);

    public static readonly FrozenDictionary<string, FrozenDictionary<string, OtlpField>> Messages = new Dictionary<string, Dictionary<string, OtlpField>>
    {
        [Request] = new() { ["resourceMetrics"] = Many(1, "ResourceMetrics") },
        ["ResourceMetrics"] = new() { ["resource"] = Of(1, "Resource"), ["scopeMetrics"] = Many(2, "ScopeMetrics"), ["schemaUrl"] = One(3, OtlpType.Text) },
        ["Resource"] = new() { ["attributes"] = Many(1, "KeyValue"), ["droppedAttributesCount"] = One(2, OtlpType.UInt32) },
        ["ScopeMetrics"] = new() { ["scope"] = Of(1, "Scope"), ["metrics"] = Many(2, "Metric"), ["schemaUrl"] = One(3, OtlpType.Text) },
        ["Scope"] = new() { ["name"] = One(1, OtlpType.Text), ["version"] = One(2, OtlpType.Text), ["attributes"] = Many(3, "KeyValue"), ["droppedAttributesCount"] = One(4, OtlpType.UInt32) },
        ["Metric"] = new()
        {
            ["name"] = One(1, OtlpType.Text), ["description"] = One(2, OtlpType.Text), ["unit"] = One(3, OtlpType.Text), ["gauge"] = Of(5, "Gauge"), ["sum"] = Of(7, "Sum"), ["histogram"] = Of(9, "Histogram"),
            ["exponentialHistogram"] = Of(10, "ExponentialHistogram"), ["summary"] = Of(11, "Summary"), ["metadata"] = Many(12, "KeyValue"),
        },
        ["Gauge"] = new() { ["dataPoints"] = Many(1, "NumberDataPoint") },
        ["Sum"] = new() { ["dataPoints"] = Many(1, "NumberDataPoint"), ["aggregationTemporality"] = One(2, OtlpType.Enum), ["isMonotonic"] = One(3, OtlpType.Bool) },
        ["Histogram"] = new() { ["dataPoints"] = Many(1, "HistogramDataPoint"), ["aggregationTemporality"] = One(2, OtlpType.Enum) },
        ["ExponentialHistogram"] = new() { ["dataPoints"] = Many(1, "ExponentialHistogramDataPoint"), ["aggregationTemporality"] = One(2, OtlpType.Enum) },
        ["Summary"] = new() { ["dataPoints"] = Many(1, "SummaryDataPoint") },
        ["NumberDataPoint"] = new()
        {
            ["startTimeUnixNano"] = One(2, OtlpType.Fixed64), ["timeUnixNano"] = One(3, OtlpType.Fixed64), ["asDouble"] = One(4, OtlpType.Double), ["exemplars"] = Many(5, "Exemplar"), ["asInt"] = One(6, OtlpType.SFixed64),
            ["attributes"] = Many(7, "KeyValue"), ["flags"] = One(8, OtlpType.UInt32),
        },
        ["HistogramDataPoint"] = new()
        {
            ["startTimeUnixNano"] = One(2, OtlpType.Fixed64), ["timeUnixNano"] = One(3, OtlpType.Fixed64), ["count"] = One(4, OtlpType.Fixed64), ["sum"] = One(5, OtlpType.Double), ["bucketCounts"] = One(6, OtlpType.PackedFixed64),
            ["explicitBounds"] = One(7, OtlpType.PackedDouble), ["exemplars"] = Many(8, "Exemplar"), ["attributes"] = Many(9, "KeyValue"), ["flags"] = One(10, OtlpType.UInt32), ["min"] = One(11, OtlpType.Double), ["max"] = One(12, OtlpType.Double),
        },
        ["ExponentialHistogramDataPoint"] = new()
        {
            ["attributes"] = Many(1, "KeyValue"), ["startTimeUnixNano"] = One(2, OtlpType.Fixed64), ["timeUnixNano"] = One(3, OtlpType.Fixed64), ["count"] = One(4, OtlpType.Fixed64), ["sum"] = One(5, OtlpType.Double), ["scale"] = One(6, OtlpType.SInt32),
            ["zeroCount"] = One(7, OtlpType.Fixed64), ["positive"] = Of(8, "Buckets"), ["negative"] = Of(9, "Buckets"), ["flags"] = One(10, OtlpType.UInt32), ["exemplars"] = Many(11, "Exemplar"), ["min"] = One(12, OtlpType.Double),
            ["max"] = One(13, OtlpType.Double), ["zeroThreshold"] = One(14, OtlpType.Double),
        },
        ["Buckets"] = new() { ["offset"] = One(1, OtlpType.SInt32), ["bucketCounts"] = One(2, OtlpType.PackedUInt64) },
        ["SummaryDataPoint"] = new()
        {
            ["startTimeUnixNano"] = One(2, OtlpType.Fixed64), ["timeUnixNano"] = One(3, OtlpType.Fixed64), ["count"] = One(4, OtlpType.Fixed64), ["sum"] = One(5, OtlpType.Double), ["quantileValues"] = Many(6, "ValueAtQuantile"),
            ["attributes"] = Many(7, "KeyValue"), ["flags"] = One(8, OtlpType.UInt32),
        },
        ["ValueAtQuantile"] = new() { ["quantile"] = One(1, OtlpType.Double), ["value"] = One(2, OtlpType.Double) },
        ["Exemplar"] = new()
        {
            ["timeUnixNano"] = One(2, OtlpType.Fixed64), ["asDouble"] = One(3, OtlpType.Double), ["spanId"] = One(4, OtlpType.Hex), ["traceId"] = One(5, OtlpType.Hex), ["asInt"] = One(6, OtlpType.SFixed64), ["filteredAttributes"] = Many(7, "KeyValue"),
        },
        ["KeyValue"] = new() { ["key"] = One(1, OtlpType.Text), ["value"] = Of(2, "AnyValue") },
        ["AnyValue"] = new()
        {
            ["stringValue"] = One(1, OtlpType.Text), ["boolValue"] = One(2, OtlpType.Bool), ["intValue"] = One(3, OtlpType.Int64), ["doubleValue"] = One(4, OtlpType.Double), ["arrayValue"] = Of(5, "ArrayValue"), ["kvlistValue"] = Of(6, "KeyValueList"), ["bytesValue"] = One(7, OtlpType.Bytes),
        },
        ["ArrayValue"] = new() { ["values"] = Many(1, "AnyValue") },
        ["KeyValueList"] = new() { ["values"] = Many(1, "KeyValue") },
    }.ToFrozenDictionary(message => message.Key, message => message.Value.ToFrozenDictionary());
}
