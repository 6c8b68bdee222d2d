using System.Collections.Immutable;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Reading;

/// <summary>Finds series in all sets of a view, and puts together what is one series in several.</summary>
static class Selection
{
    public static List<StoredSeries> Of(StoreView view, ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel)
    {
        var sets = view.Sets(from, to);
        var found = new List<StoredSeries>();
        if (sets.Count == 0) return found;
        var known = sets.Count > 1 ? new KeyTable() : null;
        var key = new Bytes();
        foreach (var set in sets)
        {
            var deletions = view.Deletions.Where(one => one.GoesFor(set)).ToArray();
            var checks = 0;
            foreach (var number in SeriesMatch.Find(set.Index, matchers, cancel))
            {
                if ((++checks & 1023) == 0) cancel.ThrowIfCancellationRequested();
                var (first, last) = set.SpanOf(number);
                if (first > last || first > to || last < from) continue;
                IReadOnlyList<(long From, long To)>? hidden = null;
                if (deletions.Length > 0 && Hidden(deletions, set.LabelsOf(number), Math.Max(first, from), Math.Min(last, to), out hidden)) continue;
                var series = Place(known, found, set, number, key);
                series.Add(new(set, number, hidden));
            }
        }

        return found;
    }

    static StoredSeries Place(KeyTable? known, List<StoredSeries> found, ISeriesSet set, int number, Bytes key)
    {
        if (known is not null)
        {
            key.Clear();
            set.Key(number, key);
            var hash = KeyHash.Of(key.Written);
            if (known.Find(key.Written, hash) is >= 0 and var at) return found[at];
            known.Add(key.Written, hash);
        }

        var series = new StoredSeries(set.LabelsOf(number));
        found.Add(series);
        return series;
    }

    /// <summary>True: all from <paramref name="first"/> to <paramref name="last"/> is hidden by one deletion.</summary>
    static bool Hidden(Deletion[] deletions, Labels labels, long first, long last, out IReadOnlyList<(long From, long To)>? hidden)
    {
        hidden = null;
        List<(long From, long To)>? ranges = null;
        foreach (var one in deletions)
        {
            if (one.From > last || one.To < first || !one.Hits(labels)) continue;
            if (one.From <= first && one.To >= last) return true;
            (ranges ??= []).Add((one.From, one.To));
        }

        hidden = ranges;
        return false;
    }
}
