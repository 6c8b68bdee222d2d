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
    [InlineData(256, 0)]
    [InlineData(257, 1)]
    public void A_point_of_more_attributes_than_are_taken_is_refused_and_counted(int attributes, int refused)
    {
        var all = string.Join(',', Enumerable.Range(0, attributes).Select(at => $$"""{ "key": "k{{at}}", "value": { "boolValue": true } }"""));
        var (batch, decoded) = Decoded($$"""{ "name": "a", "gauge": { "dataPoints": [ { {{Time}}, "asInt": 1, "attributes": [ {{all}} ] } ] } }""");
        Assert.Equal((1, refused), (decoded.Points, decoded.Refused));
        Assert.Equal(1 - refused, batch.Count);
        if (refused > 0) Assert.Contains("256 attributes", decoded.First[0], StringComparison.Ordinal);
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
}
