using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>What a script has loaded, held in the hand.</summary>
sealed class ScriptSource : ISeriesSource
{
    readonly Dictionary<Labels, Held> _series = [];

    public void Clear() => _series.Clear();

    public void Load(Command.Load load)
    {
        foreach (var series in load.Series) Load(series, load.Step);
        if (!load.WithCustomBuckets) return;
        foreach (var series in CustomBuckets.Of(load.Series)) Load(series, load.Step);
    }

    void Load(ScriptSeries series, long step)
    {
        if (!_series.TryGetValue(series.Labels, out var held)) _series.Add(series.Labels, held = new(series.Labels));
        NativeHistogram? before = null;
        for (var at = 0; at < series.Values.Count; at++)
        {
            if (series.Values[at] is not { } value) continue;
            var stored = value.Histogram?.Stored(before);
            held.Samples[at * step] = new(value.Value, stored);
            before = stored;
        }
    }

    public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel) =>
        [.. _series.Values.Where(series => matchers.All(matcher => matcher.Matches(series.Labels[matcher.Name])))];

    sealed class Held(Labels labels) : ISeries
    {
        public Labels Labels => labels;

        public SortedDictionary<long, ScriptValue> Samples { get; } = [];

        public void Read(long from, long to, SampleBuffer into)
        {
            foreach (var (time, value) in Samples)
            {
                if (time < from || time > to) continue;
                if (value.Histogram is { } histogram) into.Add(time, histogram);
                else into.Add(time, value.Value);
            }
        }
    }
}

/// <summary>Classic histograms as native ones with bounds of their own, as <c>load_with_nhcb</c> adds them.</summary>
static class CustomBuckets
{
    public static IEnumerable<ScriptSeries> Of(IReadOnlyList<ScriptSeries> classic)
    {
        var groups = new Dictionary<Labels, (SortedDictionary<double, IReadOnlyList<ScriptValue?>> Buckets, IReadOnlyList<ScriptValue?>? Sum, IReadOnlyList<ScriptValue?>? Count)>();
        foreach (var series in classic)
        {
            var name = series.Labels.Name;
            var suffix = new[] { "_bucket", "_sum", "_count" }.FirstOrDefault(name.EndsWith);
            if (suffix is null) continue;
            var labels = series.Labels.Without("le").With(Labels.MetricName, name[..^suffix.Length]);
            var group = groups.TryGetValue(labels, out var found) ? found : new([], null, null);
            if (suffix == "_sum") group.Sum = series.Values;
            if (suffix == "_count") group.Count = series.Values;
            if (suffix == "_bucket" && ScriptReader.Number(series.Labels["le"]) is { } le) group.Buckets[le] = series.Values;
            groups[labels] = group;
        }

        foreach (var (labels, group) in groups)
        {
            if (group.Buckets.Count == 0) continue;
            yield return new(labels, [.. Enumerable.Range(0, group.Buckets.Values.Max(values => values.Count)).Select(at => At(group.Buckets, group.Sum, group.Count, at))]);
        }
    }

    static ScriptValue? At(SortedDictionary<double, IReadOnlyList<ScriptValue?>> buckets, IReadOnlyList<ScriptValue?>? sum, IReadOnlyList<ScriptValue?>? count, int at)
    {
        var bounds = new List<double>();
        var counts = new List<double>();
        double before = 0;
        foreach (var (bound, values) in buckets)
        {
            if (at >= values.Count || values[at] is not { } value) continue;
            if (double.IsFinite(bound)) bounds.Add(bound);
            counts.Add(value.Value - before);
            before = value.Value;
        }

        if (counts.Count == 0) return null;
        var all = count is not null && at < count.Count && count[at] is { } given ? given.Value : before;
        if (counts.Count == bounds.Count) counts.Add(all - before);
        return new(0, new NativeHistogram
        {
            Schema = NativeHistogram.CustomBuckets, CustomBounds = [.. bounds], PositiveSpans = [new(0, (uint)counts.Count)], PositiveBuckets = [.. counts],
            Count = all, Sum = sum is not null && at < sum.Count && sum[at] is { } total ? total.Value : 0,
        });
    }
}
