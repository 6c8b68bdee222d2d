using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake;

public sealed class OtlpMetricsTests
{
    const string Resource = """ "resource": { "attributes": [ { "key": "service.name", "value": { "stringValue": "shop" } }, { "key": "service.namespace", "value": { "stringValue": "eu" } }, { "key": "service.instance.id", "value": { "stringValue": "i-1" } }, { "key": "host.name", "value": { "stringValue": "h1" } } ] } """;

    static string Request(string metrics) => $$"""{ "resourceMetrics": [ { {{Resource}}, "scopeMetrics": [ { "scope": { "name": "lib", "version": "1" }, "metrics": [ {{metrics}} ] } ] } ], "fromTheFuture": { "a": [1, {}] } }""";

    static (SampleBatch Batch, OtlpDecoded Decoded) Decoded(string json, DeltaTotals? deltas = null)
    {
        var batch = new SampleBatch();
        var decoded = new OtlpMetricsDecoder(deltas ?? new()).Decode(OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(json)).Span, batch);
        return (batch, decoded);
    }

    static Dictionary<string, double> Samples(SampleBatch batch)
    {
        var samples = new Dictionary<string, double>();
        for (var at = 0; at < batch.Count; at++) samples.Add($"{SeriesKey.Read(batch.KeyOf(batch.Series[at]))}@{batch.Times[at]}", batch.Values[at]);
        return samples;
    }

    [Fact]
    public void A_counter_gets_its_unit_and_total_and_the_service_becomes_job_and_instance()
    {
        var (batch, decoded) = Decoded(Request("""{ "name": "http.server.requests", "unit": "s", "description": "how many", "sum": { "isMonotonic": true, "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "asInt": "7", "attributes": [ { "key": "http.method", "value": { "stringValue": "GET" } }, { "key": "ok", "value": { "boolValue": true } } ] } ] } }"""));

        Assert.Equal((1, 0), (decoded.Points, decoded.Refused));
        var samples = Samples(batch);
        Assert.Equal(7, samples["http_server_requests_seconds_total{http_method=\"GET\", instance=\"i-1\", job=\"eu/shop\", ok=\"true\", otel_scope_name=\"lib\", otel_scope_version=\"1\"}@1700000000000"]);
        Assert.Equal(1, samples["target_info{host_name=\"h1\", instance=\"i-1\", job=\"eu/shop\"}@1700000000000"]);
        Assert.Equal(new MetricMetadata("http_server_requests_seconds_total", "counter", "how many", "s", "http.server.requests"), batch.Metadata.Single());
    }

    [Fact]
    public void A_histogram_becomes_cumulative_buckets_with_its_sum_and_count()
    {
        var (batch, decoded) = Decoded(Request("""{ "name": "latency", "unit": "ms", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": 1700000000000000000, "count": 6, "sum": 12.5, "bucketCounts": [1, 2, "3"], "explicitBounds": [1, 2.5], "exemplars": [ { "timeUnixNano": "1700000000000000000", "asDouble": 2, "traceId": "0AF7651916CD43DD8448EB211C80319C", "spanId": "b7ad6b7169203331" } ] } ] } }"""));

        Assert.Equal((1, 0), (decoded.Points, decoded.Refused));
        var named = Samples(batch).ToDictionary(sample => sample.Key.Split('{')[0] + (sample.Key.Contains("le=", StringComparison.Ordinal) ? sample.Key.Split("le=\"")[1].Split('"')[0] : ""), sample => sample.Value);
        Assert.Equal((1, 3, 6, 12.5, 6), (named["latency_milliseconds_bucket1.0"], named["latency_milliseconds_bucket2.5"], named["latency_milliseconds_bucket+Inf"], named["latency_milliseconds_sum"], named["latency_milliseconds_count"]));
        var exemplar = Assert.Single(batch.Exemplars);
        Assert.Equal(Labels.Of(("trace_id", "0af7651916cd43dd8448eb211c80319c"), ("span_id", "b7ad6b7169203331")), exemplar.Labels);
    }

    [Fact]
    public void Differences_are_summed_up_and_one_that_comes_too_late_is_refused()
    {
        var deltas = new DeltaTotals();
        string Point(long second, int value) => Request($$"""{ "name": "jobs", "sum": { "isMonotonic": true, "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": "{{second}}000000000", "asInt": {{value}} } ] } }""");
        double Total((SampleBatch Batch, OtlpDecoded Decoded) one) => one.Batch.Values[0];

        Assert.Equal(3, Total(Decoded(Point(1_700_000_000, 3), deltas)));
        Assert.Equal(8, Total(Decoded(Point(1_700_000_010, 5), deltas)));
        var late = Decoded(Point(1_700_000_005, 5), deltas);
        Assert.Equal(1, late.Decoded.Refused);
        Assert.Contains("older", late.Decoded.First[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_exponential_histogram_becomes_a_native_one_with_the_index_of_its_upper_bounds()
    {
        var (batch, decoded) = Decoded(Request("""{ "name": "size", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "count": 7, "sum": 20, "scale": 0, "zeroCount": 1, "positive": { "offset": 0, "bucketCounts": [ 4, "2" ] } } ] } }"""));

        Assert.Equal(0, decoded.Refused);
        var histogram = batch.Histograms[0].Value;
        // Index 0 of OpenTelemetry is (1, 2].
        Assert.Equal("{count:7, sum:20, [-0,0]:1, (1,2]:4, (2,4]:2}".Replace("[-0,0]", "[0,0]", StringComparison.Ordinal), histogram.ToString().Replace("[-0,0]", "[0,0]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "name": "a", "sum": { "isMonotonic": true, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "asInt": 1 } ] } }""", "temporality")]
    [InlineData("""{ "name": "", "gauge": { "dataPoints": [ { "timeUnixNano": "1700000000000000000", "asInt": 1 } ] } }""", "no name")]
    [InlineData("""{ "name": "a", "gauge": { "dataPoints": [ { "asInt": 1 } ] } }""", "no time")]
    [InlineData("""{ "name": "a", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "count": 5, "bucketCounts": [1, 1], "explicitBounds": [1] } ] } }""", "add up")]
    [InlineData("""{ "name": "a", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "count": 3, "bucketCounts": [1, 1, 1], "explicitBounds": [2, 1] } ] } }""", "ascend")]
    [InlineData("""{ "name": "a", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "count": 1, "scale": -5, "zeroCount": 1 } ] } }""", "scale")]
    [InlineData("""{ "name": "a", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "count": 2, "bucketCounts": [1, 1], "explicitBounds": ["Infinity"] } ] } }""", "finite")]
    [InlineData("""{ "name": "a", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "count": 2, "bucketCounts": [1, 1], "explicitBounds": ["NaN"] } ] } }""", "finite")]
    [InlineData("""{ "name": "a", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "1700000000000000000", "count": 1, "positive": { "offset": "-9223372036854775808", "bucketCounts": [ 1 ] } } ] } }""", "further away")]
    public void A_point_that_cannot_be_taken_is_counted_with_its_reason(string metric, string reason)
    {
        var (batch, decoded) = Decoded(Request(metric));
        Assert.Equal((1, 1), (decoded.Points, decoded.Refused));
        Assert.Contains(reason, decoded.First[0], StringComparison.Ordinal);
        Assert.Equal(0, batch.Count);
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("{ \"resourceMetrics\": 5 }", "a list")]
    [InlineData("{ \"resourceMetrics\": [ { \"scopeMetrics\": [ { \"metrics\": [ { \"sum\": { \"aggregationTemporality\": \"CUMULATIVE\" } } ] } ] } ] }", "enums are numbers")]
    [InlineData("{ \"resourceMetrics\": [", "no JSON")]
    public void What_is_no_request_is_refused_with_its_place(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<IntakeProblem>(() => OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("system.cpu.utilization", "1", false, true, "system_cpu_utilization_ratio")]
    [InlineData("http.server.request.duration", "s", false, false, "http_server_request_duration_seconds")]
    [InlineData("jvm.memory.used", "By", false, true, "jvm_memory_used_bytes")]
    [InlineData("requests", "{request}", true, false, "requests_total")]
    [InlineData("net.io", "By/s", false, true, "net_io_bytes_per_second")]
    [InlineData("5xx", "", true, false, "_5xx_total")]
    public void Names_are_spelled_as_the_data_model_has_them(string name, string unit, bool isCounter, bool isGauge, string expected) => Assert.Equal(expected, OtlpNames.Metric(name, unit, isCounter, isGauge));

    [Fact]
    public void A_value_that_is_no_text_is_refused_with_its_reason_and_the_other_points_are_taken()
    {
        var message = OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Request("""{ "name": "a", "gauge": { "dataPoints": [ { "timeUnixNano": "1000000000", "asDouble": 1, "attributes": [ { "key": "k", "value": { "stringValue": "XYZ" } } ] }, { "timeUnixNano": "1000000000", "asDouble": 2 } ] } }"""))).ToArray();
        message[message.AsSpan().IndexOf("XYZ"u8)] = 0xff;
        var batch = new SampleBatch();
        var decoded = new OtlpMetricsDecoder(new()).Decode(message, batch);
        Assert.Equal((2, 1), (decoded.Points, decoded.Refused));
        Assert.Equal(["a: its labels cannot be stored: a label is not valid UTF-8"], decoded.First);
        // The second is of target_info.
        Assert.Equal([2.0, 1.0], batch.Values.ToArray());
    }

    [Fact]
    public void Attributes_that_become_one_label_are_joined_and_keys_are_spelled_as_labels()
    {
        var (batch, _) = Decoded(Request("""{ "name": "a", "gauge": { "dataPoints": [ { "timeUnixNano": "1000000000", "asDouble": 1, "attributes": [ { "key": "a.b", "value": { "stringValue": "one" } }, { "key": "a_b", "value": { "intValue": "2" } }, { "key": "5xx", "value": { "boolValue": true } }, { "key": "größe", "value": { "stringValue": "L" } } ] } ] } }"""));
        var labels = SeriesKey.Read(batch.KeyOf(0));
        Assert.Equal(("one;2", "true", "L"), (labels["a_b"], labels["key_5xx"], labels["gr__e"]));
    }

    [Theory]
    [InlineData(256, false)]
    [InlineData(257, true)]
    [InlineData(50_000, true)]
    public void One_key_very_many_times_costs_its_point_and_little_else(int times, bool isRefused)
    {
        var attribute = """{ "key": "k", "value": { "stringValue": "v" } }""";
        string Point(string attributes, int value) => $$"""{ "timeUnixNano": "1000000000", "asDouble": {{value}}, "attributes": [ {{attributes}} ] }""";
        var message = OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Request($$"""{ "name": "a", "gauge": { "dataPoints": [ {{Point(string.Join(',', Enumerable.Repeat(attribute, times + 1)), 1)}}, {{Point(attribute, 2)}} ] } }""")));
        var (batch, before) = (new SampleBatch(), GC.GetAllocatedBytesForCurrentThread());
        var decoded = new OtlpMetricsDecoder(new()).Decode(message.Span, batch);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Equal((2, isRefused ? 1 : 0), (decoded.Points, decoded.Refused));
        Assert.Equal("v", SeriesKey.Read(batch.KeyOf(isRefused ? 0 : 1))["k"]);
        if (isRefused) Assert.Contains("longer than", decoded.First[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_changed_in_a_request_it_is_read_or_refused()
    {
        var random = new Random(3);
        var json = Encoding.UTF8.GetBytes(Request("""{ "name": "latency", "histogram": { "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": 1700000000000000000, "count": 6, "sum": 12.5, "bucketCounts": [1, 2, "3"], "explicitBounds": [1, 2.5], "attributes": [ { "key": "k", "value": { "kvlistValue": { "values": [ { "key": "x", "value": { "arrayValue": { "values": [ { "intValue": 1 } ] } } } ] } } } ] } ] } }"""));
        var message = OtlpJson.ToProtobuf(json).ToArray();
        var decoder = new OtlpMetricsDecoder(new());
        var batch = new SampleBatch();
        for (var n = 0; n < 20_000; n++)
        {
            var isJson = n % 2 == 0;
            var origin = isJson ? json : message;
            var changed = origin[..(random.Next(4) == 0 ? random.Next(origin.Length) : origin.Length)];
            for (var change = random.Next(4); change >= 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            batch.Clear();
            try { decoder.Decode(isJson ? OtlpJson.ToProtobuf(changed).Span : changed, batch); }
            catch (IntakeProblem) { }
        }
    }

    [Fact]
    public void Deep_nesting_is_refused_and_ends_nothing()
    {
        var deep = Request("""{ "name": "a", "gauge": { "dataPoints": [ { "timeUnixNano": "1700000000000000000", "attributes": [ { "key": "k", "value": """ + string.Concat(Enumerable.Repeat("{ \"arrayValue\": { \"values\": [ ", 10_000)) + string.Concat(Enumerable.Repeat("] } }", 10_000)) + " } ] } ] } }");
        Assert.Throws<IntakeProblem>(() => OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(deep)));
    }
}
