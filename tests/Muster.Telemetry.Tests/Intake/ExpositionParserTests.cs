using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake;

public sealed class ExpositionParserTests
{
    static (string? Problem, SampleBatch Batch) Parsed(string text, bool isOpenMetrics = false)
    {
        var batch = new SampleBatch();
        return (new ExpositionParser().Parse(Encoding.UTF8.GetBytes(text), isOpenMetrics, 5000, batch), batch);
    }

    static List<string> Samples(SampleBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(at => FormattableString.Invariant($"{SeriesKey.Read(batch.KeyOf(batch.Series[at]))} {batch.Values[at]} {batch.Times[at]}"))];

    [Fact]
    public void The_text_format_is_read_with_its_escapes_blanks_and_times()
    {
        var (problem, batch) = Parsed("""
            # HELP http_requests_total How many\nthere were.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200",} 1027 1395066363000
            	http_requests_total { method = "po\"st\\\n", code="400" }   3e2
            # a comment of no kind
            metric_without_labels +Inf
            something_weird{problem="division by zero"} NaN -3982045
            {"a.dotted.name", "a label"="x"} 7

            """);
        Assert.Null(problem);
        Assert.Equal([
            "http_requests_total{code=\"200\", method=\"post\"} 1027 1395066363000",
            "http_requests_total{code=\"400\", method=\"po\\\"st\\\\\\n\"} 300 5000",
            "metric_without_labels Infinity 5000",
            "something_weird{problem=\"division by zero\"} NaN -3982045",
            "a.dotted.name{a label=\"x\"} 7 5000"], Samples(batch));
        Assert.Equal(new MetricMetadata("http_requests_total", "counter", "How many\nthere were.", ""), batch.Metadata.Single());
    }

    [Fact]
    public void OpenMetrics_has_seconds_exemplars_units_and_an_end()
    {
        var (problem, batch) = Parsed("# TYPE foo_seconds histogram\n# UNIT foo_seconds seconds\nfoo_seconds_bucket{le=\"0.01\"} 8 1520879607.789 # {trace_id=\"KOO5S4vxi0o\"} 0.0067 1520879607.1\nfoo_seconds_count 17\n# EOF\n", isOpenMetrics: true);
        Assert.Null(problem);
        Assert.Equal(["foo_seconds_bucket{le=\"0.01\"} 8 1520879607789", "foo_seconds_count 17 5000"], Samples(batch));
        Assert.Equal((1520879607100, 0.0067, Labels.Of(("trace_id", "KOO5S4vxi0o"))), (batch.Exemplars[0].Time, batch.Exemplars[0].Value, batch.Exemplars[0].Labels));
        Assert.Equal("seconds", batch.Metadata.Single().Unit);
    }

    [Theory]
    [InlineData("a 1\n", "no # EOF")]
    [InlineData("a 1\n# EOF\nb 2\n", "line 3: something follows")]
    [InlineData("a 1\n# EO", "line 2")]
    public void An_answer_that_was_cut_off_is_none(string text, string problem) => Assert.Contains(problem, Parsed(text, isOpenMetrics: true).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("a{b=\"c} 1\n", "the quote ends")]
    [InlineData("a{b=c} 1\n", "quoted")]
    [InlineData("a{b=\"c\" d=\"e\"} 1\n", "comma")]
    [InlineData("a{b=\"c\",b=\"d\"} 1\n", "twice")]
    [InlineData("a 1x\n", "number")]
    [InlineData("a\n", "number")]
    [InlineData("a 1 1.5\n", "milliseconds")]
    [InlineData("a 1 1 1\n", "follows")]
    [InlineData("9a 1\n", "name")]
    [InlineData("{\"a\",\"b\"} 1\n", "twice")]
    public void A_line_that_is_none_is_told_with_its_number(string text, string problem)
    {
        var told = Parsed("up 1\n" + text).Problem;
        Assert.StartsWith("line 2: ", told, StringComparison.Ordinal);
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_changed_in_an_answer_it_is_read_or_told()
    {
        var random = new Random(4);
        var text = Encoding.UTF8.GetBytes("# TYPE foo histogram\nfoo_bucket{le=\"0.01\",path=\"/ä\\n\"} 8 1520879607.789 # {trace_id=\"KOO\"} 0.0067 1520879607.1\n{\"a.b\",\"c d\"=\"e\"} 1e-9\n# EOF\n");
        var parser = new ExpositionParser();
        var batch = new SampleBatch();
        var told = 0;
        for (var n = 0; n < 40_000; n++)
        {
            var changed = text[..(random.Next(4) == 0 ? random.Next(text.Length) : text.Length)];
            for (var change = random.Next(4); change >= 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            batch.Clear();
            if (parser.Parse(changed, n % 2 == 0, 0, batch) is not null) told++;
        }

        Assert.True(told > 10_000);
    }
}
