using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Store.Log;

/// <summary>Brings a segment of the log back into memory.</summary>
/// <param name="length">Bytes of the segment: it told of no more series than fit into them.</param>
sealed class Replay(Generation generation, ExemplarRing exemplars, MetadataMap metadata, long length) : ILogTarget
{
    /// <summary>Fewest bytes of a series in a log: its number, the length of its key, and a name and a value of a letter each.</summary>
    const int LeastSeries = 6;

    readonly List<HeadSeries?> _byNumber = [];

    /// <summary>The numbers of the log are those of the generation, so that the segment can be written on.</summary>
    public bool SameNumbers { get; private set; } = true;

    public long Samples { get; private set; }

    public void Series(int number, ReadOnlySpan<byte> key)
    {
        if (number > length / LeastSeries) throw new InvalidDataException("a series has no such number");
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
        if (time is < Days.Earliest or > Days.Latest) throw new InvalidDataException("a sample has a time that no calendar has");
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
