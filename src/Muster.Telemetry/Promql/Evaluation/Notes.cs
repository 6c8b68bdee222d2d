using System.Globalization;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Warnings and infos of one query, each text once, in Prometheus's words so that dashboards show them alike; bounded.</summary>
sealed class Notes(string query)
{
    const int Most = 100;

    readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);
    readonly SortedSet<string> _infos = new(StringComparer.Ordinal);
    readonly HashSet<(string, int)> _said = [];

    public string Written(Place place) => query[place.Start..Math.Min(place.End, query.Length)];

    public IReadOnlyList<string> Warnings => [.. _warnings];

    public IReadOnlyList<string> Infos => [.. _infos];

    public void Warn(string text, Place place) => Add(_warnings, "PromQL warning: ", text, place);

    public void Inform(string text, Place place) => Add(_infos, "PromQL info: ", text, place);

    public void MixedTypes(string metric, Place place) => Warn($"encountered a mix of histograms and floats for metric name {Quoted(metric)}", place);

    public void MixedTypesAggregated(Place place) => Warn("encountered a mix of histograms and floats for aggregation", place);

    public void MixedSchemas(string metric, Place place) => Warn($"vector contains a mix of histograms with exponential and custom buckets schemas for metric name {Quoted(metric)}", place);

    public void MixedClassicAndNative(string metric, Place place) => Warn($"vector contains a mix of classic and native histograms for metric name {Quoted(metric)}", place);

    public void NotCounter(string metric, Place place) => Warn($"this native histogram metric is not a counter: {Quoted(metric)}", place);

    public void NotGauge(string metric, Place place) => Warn($"this native histogram metric is not a gauge: {Quoted(metric)}", place);

    public void BadBucket(string metric, string le, Place place) => Warn($"bucket label \"le\" is missing or has a malformed value of {Quoted(le)} for metric name {Quoted(metric)}", place);

    public void BadQuantile(double q, Place place) => Warn($"quantile value should be between 0 and 1, got {Numbers.Text(q)}", place);

    public void Ignored(string metric, Place place) => Inform($"ignored histograms in a range containing both floats and histograms for metric name {Quoted(metric)}", place);

    public void IgnoredInAggregation(string aggregation, Place place) => Inform($"ignored histogram in {aggregation} aggregation", place);

    public void Incompatible(string left, string op, string right, Place place) => Inform($"incompatible sample types encountered for binary operator {Quoted(op)}: {left} {op} {right}", place);

    public void Reconciled(string operation, Place place) => Inform($"mismatched custom buckets were reconciled during {operation}", place);

    public void ResetsConflict(string operation, Place place) => Warn($"conflicting counter resets during histogram {operation}", place);

    public void Tell(HistogramNotes happened, string operation, Place place)
    {
        if (happened.HasFlag(HistogramNotes.BoundsReconciled)) Reconciled(operation, place);
        if (happened.HasFlag(HistogramNotes.ConflictingResets)) ResetsConflict(operation, place);
    }

    public static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    void Add(SortedSet<string> to, string kind, string text, Place place)
    {
        // The same note for each of many steps and series is made once.
        if (to.Count >= Most || !_said.Add((text, place.Start))) return;
        var line = 1;
        var column = 1;
        for (var at = 0; at < place.Start && at < query.Length; at++)
        {
            column++;
            if (query[at] != '\n') continue;
            line++;
            column = 1;
        }

        to.Add(string.Create(CultureInfo.InvariantCulture, $"{kind}{text} ({line}:{column})"));
    }
}
