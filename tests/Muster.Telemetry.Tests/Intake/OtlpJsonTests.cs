using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake;

public sealed class OtlpJsonTests
{
    static byte[] Request(string attributes, string value = "\"asInt\": 1") => Encoding.UTF8.GetBytes($$"""
        { "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ { "name": "a", "gauge": { "dataPoints": [ { "timeUnixNano": "1700000000000000000", {{value}}, "attributes": [ {{attributes}} ] } ] } } ] } ] } ] }
        """);

    static (double Value, Labels Labels) Read(byte[] json)
    {
        var batch = new SampleBatch();
        Assert.Equal(0, new OtlpMetricsDecoder(new()).Decode(OtlpJson.ToProtobuf(json).Span, batch).Refused);
        return (batch.Values[0], SeriesKey.Read(batch.KeyOf(0)));
    }

    [Theory]
    [InlineData("-_8", "+/8=")]
    [InlineData("-_8=", "+/8=")]
    [InlineData("+/8=", "+/8=")]
    [InlineData("+/8", "+/8=")]
    [InlineData("", "")]
    public void Bytes_are_read_in_either_alphabet(string sent, string kept) => Assert.Equal(kept, Read(Request($$"""{ "key": "k", "value": { "bytesValue": "{{sent}}" } }""")).Labels["k"]);

    [Theory]
    [InlineData("\"asInt\": 7", 7)]
    [InlineData("\"asInt\": \"-7\"", -7)]
    [InlineData("\"asInt\": 7.0", 7)]
    [InlineData("\"asInt\": \"7e2\"", 700)]
    [InlineData("\"asInt\": -1E3", -1000)]
    public void A_whole_number_may_be_written_as_any_number(string sent, double kept) => Assert.Equal(kept, Read(Request("", sent)).Value);

    [Theory]
    [InlineData("7.5")]
    [InlineData("\"7.5\"")]
    [InlineData("1e30")]
    [InlineData("\" 7\"")]
    [InlineData("\"\"")]
    public void What_is_no_whole_number_is_refused(string sent) => Assert.Throws<IntakeProblem>(() => OtlpJson.ToProtobuf(Request("", $"\"asInt\": {sent}")));

    [Fact]
    public void However_deep_a_text_stands_it_is_held_once()
    {
        var value = $$"""{ "stringValue": "{{new string('x', 4 << 20)}}" }""";
        for (var level = 0; level < 7; level++) value = $$"""{ "kvlistValue": { "values": [ { "key": "k", "value": {{value}} } ] } }""";
        var json = Request($$"""{ "key": "k", "value": {{value}} }""");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.InRange(OtlpJson.ToProtobuf(json).Length, 4 << 20, (4 << 20) + 1000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void Very_many_objects_that_say_nothing_cost_about_their_own_length()
    {
        var json = Request(string.Join(',', Enumerable.Repeat("{}", 100_000)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        OtlpJson.ToProtobuf(json);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Lengths_of_every_size_are_read_again()
    {
        foreach (var length in new[] { 1, 100, 127, 128, 129, 16_383, 16_384, 60_000 })
        {
            var text = new string('x', length);
            Assert.Equal(text, Read(Request($$"""{ "key": "k", "value": { "stringValue": "{{text}}" } }""")).Labels["k"]);
        }
    }
}
