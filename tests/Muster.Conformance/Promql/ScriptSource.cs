using System.Collections.Immutable;
using System.Globalization;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>
/// The samples of a script, in memory. Histograms get the hints that Prometheus' own storage gives them: one that goes on from the sample before is
/// no reset, and of any other nothing is known (<see href="https://github.com/prometheus/prometheus/issues/15346"/>).
/// </summary>
sealed class ScriptSource : ISeriesSource
{
    readonly Dictionary<Labels, OneSeries> _series = [];

    public void Clear() => _series.Clear();

    public void Load(LoadCommand load)
    {
        foreach (var series in load.Series)
        {
            // When a counter began is not in a sample of ours.
            if (series.IsStart) continue;
            for (var at = 0; at < series.Values.Length; at++)
            {
                if (!series.Values[at].IsOmitted) Of(series.Labels).Add(at * load.Step, series.Values[at].Number ?? 0, series.Values[at].Histogram);
            }
        }

        if (load.WithNative) LoadNative(load);
    }

    public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel) =>
        [.. _series.Values.Where(series => matchers.All(matcher => matcher.Matches(series.Labels[matcher.Name])))];

    OneSeries Of(Labels labels) => _series.TryGetValue(labels, out var series) ? series : _series[labels] = new(labels);

    void LoadNative(LoadCommand load)
    {
        var classic = new SortedDictionary<long, Dictionary<Labels, Classic>>();
        foreach (var series in load.Series)
        {
            var name = series.Labels.Name;
            var suffix = new[] { "_bucket", "_count", "_sum" }.FirstOrDefault(end => name.EndsWith(end, StringComparison.Ordinal));
            if (suffix is null || (suffix == "_bucket") != series.Labels.Has("le")) continue;
            if (suffix == "_bucket" && !ScriptText.TryNumber(series.Labels["le"], out _)) continue;
            var labels = series.Labels.Without("le").With(Labels.MetricName, name[..^suffix.Length]);
            for (var at = 0; at < series.Values.Length; at++)
            {
                if (series.Values[at].Number is not { } value) continue;
                var byLabels = classic.TryGetValue(at * load.Step, out var known) ? known : classic[at * load.Step] = [];
                if (!byLabels.TryGetValue(labels, out var one)) byLabels[labels] = one = new();
                if (suffix == "_count") one.Count = value;
                else if (suffix == "_sum") one.Sum = value;
                else if (ScriptText.TryNumber(series.Labels["le"], out var bound)) one.Buckets.Add((bound, value));
            }
        }

        foreach (var (time, byLabels) in classic)
        {
            foreach (var (labels, one) in byLabels)
            {
                if (one.Buckets.Count > 0 && ClassicBuckets.ToNative(one.Buckets, one.Count, one.Sum) is { } histogram) Of(labels).Add(time, 0, histogram);
            }
        }
    }

    sealed class Classic
    {
        public List<(double Bound, double Count)> Buckets { get; } = [];

        public double? Count { get; set; }

        public double? Sum { get; set; }
    }

    sealed class OneSeries(Labels labels) : ISeries
    {
        readonly SortedList<long, (double Value, NativeHistogram? Histogram)> _samples = [];

        public Labels Labels => labels;

        public void Add(long time, double value, NativeHistogram? histogram)
        {
            var before = _samples.Count > 0 && _samples.GetKeyAtIndex(_samples.Count - 1) < time ? _samples.GetValueAtIndex(_samples.Count - 1).Histogram : null;
            _samples[time] = (value, histogram?.Stored(before));
        }

        public void Read(long from, long to, SampleBuffer into)
        {
            foreach (var (time, sample) in _samples)
            {
                if (time < from || time > to) continue;
                if (sample.Histogram is { } histogram) into.Add(time, histogram);
                else into.Add(time, sample.Value);
            }
        }
    }
}
