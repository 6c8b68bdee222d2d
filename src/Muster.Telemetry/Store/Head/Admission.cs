using System.Globalization;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Log;

namespace Muster.Telemetry.Store.Head;

/// <summary>What is known of the newest sample of a series before this generation.</summary>
readonly record struct LastSample(long Time, double Value, NativeHistogram? Histogram);

/// <summary>What was told of series before the head's generation.</summary>
interface IEarlier
{
    /// <summary>The newest sample of a series; null: there is none that is as late as <paramref name="time"/>.</summary>
    LastSample? Last(ReadOnlySpan<byte> key, ulong hash, long time);

    /// <summary>The sample of this very time; null: there is none.</summary>
    LastSample? At(ReadOnlySpan<byte> key, ulong hash, long time);
}

/// <summary>
/// Decides on a batch, one sample after the other, and writes what it takes into a log record. Nothing is seen by readers until
/// <see cref="Apply"/>; <see cref="Undo"/> is as if the batch had never come. One thread; reused.
/// </summary>
sealed class Admission(StoreOptions options)
{
    readonly record struct Taken(HeadSeries Series, long Time, double Value, NativeHistogram? Histogram, LastSample Before);

    readonly Refusals _refusals = new(options);
    readonly Dictionary<(int Series, long Time), LastSample> _pending = [];
    HeadSeries?[] _series = [];
    Refused[] _why = [];
    byte[] _seen = [];
    Taken[] _taken = new Taken[1024];
    int _count;
    int _used;
    int _accepted, _histograms;
    int _sample;
    bool _pendingComplete;
    string _limitText = "";

    /// <summary>How many samples <see cref="Apply"/> will add.</summary>
    public int New => _count;

    /// <summary>How many samples were taken late; since the store was opened.</summary>
    public long Late { get; private set; }

    public Generation Head { get; private set; } = new(0);

    public void Decide(SampleBatch batch, Generation head, IEarlier earlier, Clock clock, LogRecord record)
    {
        Begin(batch, head);
        var histograms = batch.Histograms;
        var nextHistogram = 0;
        var times = batch.Times;
        var values = batch.Values;
        var indices = batch.Series;
        var ahead = Math.Min(clock.Now + (long)options.FutureWindow.TotalMilliseconds, Days.Latest);
        // By the clock as it is now: one that was ahead and was set right must not make everybody late.
        var oldest = Math.Max(clock.Wall - (long)options.Retention.TotalMilliseconds, Days.Earliest);
        var window = (long)options.OutOfOrderWindow.TotalMilliseconds;
        for (var at = 0; at < times.Length; at++)
        {
            NativeHistogram? histogram = null;
            if (nextHistogram < histograms.Count && histograms[nextHistogram].Key == at) histogram = histograms[nextHistogram++].Value;
            var index = indices[at];
            _sample = at;
            if (_seen[index] == 0)
            {
                // No time of its own is good for it: such a sample makes no series, and takes no other's place.
                if ((times[at] > ahead || times[at] < oldest) && head.Find(batch.KeyOf(index), KeyHash.Of(batch.KeyOf(index))) is null)
                {
                    Refuse(times[at] > ahead ? Refused.TooFarAhead : Refused.TooOld, batch, index, times[at]);
                    continue;
                }

                Resolve(batch, index);
            }

            var series = _series[index];
            if (series is null)
            {
                Refuse(_why[index], batch, index, times[at], _why[index] == Refused.SeriesLimit ? _limitText : null);
                continue;
            }

            var time = times[at];
            if (time > ahead)
            {
                Refuse(Refused.TooFarAhead, batch, index, time);
                continue;
            }

            if (record.IsFull)
            {
                Refuse(Refused.NoSpace, batch, index, time);
                continue;
            }

            if (histogram is not null && HistogramLimits.Broken(histogram) is { } broken)
            {
                Refuse(Refused.BadHistogram, batch, index, time, broken);
                continue;
            }

            if (!series.IsKnown) Look(series, batch.KeyOf(index), time, earlier);

            if (time <= series.Last)
            {
                if (time < series.Last - window)
                {
                    Refuse(Refused.TooOld, batch, index, time);
                    continue;
                }

                if (Existing(series, batch.KeyOf(index), time, earlier) is { } there)
                {
                    if (Same(there, values[at], histogram)) Accept(histogram);
                    else Refuse(Refused.DuplicateOtherValue, batch, index, time);
                    continue;
                }

                Late++;
            }
            else if (series.Last == long.MinValue && time < oldest)
            {
                Refuse(Refused.TooOld, batch, index, time);
                continue;
            }

            histogram = histogram?.Stored(time > series.Last ? series.LastHistogram : null);
            Accept(histogram);
            Take(series, time, values[at], histogram);
            record.Sample(series.Number, time, values[at], histogram);
        }

        for (var at = head.SeriesCount; at < head.Keys.Count; at++) record.Series(head.Keys.KeyOf(at), at);
    }

    /// <summary>The series of an index of the batch; null: it was refused.</summary>
    public HeadSeries? SeriesOf(SampleBatch batch, int index)
    {
        if (_seen[index] == 0 && Head.Find(batch.KeyOf(index), KeyHash.Of(batch.KeyOf(index))) is null) return null;
        if (_seen[index] == 0) Resolve(batch, index);
        return _series[index];
    }

    public void Apply()
    {
        foreach (ref readonly var taken in _taken.AsSpan(0, _count)) Head.Append(taken.Series, taken.Time, taken.Value, taken.Histogram);
        Head.Show();
        Release();
    }

    /// <remarks>A series that was opened stays so, unseen, and is written into the next record that is.</remarks>
    public void Undo()
    {
        for (var at = _count - 1; at >= 0; at--)
        {
            var (series, before) = (_taken[at].Series, _taken[at].Before);
            (series.Last, series.LastValue, series.LastHistogram, series.IsKnown) = (before.Time, before.Value, before.Histogram, false);
        }

        Release();
    }

    public Appended Outcome(int exemplars) => new(_accepted, _histograms, exemplars, _refusals.Counts, _refusals.First);

    void Begin(SampleBatch batch, Generation head)
    {
        Head = head;
        _refusals.Clear();
        _pending.Clear();
        _pendingComplete = false;
        _count = _accepted = _histograms = 0;
        if (_series.Length < batch.SeriesCount)
        {
            _series = new HeadSeries?[batch.SeriesCount * 2];
            _why = new Refused[batch.SeriesCount * 2];
            _seen = new byte[batch.SeriesCount * 2];
        }

        _used = batch.SeriesCount;
        _limitText = "";
        _seen.AsSpan(0, _used).Clear();
    }

    void Release()
    {
        _series.AsSpan(0, _used).Clear();
        // What points at histograms or at a generation that is gone must not be held by a buffer; small batches clear little.
        _taken.AsSpan(0, _count).Clear();
        if (_taken.Length > 1 << 16) _taken = new Taken[1024];
        _count = 0;
        _pending.Clear();
    }

    void Resolve(SampleBatch batch, int index)
    {
        _seen[index] = 1;
        var key = batch.KeyOf(index);
        var hash = KeyHash.Of(key);
        var series = Head.Find(key, hash);
        if (series is null)
        {
            if (Bad(key) is { } why)
            {
                _why[index] = why;
                _series[index] = null;
                return;
            }

            series = Head.Open(key, hash);
        }

        _series[index] = series;
    }

    Refused? Bad(ReadOnlySpan<byte> key)
    {
        var count = 0;
        var labels = new KeyReader(key);
        while (labels.Next())
        {
            if (++count > options.MaxLabels || labels.Name.Length > options.MaxLabelNameBytes || labels.Value.Length > options.MaxLabelValueBytes) return Refused.LabelLimit;
            if (labels.Name.IsEmpty || labels.Value.IsEmpty) return Refused.BadLabels;
        }

        // A log whose series are none is read as damage.
        if (count == 0 || !KeyReader.IsKey(key)) return Refused.BadLabels;
        if (!Head.HasRoomForNames(key)) return Refused.LabelLimit;
        if (Head.UnseenKeyBytes + key.Length > LogRecord.MostKeys) return Refused.NoSpace;
        if (Head.Keys.Count < options.MaxSeries) return null;
        if (_limitText.Length == 0)
        {
            var (name, values) = Head.Index.Widest();
            _limitText = string.Create(CultureInfo.InvariantCulture, $"the limit of {options.MaxSeries} series is reached; the label {name} has most values: {values}");
        }

        return Refused.SeriesLimit;
    }

    /// <summary>
    /// What was before this generation is asked for with the first sample that comes. When nothing is as late as that, it is the newest once it is
    /// taken; when it is not taken the next one asks again.
    /// </summary>
    static void Look(HeadSeries series, ReadOnlySpan<byte> key, long time, IEarlier earlier)
    {
        if (earlier.Last(key, KeyHash.Of(key), time) is not { } last) return;
        series.IsKnown = true;
        if (last.Time > series.Last) (series.Last, series.LastValue, series.LastHistogram) = (last.Time, last.Value, last.Histogram);
    }

    LastSample? Existing(HeadSeries series, ReadOnlySpan<byte> key, long time, IEarlier earlier)
    {
        if (time == series.Last) return new(time, series.LastValue, series.LastHistogram);
        if (!_pendingComplete)
        {
            _pendingComplete = true;
            foreach (ref readonly var taken in _taken.AsSpan(0, _count)) _pending[(taken.Series.Number, taken.Time)] = new(taken.Time, taken.Value, taken.Histogram);
        }

        if (_pending.TryGetValue((series.Number, time), out var pending)) return pending;
        if (series.TryFind(time, out var value, out var histogram)) return new(time, value, histogram);
        return earlier.At(key, KeyHash.Of(key), time);
    }

    void Take(HeadSeries series, long time, double value, NativeHistogram? histogram)
    {
        if (_count == _taken.Length) Array.Resize(ref _taken, _count * 2);
        _taken[_count++] = new(series, time, value, histogram, new(series.Last, series.LastValue, series.LastHistogram));
        if (_pendingComplete) _pending[(series.Number, time)] = new(time, value, histogram);
        series.IsKnown = true;
        if (time < series.Last) return;
        series.Last = time;
        series.LastValue = value;
        series.LastHistogram = histogram;
    }

    void Accept(NativeHistogram? histogram)
    {
        _accepted++;
        if (histogram is not null) _histograms++;
    }

    void Refuse(Refused why, SampleBatch batch, int index, long time, string? detail = null)
    {
        batch.Rejected.Add(_sample);
        _refusals.Add(why, batch.KeyOf(index), time, detail);
    }

    static bool Same(LastSample there, double value, NativeHistogram? histogram) => histogram is null
        ? there.Histogram is null && BitConverter.DoubleToInt64Bits(there.Value) == BitConverter.DoubleToInt64Bits(value)
        : there.Histogram is { } old && old.SameAs(histogram);
}
