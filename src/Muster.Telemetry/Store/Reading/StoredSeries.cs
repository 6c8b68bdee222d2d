using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Store.Reading;

/// <summary>Where samples of a series are: in which set, under which number, and which of them are hidden.</summary>
readonly record struct SeriesPart(ISeriesSet Set, int Number, IReadOnlyList<(long From, long To)>? Hidden)
{
    public void Read(long from, long to, SampleBuffer into)
    {
        if (Hidden is null)
        {
            Set.Read(Number, from, to, into);
            return;
        }

        var all = SampleMerge.Rent();
        try
        {
            Set.Read(Number, from, to, all);
            for (var at = 0; at < all.Count; at++)
            {
                var time = all.Times[at];
                if (Hidden.Any(range => time >= range.From && time <= range.To)) continue;
                if (all.HasHistograms && all.Histograms[at] is { } histogram) into.Add(time, histogram);
                else into.Add(time, all.Values[at]);
            }
        }
        finally { SampleMerge.Return(all); }
    }
}

/// <summary>A series as queries see it: its samples of all sets, as they were when it was selected.</summary>
sealed class StoredSeries(Labels labels) : ISeries
{
    SeriesPart _one;
    List<SeriesPart>? _more;

    public Labels Labels => labels;

    /// <summary>From the newest part to the oldest.</summary>
    public void Add(SeriesPart part)
    {
        if (_one.Set is null) _one = part;
        else (_more ??= new(4)).Add(part);
    }

    public void Read(long from, long to, SampleBuffer into)
    {
        if (_more is null)
        {
            _one.Read(from, to, into);
            return;
        }

        if (TryInTurn(from, to, into)) return;
        var merge = new SampleMerge();
        for (var at = _more.Count - 1; at >= 0; at--) _more[at].Read(from, to, merge.Begin());
        _one.Read(from, to, merge.Begin());
        merge.Finish(into);
    }

    /// <summary>Where no part but the newest reaches as far, and nothing is hidden in it.</summary>
    public bool TryNewest(long from, long to, out long time, out double value)
    {
        if (_one.Hidden is null && _one.Set.TryNewest(_one.Number, out time, out value) && time >= from && time <= to)
        {
            for (var at = 0; at < (_more?.Count ?? 0); at++)
            {
                if (Span(at).Last >= time) return false;
            }

            return true;
        }

        (time, value) = (0, 0);
        return false;
    }

    /// <summary>Parts that follow each other are read one after the other, without a merge.</summary>
    bool TryInTurn(long from, long to, SampleBuffer into)
    {
        var next = long.MaxValue;
        for (var at = -1; at < _more!.Count; at++)
        {
            var (first, last) = Span(at);
            if (first > last) continue;
            if (last >= next) return false;
            next = first;
        }

        var start = into.Count;
        for (var at = _more.Count - 1; at >= -1; at--)
        {
            var (first, last) = Span(at);
            if (first > to || last < from) continue;
            var before = into.Count;
            Part(at).Read(from, to, into);
            if (before == start || into.Count == before || into.Times[before] > into.Times[before - 1]) continue;
            // A late sample came in since the spans were asked for.
            into.Shorten(start);
            return false;
        }

        return true;
    }

    SeriesPart Part(int at) => at < 0 ? _one : _more![at];

    (long First, long Last) Span(int at) => Part(at).Set.SpanOf(Part(at).Number);
}
