using System.Globalization;
using System.Text;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;
using Muster.Telemetry.Tests.Store;

namespace Muster.Telemetry.Tests.Intake;

/// <summary>What no sender should send, from its bytes to what is read back: whatever a reader makes of them, the store takes or refuses, and nothing that was acknowledged is lost by it.</summary>
public sealed class BadInputTests
{
    static readonly long T = Bench.Start;

    /// <summary>By a reader's name, something of each that it knows.</summary>
    static byte[] Good(string reader)
    {
        switch (reader)
        {
            case "remote write 1.0":
                var one = new RemoteWriteEncoder();
                for (var at = 0; at < 3; at++) one.Add(Labels.Of((Labels.MetricName, $"m{at}"), ("job", "ä")), [T, T + 10], [at, double.NaN]);
                one.Add(Labels.Of((Labels.MetricName, "h")), [T, T + 10], [AppendTests.Histogram(5), AppendTests.Histogram(9)]);
                one.Add(new MetricMetadata("m0", "counter", "How many.", "things"));
                return one.Written.ToArray();
            case "remote write 2.0":
                var two = new SymbolRequestEncoder();
                for (var at = 0; at < 3; at++) two.Add(Labels.Of((Labels.MetricName, $"m{at}"), ("job", "ä")), [T, T + 10], [at, double.NaN], [new(0, T, 0.5, Labels.Of(("trace_id", "abc")))], new($"m{at}", "counter", "How many.", "things"));
                two.Add(Labels.Of((Labels.MetricName, "h")), [T, T + 10], [AppendTests.Histogram(5), AppendTests.Histogram(9)]);
                return two.Written.ToArray();
            case "OTLP":
                return OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Export())).ToArray();
            case "OTLP in JSON":
                return Encoding.UTF8.GetBytes(Export());
            case "text":
                return Encoding.UTF8.GetBytes($"# TYPE a counter\n# HELP a How many.\na{{b=\"ü\\n\"}} 12 {T}\n# TYPE h histogram\nh_bucket{{le=\"1\"}} 1 {T}\nh_bucket{{le=\"+Inf\"}} 2\n");
            default:
                return Encoding.UTF8.GetBytes($"# TYPE a counter\n# HELP a How many.\na_total{{b=\"ü\\n\"}} 12 {T / 1000} # {{trace_id=\"x\"}} 0.5\n# TYPE h histogram\nh_bucket{{le=\"1\"}} 1 {T / 1000}\nh_bucket{{le=\"+Inf\"}} 2 {T / 1000}\n# EOF\n");
        }
    }

    static string Export() => $$"""
        { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "service.name", "value": { "stringValue": "shop" } }, { "key": "host", "value": { "arrayValue": { "values": [ { "intValue": 1 } ] } } } ] }, "scopeMetrics": [ { "scope": { "name": "lib" }, "metrics": [
          { "name": "n", "sum": { "aggregationTemporality": 1, "isMonotonic": true, "dataPoints": [ { "timeUnixNano": "{{T}}000000", "asDouble": 2, "exemplars": [ { "timeUnixNano": "{{T}}000000", "asInt": 2, "traceId": "0AF7651916CD43DD8448EB211C80319C" } ] } ] } },
          { "name": "h", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "{{T}}000000", "count": 6, "sum": 12.5, "bucketCounts": [1, 2, 3], "explicitBounds": [1, 2.5] } ] } },
          { "name": "e", "exponentialHistogram": { "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": "{{T}}000000", "count": 7, "sum": 20, "scale": 10, "zeroCount": 1, "positive": { "offset": -3, "bucketCounts": [ 4, "2" ] } } ] } },
          { "name": "s", "summary": { "dataPoints": [ { "timeUnixNano": "{{T}}000000", "count": 7, "sum": 20, "quantileValues": [ { "quantile": 0.5, "value": 1 } ] } ] } } ] } ] } ] }
        """;

    static Action<byte[], SampleBatch> Reader(string reader)
    {
        switch (reader)
        {
            case "remote write 1.0" or "remote write 2.0":
                var write = new RemoteWriteDecoder();
                return (bytes, batch) => write.Decode(bytes, reader == "remote write 1.0" ? RemoteWriteVersion.One : RemoteWriteVersion.Two, batch);
            case "OTLP" or "OTLP in JSON":
                var otlp = new OtlpMetricsDecoder(new());
                return (bytes, batch) => otlp.Decode(reader == "OTLP" ? bytes : OtlpJson.ToProtobuf(bytes).Span, batch);
            default:
                var text = new ExpositionParser();
                return (bytes, batch) =>
                {
                    if (text.Parse(bytes, reader == "OpenMetrics", T, batch) is not null) batch.Clear();
                };
        }
    }

    [Theory]
    [InlineData("remote write 1.0")]
    [InlineData("remote write 2.0")]
    [InlineData("OTLP")]
    [InlineData("OTLP in JSON")]
    [InlineData("text")]
    [InlineData("OpenMetrics")]
    public async Task Whatever_is_changed_in_a_request_the_store_takes_or_refuses_what_is_read_of_it(string reader)
    {
        var random = new Random(29);
        var (good, read) = (Good(reader), Reader(reader));
        await using var bench = new Bench(new() { MaxSeries = 2000 });
        bench.Put("kept", T, 7);
        var batch = new SampleBatch();
        var (taken, problems) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var changed = good[..(random.Next(4) == 0 ? random.Next(good.Length) : good.Length)];
            for (var change = random.Next(4); change > 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            batch.Clear();
            try { read(changed, batch); }
            catch (IntakeProblem)
            {
                // What stands in the batch before the mistake must not be taken; nor is it.
                problems++;
                continue;
            }

            taken += bench.Put(batch).Accepted;
        }

        Assert.True(taken > 1000 && (problems > 100 || reader is "text" or "OpenMetrics"), $"{taken} samples taken, {problems} requests refused");
        var before = bench.Ask();
        Assert.Contains("kept 0=7", before, StringComparison.Ordinal);
        bench.Kill();
        Assert.True(bench.Store.Recovery.IsClean, string.Join("; ", bench.Store.Recovery.Findings));
        Assert.Equal(before, bench.Ask());
        await SealTests.Seal(bench);
        Assert.Empty(bench.Store.Problems);
        Assert.Equal(before, bench.Ask());
    }

    /// <summary>By hand, as JSON has a depth of its own.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void An_attribute_that_nests_a_hundred_thousand_deep_is_refused_and_ends_nothing(int field)
    {
        // From the inside: each level holds the bytes of all that are in it, so that their lengths are known from the end.
        var levels = 20_000;
        var bytes = new byte[levels * 16];
        var at = bytes.Length;
        for (var level = 0; level < levels; level++)
        {
            foreach (var inner in field == 6 ? new[] { 2, 1, field } : [1, field])
            {
                var length = bytes.Length - at;
                var head = Head(inner, length);
                at -= head.Length;
                if (at < 0) break;
                head.CopyTo(bytes, at);
            }

            if (at < 16) break;
        }

        var (attribute, point, gauge, metric, scope, resource, request) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        attribute.Text(1, "deep");
        attribute.Bytes(2, bytes.AsSpan(Math.Max(at, 0)));
        point.Message(7, attribute);
        point.Fixed64(3, (ulong)T * 1_000_000);
        gauge.Message(1, point);
        metric.Text(1, "a");
        metric.Message(5, gauge);
        scope.Message(2, metric);
        resource.Message(2, scope);
        request.Message(1, resource);
        var batch = new SampleBatch();
        var problem = Assert.Throws<IntakeProblem>(() => new OtlpMetricsDecoder(new()).Decode(request.Written, batch));
        Assert.Contains("deeper than 16", problem.Message, StringComparison.Ordinal);
    }

    static byte[] Head(int field, int length)
    {
        var writer = new ProtobufWriter();
        writer.Varint(field, (ulong)length);
        var head = writer.Written.ToArray();
        // The same bytes but for the kind: a length and what has it.
        head[0] |= 2;
        return head;
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc0, 0x80 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf5, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { (byte)'a', 0xe2, 0x82 })]
    public void A_label_that_is_no_utf8_is_refused_with_its_reason_and_the_series_beside_it_is_taken(byte[] text)
    {
        var request = new ProtobufWriter();
        foreach (var (name, value) in new[] { ("up"u8.ToArray(), text), (text, "x"u8.ToArray()), ("up"u8.ToArray(), "x"u8.ToArray()) })
        {
            var (series, metric, label, sample) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
            metric.Text(1, Labels.MetricName);
            metric.Bytes(2, name);
            label.Text(1, "job");
            label.Bytes(2, value);
            sample.Double(1, 1);
            sample.Varint(2, (ulong)T);
            series.Message(1, metric);
            series.Message(1, label);
            series.Message(2, sample);
            request.Message(1, series);
        }

        var batch = new SampleBatch();
        var decoded = new RemoteWriteDecoder().Decode(request.Written, RemoteWriteVersion.One, batch);
        Assert.Equal((2, 1), (decoded.Invalid, batch.Count));
        Assert.All(decoded.First, told => Assert.Contains("UTF-8", told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Special_floats_and_histograms_of_them_are_kept_to_the_bit_through_log_and_block()
    {
        double[] floats = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, BitConverter.Int64BitsToDouble(0x7ff8000000000001), BitConverter.Int64BitsToDouble(unchecked((long)0xfff8dead_beef0001))];
        await using var bench = new Bench();
        var batch = new SampleBatch();
        var (series, sums) = (batch.Open(Bench.Key("f")), batch.Open(Bench.Key("h")));
        for (var at = 0; at < floats.Length; at++)
        {
            batch.Add(series, T + at, floats[at]);
            batch.Add(sums, T + at, new NativeHistogram { Count = 1, ZeroCount = 1, Sum = floats[at] });
        }

        Assert.Equal(floats.Length * 2, bench.Put(batch).Accepted);
        foreach (var step in new Func<Task>[] { () => Task.CompletedTask, () => { bench.Kill(); return Task.CompletedTask; }, () => SealTests.Seal(bench), bench.Restart })
        {
            await step();
            var (read, histograms) = (new SampleBuffer(), new SampleBuffer());
            Assert.Single(bench.Store.Select([Bench.Named("f")], long.MinValue, long.MaxValue, Bench.Cancel)).Read(long.MinValue, long.MaxValue, read);
            Assert.Single(bench.Store.Select([Bench.Named("h")], long.MinValue, long.MaxValue, Bench.Cancel)).Read(long.MinValue, long.MaxValue, histograms);
            Assert.Equal(floats.Select(BitConverter.DoubleToInt64Bits), read.Values.ToArray().Select(BitConverter.DoubleToInt64Bits));
            Assert.Equal(floats.Select(BitConverter.DoubleToInt64Bits), histograms.Histograms.ToArray().Select(one => BitConverter.DoubleToInt64Bits(one!.Sum)));
        }
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(1L)]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    public async Task A_time_long_past_is_refused_as_too_old_and_opens_no_day_of_its_own(long time)
    {
        await using var bench = new Bench();
        Assert.Equal(1, bench.Put("a", time, 1).Rejected[Refused.TooOld]);
        bench.Put("a", T, 1);
        Assert.Equal(1, bench.Put("a", time, 1).Rejected[Refused.TooOld]);
        await SealTests.Seal(bench);
        Assert.Equal("a 0=1", bench.Ask());
        Assert.Equal(1, bench.Store.Statistics().Blocks);
    }

    [Theory]
    [InlineData(16_725_225_600_000L)]
    [InlineData(long.MaxValue)]
    public async Task A_time_of_the_year_2500_is_refused_as_too_far_ahead_and_hinders_no_sample_of_today(long time)
    {
        await using var bench = new Bench();
        Assert.Equal(1, bench.Put("a", time, 1).Rejected[Refused.TooFarAhead]);
        Assert.Equal(1, bench.Put("a", T, 1).Accepted);
        await SealTests.Seal(bench);
        Assert.Equal("a 0=1", bench.Ask());
    }

    [Fact]
    public async Task An_explosion_of_series_costs_what_the_limit_allows_and_the_culprit_is_named()
    {
        await using var bench = new Bench(new() { MaxSeries = 1000 });
        bench.Put("calm", T, 1);
        var batch = new SampleBatch();
        for (var at = 0; at < 100_000; at++) batch.Add(batch.Open(Bench.Key("wild", ("session", at.ToString(CultureInfo.InvariantCulture)))), T, 1);
        var outcome = bench.Put(batch);
        Assert.Equal((999, 99_001), (outcome.Accepted, outcome.Rejected[Refused.SeriesLimit]));
        Assert.Contains("session", outcome.First[0], StringComparison.Ordinal);
        Assert.True(outcome.First.Count < 100);
        Assert.Equal(1000, bench.Store.Statistics().LiveSeries);
        Assert.Equal(1, bench.Put("calm", T + 1, 2).Accepted);
        // The refused ones were not written down either.
        var log = bench.Store.Statistics().LogBytes;
        bench.Put(batch);
        Assert.True(bench.Store.Statistics().LogBytes - log < 1000);
    }
}
