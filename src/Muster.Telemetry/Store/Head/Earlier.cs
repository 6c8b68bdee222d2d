using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Blocks;
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

    /// <remarks>Blocks are asked only where they reach as far as the sample: else it is the newest, whatever they have.</remarks>
    public LastSample? Last(ReadOnlySpan<byte> key, ulong hash, long time)
    {
        foreach (var set in _view!.Frozen)
        {
            if (set.Generation.Find(key, hash) is { Last: > long.MinValue } series) return new(series.Last, series.LastValue, series.LastHistogram);
        }

        if (_sealed is not null && _sealed.Find(key, hash) is { } known) return known;
        if (_newest < time) return null;
        var newest = (LastSample?)null;
        foreach (var block in _view.Blocks)
        {
            var least = Math.Max(time, newest?.Time ?? long.MinValue);
            if (block.Last < least || block.Find(key) is not (>= 0 and var number)) continue;
            var last = block.SpanOf(number).Last;
            if (last >= least) newest = In(block, number, last);
        }

        return newest;
    }

    public LastSample? At(ReadOnlySpan<byte> key, ulong hash, long time)
    {
        foreach (var set in _view!.Frozen)
        {
            if (set.Generation.Find(key, hash) is { } series && series.TryFind(time, out var value, out var histogram)) return new(time, value, histogram);
        }

        foreach (var block in _view.Blocks)
        {
            if (block.First <= time && block.Last >= time && block.Find(key) is >= 0 and var number && In(block, number, time) is { } there) return there;
        }

        return null;
    }

    static LastSample? In(Block block, int number, long time)
    {
        var found = SampleMerge.Rent();
        try
        {
            block.Read(number, time, time, found);
            return found.Count == 0 ? null : new(time, found.Values[0], found.HasHistograms ? found.Histograms[0] : null);
        }
        finally { SampleMerge.Return(found); }
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
        for (var at = 0; at < _last.Length; at++) _last[at] = new(generation[at].Last, generation[at].LastValue, generation[at].LastHistogram);
    }

    public LastSample? Find(ReadOnlySpan<byte> key, ulong hash) => _keys.Find(key, hash) is >= 0 and var at && at < _last.Length && _last[at].Time > long.MinValue ? _last[at] : null;
}
