using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Reading;

/// <summary>Which series are live, and by what they are many.</summary>
sealed class LiveSeries(int top)
{
    /// <summary>Milliseconds before the newest sample in which a series that goes on has one: as far as a query looks back.</summary>
    const long Lookback = 5 * 60_000;

    readonly List<Tally> _labels = [];
    readonly List<Tally> _metrics = [];
    readonly List<Tally> _bytes = [];
    readonly PriorityQueue<Tally, long> _pairs = new();
    int _series;

    /// <summary>Since when a series has a sample that is live. Null: those in memory are all; only just after a sealing, or a restart, are there others.</summary>
    public static long? Of(StoreView view)
    {
        var all = view.Sets(long.MinValue, long.MaxValue).Where(static set => set.First <= set.Last).ToList();
        if (all.Count == 0) return null;
        var since = all.Max(static set => set.Last) - Lookback;
        return view.Sets(since, long.MaxValue) is [GenerationSet only] && only == view.Head ? null : since;
    }

    public void Add(ILabelIndex index, CancellationToken cancel)
    {
        _series = index.SeriesCount;
        foreach (var name in index.Names.ToArray())
        {
            cancel.ThrowIfCancellationRequested();
            if (index.Of(name) is not { } values) continue;
            var count = values.Count;
            Add(name, count, Enumerable.Range(0, count).Select(at => (values.Value(at), values.SeriesCount(at))));
        }
    }

    public void Add(List<StoredSeries> all, CancellationToken cancel)
    {
        _series = all.Count;
        var counts = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        foreach (var series in all)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var label in series.Labels.Span)
            {
                if (!counts.TryGetValue(label.Name, out var values)) counts.Add(label.Name, values = new(StringComparer.Ordinal));
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(values, label.Value, out _)++;
            }
        }

        foreach (var (name, values) in counts) Add(name, values.Count, values.Select(static one => (one.Key, one.Value)));
    }

    public Cardinality Told() => new(_series, Top(_metrics), Top(_labels), Top([.. _pairs.UnorderedItems.Select(static item => item.Element)]), Top(_bytes));

    void Add(string name, int count, IEnumerable<(string Value, int Series)> values)
    {
        _labels.Add(new(name, count));
        var held = 0L;
        foreach (var (value, series) in values)
        {
            held += (long)series * value.Length;
            if (name == Labels.MetricName) _metrics.Add(new(value, series));
            _pairs.Enqueue(new($"{name}={value}", series), series);
            if (_pairs.Count > top) _pairs.Dequeue();
        }

        _bytes.Add(new(name, held));
    }

    Tally[] Top(List<Tally> all) => [.. all.OrderByDescending(static one => one.Count).ThenBy(static one => one.Name, StringComparer.Ordinal).Take(top)];
}
