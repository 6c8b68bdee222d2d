using System.Globalization;
using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake;

/// <summary>What each kind of point does with its flags, its scale, its bounds and its attributes.</summary>
public sealed class OtlpEdgesTests
{
    const string Time = "\"timeUnixNano\": \"1700000000000000000\"";

    static (SampleBatch Batch, OtlpDecoded Decoded) Decoded(string metric, DeltaTotals? deltas = null, string scope = "")
    {
        var batch = new SampleBatch();
        var json = $$"""{ "resourceMetrics": [ { "scopeMetrics": [ { "scope": { {{scope}} }, "metrics": [ {{metric}} ] } ] } ] }""";
        return (batch, new OtlpMetricsDecoder(deltas ?? new()).Decode(OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(json)).Span, batch));
    }

    static Labels LabelsOf(SampleBatch batch, int sample) => SeriesKey.Read(batch.KeyOf(batch.Series[sample]));

    /// <summary>Flag 1 says that nothing was recorded: the series ends, and its total is not touched.</summary>
    [Theory]
    [InlineData("gauge", "\"asInt\": 5", 1)]
    [InlineData("sum", "\"asInt\": 5", 1)]
    [InlineData("histogram", "\"count\": 3, \"sum\": 2, \"bucketCounts\": [1, 2], \"explicitBounds\": [1]", 4)]
    [InlineData("exponentialHistogram", "\"count\": 1, \"zeroCount\": 1", 1)]
    [InlineData("summary", "\"count\": 3, \"sum\": 2, \"quantileValues\": [ { \"quantile\": 0.5, \"value\": 1 } ]", 3)]
    public void A_point_of_which_nothing_was_recorded_ends_its_series(string kind, string data, int samples)
    {
        var shape = kind is "gauge" or "summary" ? "" : "\"aggregationTemporality\": 2, \"isMonotonic\": true, ";
        if (kind is "histogram" or "exponentialHistogram") shape = "\"aggregationTemporality\": 2, ";
        var (batch, decoded) = Decoded($$"""{ "name": "a", "{{kind}}": { {{shape}}"dataPoints": [ { {{Time}}, "flags": 1, {{data}} } ] } }""");
        Assert.Equal(0, decoded.Refused);
        Assert.Equal(samples, batch.Count);
        Assert.All(batch.Values.ToArray(), value => Assert.True(StaleMarker.Is(value)));
    }

    /// <summary>Sixteen buckets at scale 10 are four at 8, and an index stands for its upper bound.</summary>
    [Theory]
    [InlineData(8, 16, "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    [InlineData(9, 16, "2 2 2 2 2 2 2 2")]
    [InlineData(10, 16, "4 4 4 4")]
    [InlineData(12, 16, "16")]
    [InlineData(20, 16, "16")]
    public void A_scale_that_is_finer_than_what_is_kept_is_brought_down_bucket_by_bucket(int scale, int buckets, string kept)
    {
        var counts = string.Join(',', Enumerable.Repeat("\"1\"", buckets));
        var (batch, decoded) = Decoded($$"""{ "name": "a", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [ { {{Time}}, "count": "{{buckets}}", "sum": 20, "scale": {{scale}}, "positive": { "offset": 0, "bucketCounts": [ {{counts}} ] } } ] } }""");
        Assert.Equal(0, decoded.Refused);
        var histogram = batch.Histograms[0].Value;
        Assert.Equal(8, histogram.Schema);
        Assert.Equal(1, histogram.PositiveSpans[0].Offset);
        Assert.Equal(kept, string.Join(' ', histogram.PositiveBuckets.Select(count => count.ToString(CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void An_exemplar_hangs_on_the_bucket_that_its_value_falls_into_bounds_included()
    {
        var exemplars = string.Join(',', new[] { "1", "1.5", "2.5", "3" }.Select(value => $$"""{ {{Time}}, "asDouble": {{value}} }"""));
        var (batch, _) = Decoded($$"""{ "name": "a", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { {{Time}}, "count": 4, "sum": 8, "bucketCounts": [1, 2, 1], "explicitBounds": [1, 2.5], "exemplars": [ {{exemplars}} ] } ] } }""");
        Assert.Equal([(1.0, "1.0"), (1.5, "2.5"), (2.5, "2.5"), (3.0, "+Inf")], batch.Exemplars.Select(one => (one.Value, SeriesKey.Read(batch.KeyOf(one.Series))["le"])).Order());
    }

    [Fact]
    public void Two_attributes_that_become_one_label_are_both_kept()
    {
        var (batch, _) = Decoded($$"""{ "name": "a", "gauge": { "dataPoints": [ { {{Time}}, "asInt": 1, "attributes": [ { "key": "a.b", "value": { "stringValue": "x" } }, { "key": "c", "value": { "stringValue": "z" } }, { "key": "a_b", "value": { "stringValue": "y" } }, { "key": "a-b", "value": { "intValue": 3 } } ] } ] } }""");
        Assert.Equal(Labels.Of((Labels.MetricName, "a"), ("a_b", "x;y;3"), ("c", "z")), LabelsOf(batch, 0));
    }

    [Theory]
    [InlineData(128, 0)]
    [InlineData(129, 1)]
    [InlineData(300, 1)]
    public void A_point_of_more_attributes_than_are_taken_is_refused_and_counted(int attributes, int refused)
    {
        var all = string.Join(',', Enumerable.Range(0, attributes).Select(at => $$"""{ "key": "k{{at}}", "value": { "boolValue": true } }"""));
        var (batch, decoded) = Decoded($$"""{ "name": "a", "gauge": { "dataPoints": [ { {{Time}}, "asInt": 1, "attributes": [ {{all}} ] } ] } }""");
        Assert.Equal((1, refused), (decoded.Points, decoded.Refused));
        Assert.Equal(1 - refused, batch.Count);
        if (refused > 0) Assert.Contains("128 attributes", decoded.First[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_that_is_refused_for_its_attributes_costs_no_other_point()
    {
        var all = string.Join(',', Enumerable.Range(0, 1000).Select(at => $$"""{ "key": "k{{at}}", "value": { "boolValue": true } }"""));
        foreach (var (kind, data) in new[] { ("gauge", "\"asInt\": 1"), ("histogram", "\"count\": 3, \"bucketCounts\": [1, 2], \"explicitBounds\": [1]"), ("exponentialHistogram", "\"count\": 1, \"zeroCount\": 1, \"positive\": { \"bucketCounts\": [] }"), ("summary", "\"count\": 3") })
        {
            var temporality = kind is "gauge" or "summary" ? "" : "\"aggregationTemporality\": 2, ";
            var (batch, decoded) = Decoded($$"""{ "name": "good", "gauge": { "dataPoints": [ { {{Time}}, "asInt": 1 } ] } }, { "name": "a", "{{kind}}": { {{temporality}}"dataPoints": [ { "attributes": [ {{all}} ], {{Time}}, {{data}} } ] } }, { "name": "after", "gauge": { "dataPoints": [ { {{Time}}, "asInt": 1 } ] } }""");
            Assert.Equal((3, 1), (decoded.Points, decoded.Refused));
            Assert.Equal(2, batch.Count);
        }
    }

    [Fact]
    public void Differences_of_an_exponential_histogram_are_summed_up()
    {
        var deltas = new DeltaTotals();
        var counts = new List<(double Count, double Sum)>();
        for (var second = 0; second < 3; second++)
        {
            var (batch, decoded) = Decoded($$"""{ "name": "a", "exponentialHistogram": { "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": "170000000{{second}}000000000", "count": 3, "sum": 10, "scale": 2, "zeroCount": 1, "positive": { "offset": {{second}}, "bucketCounts": [ 2 ] } } ] } }""", deltas);
            Assert.Equal(0, decoded.Refused);
            counts.Add((batch.Histograms[0].Value.Count, batch.Histograms[0].Value.Sum));
            Assert.Equal(second + 1, batch.Histograms[0].Value.PositiveBuckets.Count(count => count == 2));
        }

        Assert.Equal([(3, 10), (6, 20), (9, 30)], counts);
    }

    [Fact]
    public void A_point_without_a_value_is_refused_and_is_no_zero()
    {
        var (batch, decoded) = Decoded($$"""{ "name": "a", "gauge": { "dataPoints": [ { {{Time}} }, { {{Time}}, "asInt": 0 } ] } }""");
        Assert.Equal((2, 1), (decoded.Points, decoded.Refused));
        Assert.Equal("a: it has no value", decoded.First[0]);
        Assert.Equal(1, batch.Count);
    }

    [Theory]
    [InlineData(2047, 0)]
    [InlineData(2048, 1)]
    public void A_histogram_of_more_buckets_than_are_taken_is_refused_with_what_to_do(int bounds, int refused)
    {
        var (batch, decoded) = Decoded($$"""{ "name": "a", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { {{Time}}, "count": "0", "explicitBounds": [ {{string.Join(',', Enumerable.Range(0, bounds))}} ], "bucketCounts": [ {{string.Join(',', Enumerable.Repeat(0, bounds + 1))}} ] } ] } }""");
        Assert.Equal((1, refused), (decoded.Points, decoded.Refused));
        Assert.Equal(refused == 0, batch.Count > 0);
        if (refused > 0) Assert.Contains("exponential", decoded.First[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_of_a_histogram_that_is_refused_halfway_are_in_no_total()
    {
        var deltas = new DeltaTotals().Beside();
        string Point(string time, int count) => $$"""{ "name": "a", "histogram": { "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": "{{time}}", "count": "{{count}}", "sum": 1, "explicitBounds": [ 1 ], "bucketCounts": [ {{count}}, 0 ] } ] } }""";
        // Another metric's total stands where this one's sum would: it is newer, and the histogram is refused when it comes to that.
        var sum = """{ "name": "a_sum", "sum": { "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": "9000000000", "asDouble": 1 } ] } }""";
        Decoded(sum, deltas);
        Assert.Equal(1, Decoded(Point("1000000000", 5), deltas).Decoded.Refused);
        var (batch, decoded) = Decoded(Point("10000000000", 7), deltas);
        Assert.Equal(0, decoded.Refused);
        Assert.Equal(7, batch.Values[0]);
    }
}
