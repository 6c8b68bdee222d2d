using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake.Exposition;

public sealed class TextFormatTests
{
    /// <summary>After the example of <see href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-example"/>.</summary>
    [Fact]
    public void The_example_of_the_format_is_read()
    {
        var batch = Reading.Of("""
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027 1395066363000
            http_requests_total{method="post",code="400"}    3 1395066363000

            # Escaping in label values:
            msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

            # Minimalistic line:
            metric_without_timestamp_and_labels 12.47

            # A weird metric from before the epoch:
            something_weird{problem="division by zero"} +Inf -3982045

            # TYPE rpc_duration_seconds summary
            rpc_duration_seconds{quantile="0.99"} 76656
            rpc_duration_seconds_sum 1.7560473e+07
            """);

        Assert.Equal(
            [
                ("http_requests_total{code=\"200\", method=\"post\"}", 1027, 1395066363000),
                ("http_requests_total{code=\"400\", method=\"post\"}", 3, 1395066363000),
                ("msdos_file_access_time_seconds{error=\"Cannot find file:\\n\\\"FILE.TXT\\\"\", path=\"C:\\\\DIR\\\\FILE.TXT\"}", 1.458255915e9, Reading.Unsaid),
                ("metric_without_timestamp_and_labels", 12.47, Reading.Unsaid),
                ("something_weird{problem=\"division by zero\"}", double.PositiveInfinity, -3982045),
                ("rpc_duration_seconds{quantile=\"0.99\"}", 76656, Reading.Unsaid),
                ("rpc_duration_seconds_sum", 1.7560473e7, Reading.Unsaid),
            ],
            batch.Samples());
        Assert.Equal([new("http_requests_total", "counter", "The total number of HTTP requests.", ""), new MetricMetadata("rpc_duration_seconds", "summary", "", "")], batch.Metadata);
    }

    [Theory]
    [InlineData("a 1")]
    [InlineData("  a\t 1  ")]
    [InlineData("a{} 1")]
    [InlineData("a { } 1")]
    [InlineData("{\"a\"} 1")]
    [InlineData("{ \"a\" , } 1")]
    [InlineData("{__name__=\"a\"} 1")]
    [InlineData("a{b=\"\"} 1")]
    [InlineData("a{}1")]
    public void One_sample_is_written_in_many_ways(string line)
    {
        var batch = Reading.Of(line);
        Assert.Equal(Labels.Of(("__name__", "a")), batch.Only());
        Assert.Equal(1, batch.Values[0]);
    }

    [Theory]
    [InlineData("histogram", "le", "5", "5.0")]
    [InlineData("histogram", "le", "1000000", "1e+06")]
    [InlineData("histogram", "le", "+Inf", "+Inf")]
    [InlineData("histogram", "le", "inf", "+Inf")]
    [InlineData("histogram", "le", "0.250", "0.25")]
    [InlineData("histogram", "le", "five", "five")]
    [InlineData("histogram", "quantile", "5", "5")]
    [InlineData("summary", "quantile", "0", "0.0")]
    [InlineData("summary", "le", "5", "5")]
    [InlineData("gauge", "le", "5", "5")]
    public void Bounds_and_quantiles_have_one_spelling(string kind, string label, string written, string kept) =>
        Assert.Equal(Labels.Of(("__name__", "a_bucket"), (label, kept)), Reading.Of($"# TYPE a {kind}\na_bucket{{{label}=\"{written}\"}} 1").Only());

    [Fact]
    public void Names_of_all_of_utf8_stand_in_quotes()
    {
        var batch = Reading.Of("# TYPE \"http.time\" gauge\n{\"http.time\",\"k\\\"ey\"=\"ü\", plain = \"x\"} 1 5\n");
        Assert.Equal(Labels.Of(("__name__", "http.time"), ("k\"ey", "ü"), ("plain", "x")), batch.Only());
        Assert.Equal("http.time", Assert.Single(batch.Metadata).Family);
    }

    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("-0", -0.0)]
    [InlineData("1e3", 1000.0)]
    [InlineData(".5", 0.5)]
    [InlineData("+5.", 5.0)]
    [InlineData("999999999999999", 999999999999999.0)]
    [InlineData("12345678901234567890", 12345678901234567890.0)]
    [InlineData("4.9e-324", double.Epsilon)]
    [InlineData("1.7976931348623157e+308", double.MaxValue)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("+Infinity", double.PositiveInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("nan", double.NaN)]
    public void Every_spelling_of_a_number_is_read_to_the_bit(string text, double expected) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(Reading.Of($"a {text}").Values[0]));

    [Fact]
    public void A_value_that_is_not_a_number_is_no_stale_marker() => Assert.False(StaleMarker.Is(Reading.Of("a NaN").Values[0]));

    [Theory]
    [InlineData("a", "space is missing")]
    [InlineData("a ", "no value")]
    [InlineData("a-1", "space is missing")]
    [InlineData("1a 1", "no name")]
    [InlineData("{} 1", "no name")]
    [InlineData("{b=\"1\"} 1", "no name")]
    [InlineData("{__name__=\"\"} 1", "no name")]
    [InlineData("{\"a\",\"b\"} 1", "has no value")]
    [InlineData("a{\"b\"} 1", "has no value")]
    [InlineData("a{b} 1", "has no value")]
    [InlineData("a{b=1} 1", "quote")]
    [InlineData("a{b=\"1} 1", "does not end")]
    [InlineData("a{b=\"1\\\"} 1", "does not end")]
    [InlineData("a{b=\"1\\", "does not end")]
    [InlineData("a{b=\"1\" c=\"2\"} 1", "comma")]
    [InlineData("a{b=\"1\"", "comma")]
    [InlineData("a{,} 1", "name of a label")]
    [InlineData("a{1b=\"1\"} 1", "name of a label")]
    [InlineData("a{b=\"1\",b=\"2\"} 1", "twice")]
    [InlineData("a{__name__=\"b\"} 1", "twice")]
    [InlineData("a x", "\"x\" is no value")]
    [InlineData("a 1_000", "no value")]
    [InlineData("a 0x10", "no value")]
    [InlineData("a 1e999", "no value")]
    [InlineData("a +", "no value")]
    [InlineData("a -NaN", "no value")]
    [InlineData("a 1\r", "no value")]
    [InlineData("a 1 2.5", "no timestamp")]
    [InlineData("a 1 99999999999999999999", "no timestamp")]
    [InlineData("a 1 2 3", "behind the sample")]
    [InlineData("a 1 # {b=\"1\"} 1", "no timestamp")]
    [InlineData("# TYPE a nothing", "type")]
    [InlineData("# TYPE a", "space is missing")]
    [InlineData("# TYPE a counter x", "behind the type")]
    [InlineData("# HELP 1 x", "name of a family")]
    public void What_is_wrong_is_told_with_its_line(string line, string reason)
    {
        var problem = Reading.Problem("good 1\n\n" + line + "\n", ExpositionFormat.Text);
        Assert.StartsWith("line 3: ", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_no_utf8_is_refused()
    {
        byte[] text = [.. "a{b=\""u8, 0xff, .. "\"} 1\n"u8];
        Assert.Contains("UTF-8", new ExpositionParser().Parse(text, isOpenMetrics: false, 0, new()), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_is_taken_is_refused_as_too_large()
    {
        var limits = new ExpositionLimits { LongestLine = 100, MostLabels = 2, MostSamples = 3 };
        Assert.Equal(3, Reading.Of("a{b=\"1\",c=\"2\"} 1\na 2\na 3\n", limits: limits).Count);
        foreach (var text in new[] { "a 1\n\na 1\na 1\na 1", "a{b=\"1\",c=\"2\",d=\"3\"} 1", "# " + new string('x', 99) })
            Assert.Equal(IntakeProblemKind.TooLarge, Assert.Throws<IntakeProblem>(() => Reading.Of(text, limits: limits)).Kind);
    }
}
