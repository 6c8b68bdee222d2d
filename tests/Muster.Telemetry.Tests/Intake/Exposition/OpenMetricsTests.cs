using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake.Exposition;

public sealed class OpenMetricsTests
{
    static SampleBatch Of(string text) => Reading.Of(text, ExpositionFormat.OpenMetrics);

    [Fact]
    public void Families_samples_and_exemplars_are_read()
    {
        var batch = Of("""
            # TYPE acme_http_seconds counter
            # UNIT acme_http_seconds seconds
            # HELP acme_http_seconds Time with \"quotes\" and\na line.
            acme_http_seconds_total{path="/api/v1"} 0.20100 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.5
            acme_http_seconds_created{path="/api/v1"} 1605301325.0
            # TYPE temperature gauge
            temperature -3
            # TYPE d histogram
            d_bucket{le="+Inf"} 3 # {} 9.8
            # EOF
            """.ReplaceLineEndings("\n"));

        Assert.Equal(
            [
                ("acme_http_seconds_total{path=\"/api/v1\"}", 0.201, 1520879607789),
                ("acme_http_seconds_created{path=\"/api/v1\"}", 1605301325, Reading.Unsaid),
                ("temperature", -3, Reading.Unsaid),
                ("d_bucket{le=\"+Inf\"}", 3, Reading.Unsaid),
            ],
            batch.Samples());
        Assert.Equal([new("acme_http_seconds", "counter", "Time with \"quotes\" and\na line.", "seconds"), new("temperature", "gauge", "", ""), new MetricMetadata("d", "histogram", "", "")], batch.Metadata);
        Assert.Equal([new(0, 1520879607500, 0.67, Labels.Of(("trace_id", "KOO5S4vxi0o"))), new Exemplar(3, Reading.Unsaid, 9.8, Labels.Empty)], batch.Exemplars);
    }

    [Fact]
    public void An_exemplar_without_a_time_has_that_of_its_sample() => Assert.Equal(5000, Of("a 1 5 # {t=\"x\"} 1\n# EOF").Exemplars[0].Time);

    [Fact]
    public void An_exemplar_whose_labels_are_too_long_is_left_out_and_its_sample_is_not()
    {
        var longest = new string('ü', 127);
        Assert.Single(Of($"a 1 # {{t=\"{longest}\"}} 1\n# EOF\n").Exemplars);
        var batch = Of($"a 1 # {{t=\"{longest}u\"}} 1\n# EOF\n");
        Assert.Equal((1, 0), (batch.Count, batch.Exemplars.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a 1\n")]
    [InlineData("a 1\n# TYPE a gauge")]
    public void A_text_that_was_cut_off_is_known_by_its_missing_end(string text) => Assert.Contains("does not end with # EOF", Reading.Problem(text, ExpositionFormat.OpenMetrics), StringComparison.Ordinal);

    [Theory]
    [InlineData("# EOF\na 1", "behind # EOF")]
    [InlineData("# EOF\n\n", "behind # EOF")]
    [InlineData("# EOF ", "comments")]
    [InlineData("# EO", "comments")]
    public void The_end_is_one_line_and_nothing_stands_behind_it(string text, string reason) => Assert.Contains(reason, Reading.Problem(text, ExpositionFormat.OpenMetrics), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "no name")]
    [InlineData(" a 1", "no name")]
    [InlineData("a  1", "one space")]
    [InlineData("a\t1", "one space")]
    [InlineData("a 1 ", "no timestamp")]
    [InlineData("a 1 1 ", "behind the sample")]
    [InlineData("a {} 1", "no value")]
    [InlineData("a{}1", "space is missing")]
    [InlineData("a{ b=\"1\"} 1", "name of a label")]
    [InlineData("a 1 NaN", "no timestamp")]
    [InlineData("a 1 1e300", "no timestamp")]
    [InlineData("a 1 # b", "no exemplar")]
    [InlineData("a 1 # {b} 1", "no name or no value")]
    [InlineData("a 1 # {b=\"1\"}", "space is missing")]
    [InlineData("a 1 # {b=\"1\"} x", "no value")]
    [InlineData("a 1 # {b=\"1\"} 1 x", "timestamp")]
    [InlineData("a 1 # {b=\"1\"} 1 1 1", "behind the exemplar")]
    [InlineData("a 1 # {b=\"1\",b=\"2\"} 1", "twice")]
    [InlineData("# a comment", "comments")]
    [InlineData("#TYPE a gauge", "space is missing")]
    [InlineData("# TYPE a untyped", "type")]
    [InlineData("# UNIT a_seconds meters", "does not end in its unit")]
    public void What_is_wrong_is_told_with_its_line(string line, string reason)
    {
        var problem = Reading.Problem("good 1\n" + line + "\n# EOF\n", ExpositionFormat.OpenMetrics);
        Assert.StartsWith("line 2: ", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }
}
