using System.Collections.Immutable;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

public sealed partial class MetricStore
{
    public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel) => Selection.Of(View, matchers, from, to, cancel);

    /// <summary>Labels of the series that any of the sets of matchers holds for (none: every series), bounded by <paramref name="limit"/> (0: none).</summary>
    public IReadOnlyList<Labels> Series(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, int limit, CancellationToken cancel)
    {
        var found = new HashSet<Labels>();
        foreach (var labels in Found(any, from, to, cancel))
        {
            found.Add(labels);
            if (limit > 0 && found.Count == limit) break;
        }

        return [.. found];
    }

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> LabelNames(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, int limit, CancellationToken cancel)
    {
        var view = View;
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (any.Count == 0 && view.Deletions.IsEmpty)
        {
            foreach (var set in view.Sets(from, to)) names.UnionWith(set.Index.Names);
        }
        else
        {
            foreach (var labels in Found(any, from, to, cancel))
            {
                foreach (var label in labels.Span) names.Add(label.Name);
            }
        }

        return Sorted(names, limit);
    }

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, int limit, CancellationToken cancel)
    {
        var view = View;
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (any.Count == 0 && view.Deletions.IsEmpty)
        {
            foreach (var set in view.Sets(from, to))
            {
                cancel.ThrowIfCancellationRequested();
                if (set.Index.Of(name) is not { } values) continue;
                var count = values.Count;
                for (var at = 0; at < count; at++) found.Add(values.Value(at));
            }
        }
        else
        {
            foreach (var labels in Found(any, from, to, cancel))
            {
                if (labels[name] is { Length: > 0 } value) found.Add(value);
            }
        }

        return Sorted(found, limit);
    }

    /// <summary>The family that a sender calls by a name that is none of the data model, dotted for the most part; null: nobody does.</summary>
    public string? FamilySentAs(string name) => _metadata.FamilyOf(name);

    /// <summary>Sorted by family.</summary>
    public IReadOnlyList<MetricMetadata> Metadata(string? family, int limit)
    {
        if (family is not null) return _metadata.Of(family) is { } one ? [one] : [];
        var all = _metadata.All.OrderBy(static told => told.Family, StringComparer.Ordinal);
        return limit > 0 ? [.. all.Take(limit)] : [.. all];
    }

    public IReadOnlyList<(Labels Series, Exemplar Exemplar)> Exemplars(ImmutableArray<Matcher> matchers, long from, long to, int limit, CancellationToken cancel)
    {
        var found = new List<(Labels, Exemplar)>();
        foreach (var (series, exemplar) in _exemplars.All())
        {
            cancel.ThrowIfCancellationRequested();
            if (exemplar.Time < from || exemplar.Time > to || !matchers.All(matcher => matcher.Matches(series[matcher.Name]))) continue;
            found.Add((series, exemplar));
            if (limit > 0 && found.Count == limit) break;
        }

        return found;
    }

    public StoreStatistics Statistics()
    {
        var view = View;
        var sets = view.Sets(long.MinValue, long.MaxValue);
        return new()
        {
            LiveSeries = view.Head.Generation.SeriesCount,
            Samples = view.Blocks.Sum(static block => block.Footer.Samples) + view.Frozen.Sum(static set => set.Generation.Samples) + view.Head.Generation.Samples,
            BytesOnDisk = BytesOf(view),
            LogBytes = LogBytes(),
            Blocks = view.Blocks.Length,
            OldestTime = sets.Count == 0 ? 0 : sets.Min(static set => set.First),
            NewestTime = sets.Count == 0 ? 0 : sets.Max(static set => set.Last),
            Rejected = Counted(),
        };
    }

    /// <summary>Series that are live: those in memory, and after a sealing or a restart those that go on from before it.</summary>
    public int Live(CancellationToken cancel) => LiveSeries.Of(View) is { } since ? Selection.Of(View, [], since, long.MaxValue, cancel).Count : View.Head.Generation.SeriesCount;

    /// <summary>Of the series that are live.</summary>
    public Cardinality Cardinality(int top, CancellationToken cancel)
    {
        var view = View;
        var tallies = new LiveSeries(top);
        if (LiveSeries.Of(view) is { } since) tallies.Add(Selection.Of(view, [], since, long.MaxValue, cancel), cancel);
        else tallies.Add(view.Head.Generation.Index, cancel);
        return tallies.Told();
    }

    IEnumerable<Labels> Found(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, CancellationToken cancel)
    {
        var view = View;
        foreach (var matchers in any.Count == 0 ? [[]] : any)
        {
            foreach (var series in Selection.Of(view, matchers, from, to, cancel)) yield return series.Labels;
        }
    }

    Dictionary<Refused, long> Counted()
    {
        var counts = new Dictionary<Refused, long>();
        foreach (var why in Enum.GetValues<Refused>())
        {
            if (Volatile.Read(ref _refused[(int)why]) is > 0 and var count) counts[why] = count;
        }

        return counts;
    }

    static string[] Sorted(HashSet<string> texts, int limit)
    {
        var all = texts.ToArray();
        Array.Sort(all, StringComparer.Ordinal);
        return limit > 0 && all.Length > limit ? all[..limit] : all;
    }
}
