using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Series;

/// <summary>
/// Samples of one series, ascending in time, no time twice. Columns, reused from read to read: take what is needed before the next one. Where
/// <see cref="Histograms"/> holds something at an index, the sample is that histogram and its value is only the stale marker or 0.
/// </summary>
public sealed class SampleBuffer
{
    long[] _times = new long[256];
    double[] _values = new double[256];
    NativeHistogram?[]? _histograms;

    public int Count { get; private set; }

    /// <summary>Milliseconds since 1970.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>Empty when no sample is a histogram; else as long as <see cref="Count"/>.</summary>
    public ReadOnlySpan<NativeHistogram?> Histograms => HasHistograms ? _histograms.AsSpan(0, Count) : [];

    public bool HasHistograms { get; private set; }

    public void Clear()
    {
        if (HasHistograms) _histograms.AsSpan(0, Count).Clear();
        HasHistograms = false;
        Count = 0;
    }

    public void Add(long time, double value)
    {
        if (Count == _times.Length) Grow(Count + 1);
        _times[Count] = time;
        _values[Count] = value;
        Count++;
    }

    public void Add(long time, NativeHistogram histogram)
    {
        Add(time, 0);
        if (!HasHistograms)
        {
            if (_histograms is null || _histograms.Length < _times.Length) _histograms = new NativeHistogram?[_times.Length];
            HasHistograms = true;
        }

        _histograms![Count - 1] = histogram;
    }

    /// <summary>Says of each histogram whether the counter began anew, by the one before; of the first nothing is known.</summary>
    public void SeeResets()
    {
        if (!HasHistograms) return;
        NativeHistogram? before = null;
        for (var at = 0; at < Count; at++)
        {
            if (_histograms![at] is { Hint: ResetHint.Unknown } histogram && before is not null) _histograms[at] = histogram.WithHint(histogram.IsResetOf(before) ? ResetHint.Reset : ResetHint.NotReset);
            before = _histograms[at];
        }
    }

    /// <summary>Room for so many more floats, to be filled by the caller in both columns at once: how a chunk is decoded without a call for each.</summary>
    public (Memory<long> Times, Memory<double> Values) Extend(int more)
    {
        if (Count + more > _times.Length) Grow(Count + more);
        var room = (_times.AsMemory(Count, more), _values.AsMemory(Count, more));
        Count += more;
        return room;
    }

    /// <summary>Takes back what <see cref="Extend"/> gave and was not filled.</summary>
    public void Shorten(int count)
    {
        if (HasHistograms) _histograms.AsSpan(count, Count - count).Clear();
        Count = count;
    }

    void Grow(int least)
    {
        var size = Math.Max(least, _times.Length * 2);
        Array.Resize(ref _times, size);
        Array.Resize(ref _values, size);
        if (_histograms is not null) Array.Resize(ref _histograms, size);
    }
}
