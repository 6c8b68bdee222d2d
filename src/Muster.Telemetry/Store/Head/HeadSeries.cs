using System.Buffers.Binary;
using Muster.Telemetry.Chunks;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store.Head;

/// <summary>
/// One series in memory: floats that came in order in Gorilla chunks, histograms that came in order in chunks of theirs, and what came late beside them. One
/// thread writes; any read, without a lock: they see what was there when they began, or a little more.
/// </summary>
sealed class HeadSeries(int number)
{
    GorillaChunk _hot;
    byte[][] _full = [];
    HeadHistograms? _histograms;
    SampleColumn? _late;
    long _newest = long.MinValue;
    double _newestValue;
    int _newestTurn;
    bool _newestIsFloat;

    public int Number => number;

    /// <summary>There is no sample later than <see cref="Last"/>, in this generation or before it, that is not deleted. False as long as nobody has looked.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Time of the newest sample; <see cref="long.MinValue"/>: there is none, as far as one has looked.</summary>
    public long Last { get; set; } = long.MinValue;

    public double LastValue { get; set; }

    /// <summary>The newest sample, where it is a histogram.</summary>
    public NativeHistogram? LastHistogram { get; set; }

    /// <summary>Time of the oldest sample of this generation.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>Time of the newest sample of this generation.</summary>
    public long Newest => Volatile.Read(ref _newest);

    public bool HasSamples => First != long.MaxValue;

    /// <summary>Made when first asked for.</summary>
    public Labels? Labels { get; set; }

    /// <summary>Adds a sample later than all others.</summary>
    public void Append(long time, double value, NativeHistogram? histogram)
    {
        if (histogram is not null)
        {
            (_histograms ??= new()).Append(time, histogram);
        }
        else
        {
            if (_hot.IsFull) Close();
            _hot.Append(time, value);
        }

        if (First == long.MaxValue) First = time;
        SetNewest(time, value, histogram is null);
    }

    /// <summary>
    /// Readers who meet an odd turn, or another one at their end than they began with, may have seen a time and a value that do not belong together.
    /// Every write releases and every read acquires, so that none passes the turns around it.
    /// </summary>
    void SetNewest(long time, double value, bool isFloat)
    {
        Volatile.Write(ref _newestTurn, _newestTurn + 1);
        Volatile.Write(ref _newest, time);
        Volatile.Write(ref _newestValue, value);
        Volatile.Write(ref _newestIsFloat, isFloat);
        Volatile.Write(ref _newestTurn, _newestTurn + 1);
    }

    /// <summary>The newest sample of this generation, where it is a float: what a query for now asks of each series, and no chunk has to be decoded for.</summary>
    public bool TryNewest(out long time, out double value)
    {
        var turn = Volatile.Read(ref _newestTurn);
        time = Volatile.Read(ref _newest);
        value = Volatile.Read(ref _newestValue);
        var isFloat = Volatile.Read(ref _newestIsFloat);
        return isFloat && (turn & 1) == 0 && Volatile.Read(ref _newestTurn) == turn;
    }

    /// <summary>Adds a sample earlier than the newest.</summary>
    public void AppendLate(long time, double value, NativeHistogram? histogram)
    {
        (_late ??= new()).Add(time, value, histogram);
        First = Math.Min(First, time);
        if (time >= Newest) SetNewest(time, value, isFloat: false);
    }

    /// <summary>Adds what there is from <paramref name="from"/> to <paramref name="to"/>, ascending, no time twice: of two at one time the one that came first.</summary>
    public void Read(long from, long to, SampleBuffer into)
    {
        if (_histograms is null && _late is null)
        {
            ReadFloats(from, to, into);
            return;
        }

        var merge = new SampleMerge();
        var floats = merge.Begin();
        ReadFloats(from, to, floats);
        _histograms?.Read(from, to, merge.Begin());
        ReadColumn(_late, from, to, merge.Begin());
        merge.Finish(into);
    }

    /// <summary>The sample of this very time, if there is one. For the one that writes: it is asked of each late sample, so nothing is looked through.</summary>
    public bool TryFind(long time, out double value, out NativeHistogram? histogram)
    {
        (value, histogram) = (0, null);
        if (time < First || time > Newest) return false;
        var found = SampleMerge.Rent();
        try
        {
            ReadFloats(time, time, found);
            if (found.Count == 0) _histograms?.Read(time, time, found);
            if (found.Count > 0)
            {
                (value, histogram) = (found.Values[0], found.HasHistograms ? found.Histograms[0] : null);
                return true;
            }
        }
        finally { SampleMerge.Return(found); }

        if (_late?.Find(time) is not (>= 0 and var at)) return false;
        (value, histogram) = (_late.ValueAt(at), _late.HistogramAt(at));
        return true;
    }

    /// <summary>
    /// The open chunk is taken before the list of closed ones: a writer puts it there before it opens another, so that none is missed; and when it
    /// is there already it is not read twice.
    /// </summary>
    void ReadFloats(long from, long to, SampleBuffer into)
    {
        var hot = _hot.Bytes;
        var full = Volatile.Read(ref _full);
        for (var at = FirstAt(full, from); at < full.Length; at++)
        {
            if (StartOf(full[at]) > to) return;
            Gorilla.Decode(full[at], from, to, into);
        }

        if (hot.Length == 0 || (full.Length > 0 && StartOf(hot) <= StartOf(full[^1]))) return;
        Gorilla.Decode(hot, from, to, into);
    }

    /// <summary>The last chunk that begins at this time or before; the first, if none does.</summary>
    static int FirstAt(byte[][] chunks, long time)
    {
        var (low, high) = (0, chunks.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (StartOf(chunks[middle]) <= time) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    static void ReadColumn(SampleColumn? column, long from, long to, SampleBuffer into)
    {
        if (column is null) return;
        var count = column.Count;
        for (var at = 0; at < count; at++)
        {
            var time = column.TimeAt(at);
            if (time < from || time > to) continue;
            if (column.HistogramAt(at) is { } histogram) into.Add(time, histogram);
            else into.Add(time, column.ValueAt(at));
        }
    }

    static long StartOf(byte[] chunk) => BinaryPrimitives.ReadInt64LittleEndian(chunk.AsSpan(1));

    void Close()
    {
        Volatile.Write(ref _full, [.. _full, _hot.Trimmed]);
        _hot.Clear();
    }
}
