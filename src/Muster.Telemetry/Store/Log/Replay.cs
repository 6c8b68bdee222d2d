using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Store.Log;

/// <summary>Brings a segment of the log back into memory.</summary>
sealed class Replay(Generation generation, ExemplarRing exemplars, MetadataMap metadata) : ILogTarget
{
    readonly List<HeadSeries?> _byNumber = [];

    /// <summary>The numbers of the log are those of the generation, so that the segment can be written on.</summary>
    public bool SameNumbers { get; private set; } = true;

    public long Samples { get; private set; }

    public void Series(int number, ReadOnlySpan<byte> key)
    {
        // Not more numbers than were ever written before the damage is found out.
        if (number > _byNumber.Count + (1 << 24)) throw new InvalidDataException("a series has no such number");
        var hash = KeyHash.Of(key);
        if (generation.Find(key, hash) is not { } series)
        {
            series = generation.Open(key, hash);
            generation.Show();
        }

        SameNumbers &= series.Number == number;
        while (_byNumber.Count <= number) _byNumber.Add(null);
        _byNumber[number] = series;
    }

    public bool Sample(int number, long time, double value, NativeHistogram? histogram)
    {
        if (number >= _byNumber.Count || _byNumber[number] is not { } series) return false;
        if (histogram is not null && HistogramLimits.Broken(histogram) is { } why) throw new InvalidDataException(why);
        generation.Append(series, time, value, histogram);
        Samples++;
        if (time < series.Last) return true;
        series.Last = time;
        series.LastValue = value;
        series.LastHistogram = histogram;
        return true;
    }

    public void Exemplar(int number, long time, double value, ReadOnlySpan<byte> labels)
    {
        if (number < _byNumber.Count && _byNumber[number] is { } series) exemplars.Add(generation.LabelsOf(series), new(0, time, value, ReadLabels(labels)));
    }

    public void Metadata(MetricMetadata told) => metadata.Add(told);

    static Labels ReadLabels(ReadOnlySpan<byte> key)
    {
        try { return SeriesKey.Read(key); }
        catch (Exception bad) when (bad is FormatException or ArgumentException) { throw new InvalidDataException("the labels of an exemplar cannot be read", bad); }
    }
}
