using System.Runtime.CompilerServices;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Head;

/// <summary>
/// What came in between two sealings, in memory: as long as it takes new samples it is the head. It has its own series and its own index, so that it
/// can be dropped whole when it stands in blocks. One thread writes, any read.
/// </summary>
sealed class Generation(long number)
{
    /// <summary>Most names of labels of all series: each has an index of its own, so they cost far more than values.</summary>
    public const int MostNames = 100_000;

    readonly HashSet<ulong> _names = [];
    HeadSeries[] _series = new HeadSeries[256];
    long _samples;
    long _shownKeyBytes;
    long _first = long.MaxValue;
    long _last = long.MinValue;

    public long Number => number;

    public KeyTable Keys { get; } = new();

    public HeadIndex Index { get; } = new();

    public long Samples => Volatile.Read(ref _samples);

    /// <summary>Time of the oldest sample; <see cref="long.MaxValue"/> while there is none.</summary>
    public long First => Volatile.Read(ref _first);

    public long Last => Volatile.Read(ref _last);

    /// <summary>Bytes of the keys of series that readers do not see yet: all of them go into the next record of the log.</summary>
    public long UnseenKeyBytes => Keys.KeyBytes - _shownKeyBytes;

    /// <summary>Series that readers see.</summary>
    public int SeriesCount => Index.SeriesCount;

    public HeadSeries this[int series] => Volatile.Read(ref _series)[series];

    public HeadSeries? Find(ReadOnlySpan<byte> key, ulong hash) => Keys.Find(key, hash) is >= 0 and var at ? _series[at] : null;

    /// <summary>False: the names of labels of this series would be more than <see cref="MostNames"/> with all others.</summary>
    public bool HasRoomForNames(ReadOnlySpan<byte> key)
    {
        var more = 0;
        var labels = new KeyReader(key);
        while (labels.Next())
        {
            if (!_names.Contains(KeyHash.Of(labels.Name))) more++;
        }

        return _names.Count + more <= MostNames;
    }

    /// <summary>A series that readers do not see yet.</summary>
    public HeadSeries Open(ReadOnlySpan<byte> key, ulong hash)
    {
        var labels = new KeyReader(key);
        while (labels.Next()) _names.Add(KeyHash.Of(labels.Name));
        var at = Keys.Add(key, hash);
        if (at == _series.Length)
        {
            var grown = new HeadSeries[at * 2];
            _series.CopyTo(grown, 0);
            Volatile.Write(ref _series, grown);
        }

        return _series[at] = new(at);
    }

    /// <summary>Lets readers see the series opened until now.</summary>
    public void Show()
    {
        for (var at = Index.SeriesCount; at < Keys.Count; at++) Index.Add(Keys.KeyOf(at));
        _shownKeyBytes = Keys.KeyBytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(HeadSeries series, long time, double value, NativeHistogram? histogram)
    {
        if (time > series.Newest) series.Append(time, value, histogram);
        else series.AppendLate(time, value, histogram);
        if (time < _first) Volatile.Write(ref _first, time);
        if (time > _last) Volatile.Write(ref _last, time);
        _samples++;
    }

    public Labels LabelsOf(HeadSeries series)
    {
        if (series.Labels is { } known) return known;
        var labels = new List<Label>(8);
        var key = new KeyReader(Keys.KeyOf(series.Number));
        while (key.Next()) labels.Add(Index.Kept(key.Name, key.Value));
        return series.Labels = Labels.Of(labels);
    }
}
