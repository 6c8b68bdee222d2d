using System.Runtime.InteropServices;
using System.Text;
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
    /// <summary>Samples of one batch; a few bytes can say one, and it is twenty here.</summary>
    public const int MostSamples = 12_000_000;

    /// <summary>Bytes of all keys of one batch: a message may say a label once for many series, and here each of them has its own.</summary>
    public const int MostKeyBytes = 256 << 20;

    /// <summary>Buckets of all histograms of one batch.</summary>
    public const int MostBuckets = 16 << 20;

    /// <summary>As many exemplars, and families, as are of use: a store keeps no more.</summary>
    public const int MostBeside = 100_000;

    /// <summary>Bytes of an exemplar's labels. A trace's identities take 70.</summary>
    public const int LongestExemplar = 1024;

    readonly List<int> _ends = new(1024);
    readonly List<int> _series = new(1024);
    readonly List<long> _times = new(1024);
    readonly List<double> _values = new(1024);
    byte[] _keys = new byte[64 * 1024];
    int _buckets;

    public int SeriesCount => _ends.Count;

    public int Count => _times.Count;

    /// <summary>Which series each sample belongs to.</summary>
    public ReadOnlySpan<int> Series => CollectionsMarshal.AsSpan(_series);

    /// <summary>Milliseconds since 1970.</summary>
    public ReadOnlySpan<long> Times => CollectionsMarshal.AsSpan(_times);

    public ReadOnlySpan<double> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>By the index of the sample, ascending.</summary>
    public List<KeyValuePair<int, NativeHistogram>> Histograms { get; } = [];

    /// <summary>One whose labels could not be stored is left out: a name that is empty, or too long together.</summary>
    public BoundedList<Exemplar> Exemplars { get; } = new(MostBeside, static exemplar => IsSound(exemplar.Labels));

    public BoundedList<MetricMetadata> Metadata { get; } = new(MostBeside);

    /// <summary>Which of the sender's points each sample came from, -1 for none of them; empty where a sample is a point.</summary>
    public List<int> Points { get; } = [];

    /// <summary>Indices of the samples that the store did not take, once it has had the batch.</summary>
    public List<int> Rejected { get; } = [];

    /// <summary>It has grown so large that it is better thrown away than used again.</summary>
    public bool IsLarge => _keys.Length > 8 << 20 || _times.Capacity > 1 << 20 || _ends.Capacity > 1 << 20;

    /// <summary>Opens a series. The same key may be opened again: that is another index for the same series.</summary>
    /// <exception cref="IntakeProblem">All keys together are longer than is taken.</exception>
    public int Open(ReadOnlySpan<byte> key)
    {
        var start = _ends.Count == 0 ? 0 : _ends[^1];
        if (start + key.Length > _keys.Length)
        {
            if (start + key.Length > MostKeyBytes) throw TooLarge($"the labels of its series take more than {MostKeyBytes >> 20} MiB when each has its own: send fewer at a time");
            Array.Resize(ref _keys, Math.Min(MostKeyBytes, Math.Max(start + key.Length, _keys.Length * 2)));
        }

        key.CopyTo(_keys.AsSpan(start));
        _ends.Add(start + key.Length);
        return _ends.Count - 1;
    }

    public ReadOnlySpan<byte> KeyOf(int series)
    {
        var start = series == 0 ? 0 : _ends[series - 1];
        return _keys.AsSpan(start, _ends[series] - start);
    }

    /// <exception cref="IntakeProblem">There are more than is taken.</exception>
    public void Add(int series, long time, double value)
    {
        if (_times.Count >= MostSamples) throw TooLarge($"it has more than {MostSamples} samples: send fewer at a time");
        _series.Add(series);
        _times.Add(time);
        _values.Add(value);
    }

    public void Add(int series, long time, NativeHistogram histogram)
    {
        _buckets += histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length + histogram.CustomBounds.Length;
        if (_buckets > MostBuckets) throw TooLarge($"its histograms have more than {MostBuckets} buckets: send fewer at a time");
        Histograms.Add(new(Count, histogram));
        Add(series, time, 0);
    }

    /// <summary>Takes back the samples from this index on.</summary>
    public void Truncate(int samples)
    {
        _series.RemoveRange(samples, _series.Count - samples);
        _values.RemoveRange(samples, _values.Count - samples);
        _times.RemoveRange(samples, _times.Count - samples);
        while (Histograms.Count > 0 && Histograms[^1].Key >= samples) Histograms.RemoveAt(Histograms.Count - 1);
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
        _buckets = 0;
    }

    static bool IsSound(Labels labels)
    {
        var length = 0L;
        foreach (var label in labels.Span)
        {
            if (label.Name.Length == 0) return false;
            length += Encoding.UTF8.GetByteCount(label.Name) + Encoding.UTF8.GetByteCount(label.Value);
        }

        return length <= LongestExemplar;
    }

    static IntakeProblem TooLarge(FormattableString message) => new(IntakeProblemKind.TooLarge, FormattableString.Invariant(message));
}
