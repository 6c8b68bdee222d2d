using System.Buffers;
using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake.Exposition;

public sealed class ExpositionWriterTests
{
    static string Written(ExpositionFormat format)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new ExpositionWriter(buffer, format);
        writer.Family("requests", "counter", "How \"many\"\\\nrequests.");
        writer.Sample("_total", Labels.Of(("path", "a\"b\\c\nd"), ("a.b", "ü")), 5, time: 1_500, exemplar: (0.5, Labels.Of(("trace_id", "x")), 1_400));
        writer.Sample("_total", Labels.Empty, double.NaN);
        writer.Family("wait_seconds", "gauge", unit: "seconds");
        writer.Sample("", Labels.Empty, 0.1);
        writer.Family("dotted.name", "unknown");
        writer.Sample("", Labels.Empty, double.NegativeInfinity);
        writer.Sample("", Labels.Of(("x", "y")), 1e300, time: 1_700_000_000_123);
        writer.End();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [Fact]
    public void OpenMetrics_is_written_as_its_grammar_has_it() =>
        Assert.Equal(
            """
            # HELP requests How \"many\"\\\nrequests.
            # TYPE requests counter
            requests_total{"a.b"="ü",path="a\"b\\c\nd"} 5 1.5 # {trace_id="x"} 0.5 1.4
            requests_total NaN
            # TYPE wait_seconds gauge
            # UNIT wait_seconds seconds
            wait_seconds 0.1
            # TYPE "dotted.name" unknown
            {"dotted.name"} -Inf
            {"dotted.name",x="y"} 1E+300 1700000000.123
            # EOF

            """.ReplaceLineEndings("\n"),
            Written(ExpositionFormat.OpenMetrics));

    [Fact]
    public void Text_names_its_counters_by_their_samples_and_has_no_exemplars()
    {
        var text = Written(ExpositionFormat.Text);
        Assert.StartsWith("# HELP requests_total How \"many\"\\\\\\nrequests.\n# TYPE requests_total counter\nrequests_total{", text, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE \"dotted.name\" untyped\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("# {", text, StringComparison.Ordinal);
        Assert.DoesNotContain("UNIT", text, StringComparison.Ordinal);
        Assert.DoesNotContain("EOF", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExpositionFormat.Text)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    public void What_was_written_is_read_back(ExpositionFormat format)
    {
        var batch = Reading.Of(Written(format), format);
        Assert.Equal(
            [
                (Labels.Of(("__name__", "requests_total"), ("path", "a\"b\\c\nd"), ("a.b", "ü")).ToString(), 5, 1500),
                ("requests_total", double.NaN, Reading.Unsaid), ("wait_seconds", 0.1, Reading.Unsaid), ("dotted.name", double.NegativeInfinity, Reading.Unsaid), ("dotted.name{x=\"y\"}", 1e300, 1_700_000_000_123),
            ],
            batch.Samples());
        Assert.Equal("How \"many\"\\\nrequests.", batch.Metadata[0].Help);
        Assert.Equal(["counter", "gauge", "unknown"], batch.Metadata.Select(one => one.Kind));
    }

    [Fact]
    public void Random_series_come_back_as_they_were()
    {
        var random = new Random(5);
        const string Alphabet = "ab_:.\"\\\n{}=, #ü€😀\t1";
        var runes = Alphabet.EnumerateRunes().ToArray();
        string Text(int least) => string.Concat(Enumerable.Range(0, random.Next(least, 8)).Select(_ => runes[random.Next(runes.Length)].ToString()));
        for (var n = 0; n < 2_000; n++)
        {
            var format = (ExpositionFormat)(n % 2);
            var name = Text(1);
            var labels = Labels.Of(Enumerable.Range(0, random.Next(4)).Select(at => new Label(Text(1) + at, Text(0))));
            var value = BitConverter.Int64BitsToDouble(random.NextInt64());
            var buffer = new ArrayBufferWriter<byte>();
            var writer = new ExpositionWriter(buffer, format);
            writer.Family(name, "gauge", Text(0).Trim());
            writer.Sample("", labels, value, random.NextInt64(2_000_000_000_000));
            writer.End();
            var batch = Reading.Of(Encoding.UTF8.GetString(buffer.WrittenSpan), format);
            Assert.Equal(labels.With("__name__", name), batch.Only());
            Assert.Equal(value, batch.Values[0]);
        }
    }

    [Fact]
    public void A_family_twice_or_a_sample_of_none_is_a_mistake_of_the_writer()
    {
        var writer = new ExpositionWriter(new ArrayBufferWriter<byte>(), ExpositionFormat.OpenMetrics);
        Assert.Throws<InvalidOperationException>(() => writer.Sample("", Labels.Empty, 1));
        Assert.Throws<InvalidOperationException>(() => writer.Family("a", "gauge", unit: "seconds"));
        writer.Family("b", "gauge");
        Assert.Throws<InvalidOperationException>(() => writer.Family("b", "gauge"));
        writer.End();
        Assert.Throws<InvalidOperationException>(() => writer.Sample("", Labels.Empty, 1));
    }
}
