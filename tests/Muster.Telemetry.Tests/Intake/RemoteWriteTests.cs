using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Series;

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
