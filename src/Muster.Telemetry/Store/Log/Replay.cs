using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store.Log;

/// <summary>Brings a segment of the log back into memory.</summary>
/// <param name="length">Bytes of the segment: it told of no more series than fit into them.</param>
sealed class Replay(Generation generation, ExemplarRing exemplars, MetadataMap metadata, ImmutableArray<Deletion> deletions, long length) : ILogTarget
{
    /// <summary>Fewest bytes of a series in a log: its number, the length of its key, and a name and a value of a letter each.</summary>
    const int LeastSeries = 6;

    readonly List<HeadSeries?> _byNumber = [];

    /// <summary>The numbers of the log are those of the generation, so that the segment can be written on.</summary>
    public bool SameNumbers { get; private set; } = true;

    public long Samples { get; private set; }

    public void Series(int number, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty || !KeyReader.IsKey(key)) throw new InvalidDataException("the labels of a series cannot be read");
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
        if (number >= _byNumber.Count || _byNumber[number] is not { } series) return;
        if (labels.Length > ExemplarRing.LongestKey) return;
        var of = generation.LabelsOf(series);
        foreach (var one in deletions)
        {
            if (one.Hits(of, time, generation.Number)) return;
        }

        exemplars.Add(of, new(0, time, value, KeyReader.Labels(labels)), generation.Number);
    }

    public void Metadata(MetricMetadata told) => metadata.Add(told);
}
