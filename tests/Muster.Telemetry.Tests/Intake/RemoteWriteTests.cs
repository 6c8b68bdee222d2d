using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Series;
using Muster.Telemetry.Tests.Histograms;

namespace Muster.Telemetry.Tests.Intake;

public sealed class RemoteWriteTests
{
    [Fact]
    public void Series_and_samples_come_out_as_they_were_written()
    {
        var encoder = new RemoteWriteEncoder();
        encoder.Add(Labels.Of(("__name__", "up"), ("job", "api")), [1000, 2000], [1, 0]);
        encoder.Add(Labels.Of(("__name__", "down"), ("job", "ä")), [3000], [double.NaN]);
        var batch = new SampleBatch();
        var decoded = new RemoteWriteDecoder().Decode(encoder.Written, RemoteWriteVersion.One, batch);

        Assert.Equal(0, decoded.Invalid);
        Assert.Equal([Labels.Of(("__name__", "up"), ("job", "api")), Labels.Of(("__name__", "down"), ("job", "ä"))], [SeriesKey.Read(batch.KeyOf(0)), SeriesKey.Read(batch.KeyOf(1))]);
        Assert.Equal([1000, 2000, 3000], batch.Times.ToArray());
        Assert.Equal([1, 0, double.NaN], batch.Values.ToArray());
        Assert.Equal([0, 0, 1], batch.Series.ToArray());
    }

    [Fact]
    public void Labels_read_at_once_and_one_by_one_are_the_same_whatever_they_are()
    {
        var random = new Random(17);
        string[] names = ["__name__", "a", "ab", "b", "job", "instance", "ä", "", new string('n', 130)];
        string[] values = ["", "x", "api", "ü", "\ud83d\ude00", new string('v', 90), new string('v', 140)];
        for (var round = 0; round < 20_000; round++)
        {
            var series = new ProtobufWriter();
            var chosen = Enumerable.Range(0, random.Next(6)).Select(_ => names[random.Next(names.Length)]);
            foreach (var name in random.Next(3) == 0 ? chosen.ToArray() : [.. chosen.Append("__name__").Distinct().Order(StringComparer.Ordinal)])
            {
                var label = new ProtobufWriter();
                if (random.Next(40) > 0) label.Text(1, name);
                label.Text(2, values[random.Next(values.Length)]);
                if (random.Next(40) == 0) label.Varint(7, 1);
                series.Message(1, label);
            }

            if (random.Next(5) > 0)
            {
                var sample = new ProtobufWriter();
                if (random.Next(10) > 0) sample.Double(1, random.NextDouble());
                sample.Varint(2, random.Next(10) == 0 ? ulong.MaxValue - 5 : (ulong)random.NextInt64(1L << random.Next(1, 63)));
                if (random.Next(10) == 0) sample.Double(1, 2);
                series.Message(2, sample);
            }

            var bytes = series.Written.ToArray();
            if (round % 4 == 0 && bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            // The first length in two bytes where one is enough, and they are read one by one.
            if (bytes.Length > 1 && bytes[0] == 0x0a && bytes[1] < 0x80) Assert.Equal(Told([0x0a, (byte)(bytes[1] | 0x80), 0, .. bytes[2..]]), Told(bytes));
        }

        static string Told(byte[] series)
        {
            var request = new ProtobufWriter();
            request.Bytes(1, series);
            var batch = new SampleBatch();
            try
            {
                var decoded = new RemoteWriteDecoder().Decode(request.Written, RemoteWriteVersion.One, batch);
                return $"{decoded.Invalid} {string.Join(';', decoded.First)} {string.Join(' ', Enumerable.Range(0, batch.Count).Select(at => $"{Convert.ToHexString(batch.KeyOf(batch.Series[at]))}@{batch.Times[at]}={BitConverter.DoubleToInt64Bits(batch.Values[at])}"))}";
            }
            catch (IntakeProblem problem) { return problem.Message; }
        }
    }

    [Fact]
    public void A_series_without_a_name_or_with_a_label_twice_is_counted_and_told_and_the_others_are_taken()
    {
        var request = new ProtobufWriter();
        foreach (var labels in new[] { new[] { ("job", "api") }, [("__name__", "up"), ("a", "1"), ("a", "2")], [("__name__", "up"), ("a", "1")] })
        {
            var series = new ProtobufWriter();
            foreach (var (name, value) in labels)
            {
                var label = new ProtobufWriter();
                label.Text(1, name);
                label.Text(2, value);
                series.Message(1, label);
            }

            var sample = new ProtobufWriter();
            sample.Double(1, 1);
            sample.Varint(2, 1000);
            series.Message(2, sample);
            request.Message(1, series);
        }

        var batch = new SampleBatch();
        var decoded = new RemoteWriteDecoder().Decode(request.Written, RemoteWriteVersion.One, batch);
        Assert.Equal(2, decoded.Invalid);
        Assert.Contains("no name", decoded.First[0], StringComparison.Ordinal);
        Assert.Contains("twice", decoded.First[1], StringComparison.Ordinal);
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public void Labels_that_come_after_their_samples_name_them_all_the_same()
    {
        var (series, sample, request) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        sample.Double(1, 7);
        sample.Varint(2, 1000);
        series.Message(2, sample);
        foreach (var (name, value) in new[] { ("job", "api"), ("__name__", "up") })
        {
            var label = new ProtobufWriter();
            label.Text(1, name);
            label.Text(2, value);
            series.Message(1, label);
        }

        request.Message(1, series);
        var batch = new SampleBatch();
        var decoded = new RemoteWriteDecoder().Decode(request.Written, RemoteWriteVersion.One, batch);
        Assert.Equal((0, 0, 1), (decoded.Invalid, decoded.First.Count, batch.Count));
        Assert.Equal(Labels.Of(("__name__", "up"), ("job", "api")), SeriesKey.Read(batch.KeyOf(batch.Series[0])));
    }

    [Fact]
    public void The_second_protocol_finds_its_labels_among_the_symbols()
    {
        var batch = new SampleBatch();
        var decoded = new RemoteWriteDecoder().Decode(Two(), RemoteWriteVersion.Two, batch);
        Assert.Equal(0, decoded.Invalid);
        Assert.Equal(Labels.Of(("__name__", "requests_total"), ("job", "api")), SeriesKey.Read(batch.KeyOf(0)));
        Assert.Single(batch.Histograms[0].Value.PositiveBuckets);
        Assert.Equal(new MetricMetadata("requests_total", "counter", "api", ""), batch.Metadata[0]);
        Assert.Equal(7, batch.Values[0]);
    }

    [Theory]
    [InlineData(long.MinValue, 1L)]
    [InlineData(long.MaxValue, 1L)]
    [InlineData(0L, -1L)]
    [InlineData(0L, long.MaxValue)]
    public void A_span_that_cannot_be_is_refused_as_malformed(long offset, long length)
    {
        var (span, histogram, series, request) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        span.ZigZag(1, offset);
        span.Varint(2, (ulong)length);
        histogram.Message(11, span);
        series.Message(4, histogram);
        request.Message(1, series);
        var problem = Assert.Throws<IntakeProblem>(() => new RemoteWriteDecoder().Decode(request.Written, RemoteWriteVersion.One, new()));
        Assert.Contains("span", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RemoteWriteVersion.One)]
    [InlineData(RemoteWriteVersion.Two)]
    public void Histograms_exemplars_and_metadata_come_out_as_they_were_written(RemoteWriteVersion version)
    {
        var random = new Random(8);
        for (var n = 0; n < 300; n++)
        {
            var (floats, sparse) = (Labels.Of(("__name__", "a_total"), ("x", $"ü{n}")), Labels.Of(("__name__", "b"), ("x", "a_total")));
            NativeHistogram[] histograms = [RandomHistogram.Any(random), RandomHistogram.Any(random)];
            Exemplar[] exemplars = [new(0, 1_500, 0.25, Labels.Of(("trace_id", "abc"), ("x", "a_total")))];
            var metadata = new MetricMetadata("a_total", "counter", "How many.", "seconds");
            var message = version == RemoteWriteVersion.One ? One() : Two();
            var batch = new SampleBatch();
            Assert.Equal(0, new RemoteWriteDecoder().Decode(message, version, batch).Invalid);

            Assert.Equal([floats, sparse], [SeriesKey.Read(batch.KeyOf(0)), SeriesKey.Read(batch.KeyOf(1))]);
            Assert.Equal([1_000, 2_000, 3_000], batch.Times.ToArray());
            Assert.Equal([1, 2], batch.Histograms.Select(one => one.Key));
            for (var at = 0; at < 2; at++)
            {
                Assert.True(histograms[at].SameAs(batch.Histograms[at].Value));
                Assert.Equal(histograms[at].Hint, batch.Histograms[at].Value.Hint);
            }

            Assert.Equal(exemplars, batch.Exemplars);
            Assert.Equal(metadata, Assert.Single(batch.Metadata));

            byte[] One()
            {
                var encoder = new RemoteWriteEncoder();
                encoder.Add(floats, [1_000], [1], exemplars);
                encoder.Add(sparse, [2_000, 3_000], histograms);
                encoder.Add(metadata);
                return encoder.Written.ToArray();
            }

            byte[] Two()
            {
                var encoder = new SymbolRequestEncoder();
                encoder.Add(floats, [1_000], [1], exemplars, metadata);
                encoder.Add(sparse, [2_000, 3_000], histograms);
                return encoder.Written.ToArray();
            }
        }
    }

    [Fact]
    public void What_each_series_says_of_its_family_is_taken_once()
    {
        var encoder = new SymbolRequestEncoder();
        var metadata = new MetricMetadata("a", "gauge", "How much.", "");
        foreach (var (name, label) in new[] { ("a", "1"), ("a", "2"), ("b", "1"), ("a", "3") }) encoder.Add(Labels.Of(("__name__", name), ("x", label)), [1], [1], metadata: metadata);
        encoder.Add(Labels.Of(("__name__", "c")), [1], [1], metadata: new("c", "unknown", "", ""));
        var batch = new SampleBatch();
        var decoder = new RemoteWriteDecoder();
        for (var request = 0; request < 2; request++)
        {
            batch.Clear();
            decoder.Decode(encoder.Written, RemoteWriteVersion.Two, batch);
            Assert.Equal([metadata, metadata with { Family = "b" }], batch.Metadata);
        }
    }

    [Fact]
    public void Whatever_is_changed_in_a_request_it_is_read_or_refused()
    {
        var random = new Random(2);
        var encoder = new RemoteWriteEncoder();
        for (var n = 0; n < 5; n++) encoder.Add(Labels.Of(("__name__", $"m{n}"), ("job", "api")), [1000, 2000], [1, n]);
        var decoder = new RemoteWriteDecoder();
        var batch = new SampleBatch();
        foreach (var (message, version) in new[] { (encoder.Written.ToArray(), RemoteWriteVersion.One), (Two(), RemoteWriteVersion.Two) })
        {
            for (var n = 0; n < 20_000; n++)
            {
                var changed = message[..(random.Next(4) == 0 ? random.Next(message.Length) : message.Length)];
                for (var change = random.Next(4); change >= 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
                batch.Clear();
                try { decoder.Decode(changed, version, batch); }
                catch (IntakeProblem) { }
            }
        }
    }

    static byte[] Two()
    {
        var request = new ProtobufWriter();
        foreach (var symbol in new[] { "", "__name__", "requests_total", "job", "api" }) request.Text(4, symbol);
        var series = new ProtobufWriter();
        series.Bytes(1, [1, 2, 3, 4]);
        var sample = new ProtobufWriter();
        sample.Double(1, 7);
        sample.Varint(2, 1000);
        series.Message(2, sample);
        var metadata = new ProtobufWriter();
        metadata.Varint(1, 1);
        metadata.Varint(3, 4);
        series.Message(5, metadata);
        request.Message(5, series);

        var other = new ProtobufWriter();
        other.Bytes(1, [1, 2, 3, 4]);
        var histogram = new ProtobufWriter();
        histogram.Varint(1, 2);
        histogram.Double(3, 3.5);
        histogram.ZigZag(4, 1);
        histogram.Double(5, 0.001);
        var span = new ProtobufWriter();
        span.ZigZag(1, 0);
        span.Varint(2, 1);
        histogram.Message(11, span);
        histogram.Bytes(12, [4]);
        histogram.Varint(15, 2000);
        other.Message(3, histogram);
        request.Message(5, other);
        return request.Written.ToArray();
    }
}
