using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake;

public sealed class SampleBatchTests
{
    [Fact]
    public void An_exemplar_whose_labels_cannot_be_stored_is_left_out()
    {
        var batch = new SampleBatch();
        var series = batch.Open(SeriesKey.Of(Labels.Of(("__name__", "a"))));
        batch.Exemplars.Add(new(series, 1, 1, Labels.Of(("", "x"))));
        batch.Exemplars.Add(new(series, 2, 1, Labels.Of(("t", new string('x', SampleBatch.LongestExemplar)))));
        batch.Exemplars.Add(new(series, 3, 1, Labels.Of(("t", new string('x', SampleBatch.LongestExemplar - 1)))));
        Assert.Equal(3, Assert.Single(batch.Exemplars).Time);
    }

    [Fact]
    public void A_label_that_is_said_once_for_very_many_series_is_no_bomb()
    {
        var (request, series, references) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        foreach (var symbol in new[] { "", "__name__", "a", "b", new string('x', 100_000) }) request.Text(4, symbol);
        series.Bytes(1, [1, 2, 3, 4]);
        for (var at = 0; at < 4_000; at++) request.Message(5, series);
        Assert.True(request.Written.Length < 150_000);
        var batch = new SampleBatch();
        var refused = Assert.Throws<IntakeProblem>(() => new RemoteWriteDecoder().Decode(request.Written, RemoteWriteVersion.Two, batch));
        Assert.Equal(IntakeProblemKind.TooLarge, refused.Kind);
        Assert.True(batch.IsLarge);
    }

    [Fact]
    public void Samples_that_say_nothing_are_no_bomb()
    {
        var (request, series, label) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        label.Text(1, "__name__");
        label.Text(2, "a");
        series.Message(1, label);
        var empty = new byte[2 * (SampleBatch.MostSamples + 1)];
        for (var at = 0; at < empty.Length; at += 2) empty[at] = (2 << 3) | 2;
        series.Raw(empty);
        request.Message(1, series);
        var refused = Assert.Throws<IntakeProblem>(() => new RemoteWriteDecoder().Decode(request.Written, RemoteWriteVersion.One, new()));
        Assert.Equal(IntakeProblemKind.TooLarge, refused.Kind);
    }

    [Fact]
    public void What_is_taken_back_takes_its_histograms_along_and_no_others()
    {
        var batch = new SampleBatch();
        var series = batch.Open(SeriesKey.Of(Labels.Of(("__name__", "a"))));
        for (var time = 0; time < 4; time++) batch.Add(series, time, new Telemetry.Histograms.NativeHistogram());
        batch.Truncate(2);
        Assert.Equal([0, 1], batch.Histograms.Select(histogram => histogram.Key));
        Assert.Equal(2, batch.Count);
    }
}
