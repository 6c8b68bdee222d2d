using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Store.Head;

/// <summary>
/// Samples in the order in which they came, floats and histograms. One thread appends, any may read what stood there when it read
/// <see cref="Count"/>: nothing written is written again.
/// </summary>
sealed class SampleColumn
{
    long[] _times = new long[8];
    double[] _values = new double[8];
    NativeHistogram?[]? _histograms;
    int _count;

    public int Count => Volatile.Read(ref _count);

    public long TimeAt(int at) => _times[at];

    public double ValueAt(int at) => _values[at];

    public NativeHistogram? HistogramAt(int at) => _histograms is { } all && at < all.Length ? all[at] : null;

    public void Add(long time, double value, NativeHistogram? histogram)
    {
        var count = _count;
        if (count == _times.Length)
        {
            Array.Resize(ref _times, count * 2);
            Array.Resize(ref _values, count * 2);
        }

        if (histogram is not null)
        {
            if (_histograms is null) _histograms = new NativeHistogram?[_times.Length];
            else if (_histograms.Length <= count) Array.Resize(ref _histograms, _times.Length);
            _histograms[count] = histogram;
        }

        _times[count] = time;
        _values[count] = value;
        Volatile.Write(ref _count, count + 1);
    }
}
