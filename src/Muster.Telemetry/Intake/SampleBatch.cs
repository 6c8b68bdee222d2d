using System.Runtime.InteropServices;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake;

/// <summary>What the family of a metric says of itself.</summary>
/// <param name="Kind">counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown.</param>
/// <param name="SentAs">What its sender calls it, where that is no name of the data model: a dotted name of OpenTelemetry, whose family it became.</param>
public sealed record MetricMetadata(string Family, string Kind, string Help, string Unit, string SentAs = "");

/// <param name="Series">Index of a series in its batch.</param>
/// <param name="Labels">Of the exemplar itself: a trace's identity for the most part.</param>
public readonly record struct Exemplar(int Series, long Time, double Value, Labels Labels);

/// <summary>
/// What one request, or one scrape, brings in: series by their keys, and samples in the order in which they came. Columns, reused from request to
/// request; the store takes a batch whole: one record of its log, one decision. Histograms stand beside, by the index of their sample.
/// </summary>
public sealed class SampleBatch
{
    readonly List<int> _ends = new(1024);
    readonly List<int> _series = new(1024);
    readonly List<long> _times = new(1024);
    readonly List<double> _values = new(1024);
    byte[] _keys = new byte[64 * 1024];

    public int SeriesCount => _ends.Count;

    public int Count => _times.Count;

    /// <summary>Which series each sample belongs to.</summary>
    public ReadOnlySpan<int> Series => CollectionsMarshal.AsSpan(_series);

    /// <summary>Milliseconds since 1970.</summary>
    public ReadOnlySpan<long> Times => CollectionsMarshal.AsSpan(_times);

    public ReadOnlySpan<double> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>By the index of the sample, ascending.</summary>
    public List<KeyValuePair<int, NativeHistogram>> Histograms { get; } = [];

    public List<Exemplar> Exemplars { get; } = [];

    public List<MetricMetadata> Metadata { get; } = [];

    /// <summary>Which of the sender's points each sample came from, -1 for none of them; empty where a sample is a point.</summary>
    public List<int> Points { get; } = [];

    /// <summary>Indices of the samples that the store did not take, once it has had the batch.</summary>
    public List<int> Rejected { get; } = [];

    /// <summary>Opens a series. The same key may be opened again: that is another index for the same series.</summary>
    public int Open(ReadOnlySpan<byte> key)
    {
        var start = _ends.Count == 0 ? 0 : _ends[^1];
        if (start + key.Length > _keys.Length) Array.Resize(ref _keys, Math.Max(start + key.Length, _keys.Length * 2));
        key.CopyTo(_keys.AsSpan(start));
        _ends.Add(start + key.Length);
        return _ends.Count - 1;
    }

    public ReadOnlySpan<byte> KeyOf(int series)
    {
        var start = series == 0 ? 0 : _ends[series - 1];
        return _keys.AsSpan(start, _ends[series] - start);
    }

    public void Add(int series, long time, double value)
    {
        _series.Add(series);
        _times.Add(time);
        _values.Add(value);
    }

    public void Add(int series, long time, NativeHistogram histogram)
    {
        Histograms.Add(new(Count, histogram));
        Add(series, time, 0);
    }

    /// <summary>Takes back the samples from this index on.</summary>
    public void Truncate(int samples)
    {
        _series.RemoveRange(samples, _series.Count - samples);
        _values.RemoveRange(samples, _values.Count - samples);
        _times.RemoveRange(samples, _times.Count - samples);
        Histograms.RemoveAll(histogram => histogram.Key >= samples);
        if (Points.Count > samples) Points.RemoveRange(samples, Points.Count - samples);
    }

    public void Clear()
    {
        _ends.Clear();
        _series.Clear();
        _times.Clear();
        _values.Clear();
        Histograms.Clear();
        Exemplars.Clear();
        Metadata.Clear();
        Rejected.Clear();
        Points.Clear();
    }
}
