using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store.Head;

/// <summary>What frozen generations, the one sealed last, and blocks know of a series. Used by the one thread that appends.</summary>
sealed class Earlier : IEarlier
{
    StoreView? _view;
    SealedSeries? _sealed;
    long _newest = long.MinValue;

    /// <summary>Tells where to look from now on.</summary>
    public void Look(StoreView view, SealedSeries? lastSealed)
    {
        if (ReferenceEquals(view, _view)) return;
        (_view, _sealed) = (view, lastSealed);
        _newest = view.Blocks.IsEmpty ? long.MinValue : view.Blocks.Max(static block => block.Last);
    }

    public LastSample? Last(ReadOnlySpan<byte> key, ulong hash, long time)
    {
        var newest = (LastSample?)null;
        foreach (var set in _view!.Frozen)
        {
            if (set.Generation.Keys.Find(key, hash) is >= 0 and var number) Later(set, number, time, ref newest);
        }

        if (_newest < time) return newest;
        if (_sealed is not null && _sealed.Find(key, hash) is { } known) return known.Time >= time && known.Time > (newest?.Time ?? long.MinValue) ? known : newest;
        foreach (var block in _view.Blocks)
        {
            if (block.Last >= time && block.Last > (newest?.Time ?? long.MinValue) && block.Find(key) is >= 0 and var number) Later(block, number, time, ref newest);
        }

        return newest;
    }

    public LastSample? At(ReadOnlySpan<byte> key, ulong hash, long time)
    {
        foreach (var set in _view!.Frozen)
        {
            if (set.Generation.Keys.Find(key, hash) is >= 0 and var number && In(set, number, time, time) is { } there) return there;
        }

        if (_newest < time) return null;
        foreach (var block in _view.Blocks)
        {
            if (block.First <= time && block.Last >= time && block.Find(key) is >= 0 and var number && In(block, number, time, time) is { } there) return there;
        }

        return null;
    }

    void Later(ISeriesSet set, int number, long time, ref LastSample? newest)
    {
        var last = set.SpanOf(number).Last;
        if (last < time || last <= (newest?.Time ?? long.MinValue)) return;
        // The last one may be deleted, and then another is the newest.
        var found = In(set, number, last, last) ?? In(set, number, time, last);
        if (found is not null && (newest is null || found.Value.Time > newest.Value.Time)) newest = found;
    }

    /// <summary>The newest of the range that is not deleted: who deletes what was wrong may put in what is right.</summary>
    LastSample? In(ISeriesSet set, int number, long from, long to)
    {
        var found = SampleMerge.Rent();
        try
        {
            set.Read(number, from, to, found);
            for (var at = found.Count - 1; at >= 0; at--)
            {
                if (!IsDeleted(set, number, found.Times[at])) return new(found.Times[at], found.Values[at], found.HasHistograms ? found.Histograms[at] : null);
            }

            return null;
        }
        finally { SampleMerge.Return(found); }
    }

    bool IsDeleted(ISeriesSet set, int number, long time)
    {
        foreach (var one in _view!.Deletions)
        {
            if (one.From <= time && one.To >= time && one.GoesFor(set) && one.Hits(set.LabelsOf(number))) return true;
        }

        return false;
    }
}

/// <summary>The newest samples of the generation that was sealed last: all that is kept of it in memory, until the next one.</summary>
sealed class SealedSeries
{
    readonly KeyTable _keys;
    readonly LastSample[] _last;

    public SealedSeries(Generation generation)
    {
        _keys = generation.Keys;
        _last = new LastSample[generation.SeriesCount];
        for (var at = 0; at < _last.Length; at++)
        {
            var series = generation[at];
            _last[at] = series.IsKnown ? new(series.Last, series.LastValue, series.LastHistogram) : new(long.MinValue, 0, null);
        }
    }

    public LastSample? Find(ReadOnlySpan<byte> key, ulong hash) => _keys.Find(key, hash) is >= 0 and var at && at < _last.Length && _last[at].Time > long.MinValue ? _last[at] : null;
}
