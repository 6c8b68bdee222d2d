using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Store.Head;

/// <summary>
/// Samples in the order in which they came, floats and histograms. One thread appends, any may read what stood there when it read
/// <see cref="Count"/>: nothing written is written again.
/// </summary>
sealed class SampleColumn
{
    /// <summary>Fewer are looked through.</summary>
    const int Few = 16;

    /// <summary>Made anew in each process, so that nobody can send times that fall on each other.</summary>
    static readonly ulong Factor = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    long[] _times = new long[8];
    double[] _values = new double[8];
    NativeHistogram?[]? _histograms;
    int _count;

    /// <summary>Where each time stands, plus 1, by its hash; for the one that appends.</summary>
    int[] _places = [];

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
        if (count < Few) return;
        if ((count + 1) * 2 <= _places.Length)
        {
            Place(count);
            return;
        }

        _places = new int[BitOperations.RoundUpToPowerOf2((uint)(count + 1) * 3)];
        for (var at = 0; at <= count; at++) Place(at);
    }

    /// <summary>Where the first sample of this very time stands; -1: there is none. For the one that appends, who asks with each late sample.</summary>
    public int Find(long time)
    {
        if (_count <= Few) return Array.IndexOf(_times, time, 0, _count);
        for (var slot = Slot(time); _places[slot] != 0; slot = (slot + 1) & (_places.Length - 1))
        {
            if (_times[_places[slot] - 1] == time) return _places[slot] - 1;
        }

        return -1;
    }

    void Place(int at)
    {
        var slot = Slot(_times[at]);
        while (_places[slot] != 0) slot = (slot + 1) & (_places.Length - 1);
        _places[slot] = at + 1;
    }

    int Slot(long time) => (int)(((ulong)time * Factor) >> (64 - BitOperations.Log2((uint)_places.Length)));
}
