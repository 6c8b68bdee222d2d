using System.Collections.Immutable;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Evaluation;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql;

/// <summary>Answers PromQL over whatever source it is given. Holds no state; safe from several threads.</summary>
public static class QueryEngine
{
    /// <param name="time">Milliseconds since 1970.</param>
    /// <exception cref="QueryProblem">It cannot be read, or not be answered.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static QueryResult Instant(ISeriesSource source, string query, long time, QueryOptions options, CancellationToken cancel)
    {
        var expression = Parsed(query, options, step: 0, range: 0);
        var notes = new Notes(query);
        var evaluator = new Evaluator(source, options, notes, time, time, 0, isInstant: true, cancel);
        QueryValue value = expression.Type == ExpressionType.Matrix
            ? new MatrixValue([.. evaluator.Raw(expression, time)])
            : evaluator.Evaluate(expression, new(time, 1, 1)) switch
            {
                Outcome.Scalar scalar => new ScalarValue(time, scalar.Values[0]),
                Outcome.Text text => new StringValue(time, text.Value),
                Outcome.Vector vector => new VectorValue([.. Evaluator.Finished(vector.Tracks).Where(track => track.Has(0)).Select(track => new VectorSample(track.Labels, time, track.Values[0], track.HistogramAt(0)))]),
                _ => throw new InvalidOperationException("an outcome of no known kind"),
            };
        return new(value, notes.Warnings, notes.Infos, evaluator.Statistics);
    }

    /// <summary>At start, start + step, … up to end, which is included when it is met.</summary>
    /// <param name="step">Milliseconds, more than 0.</param>
    /// <exception cref="QueryProblem">It cannot be read, or not be answered.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static QueryResult Range(ISeriesSource source, string query, long start, long end, long step, QueryOptions options, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        var expression = Parsed(query, options, step, end - start);
        if (expression.Type is not (ExpressionType.Vector or ExpressionType.Scalar)) throw new QueryProblem(QueryProblemKind.BadData, $"invalid expression type \"{TypeName(expression.Type)}\" for range query, must be Scalar or instant Vector");
        var steps = ((end - start) / step) + 1;
        if (steps > options.MaxSamples) throw new QueryProblem(QueryProblemKind.Execution, "query processing would load too many samples into memory in query execution");
        var frame = new Frame(start, step, (int)steps);
        var notes = new Notes(query);
        var evaluator = new Evaluator(source, options, notes, start, end, step, isInstant: false, cancel);
        ImmutableArray<RangeSeries> series = evaluator.Evaluate(expression, frame) switch
        {
            Outcome.Scalar scalar => [new(Labels.Empty, [.. Enumerable.Range(0, frame.Count).Select(frame.At)], scalar.Values, null)],
            Outcome.Vector vector => Presented(Evaluator.Finished(vector.Tracks), frame),
            _ => throw new InvalidOperationException("an outcome of no known kind"),
        };
        return new(new MatrixValue(series), notes.Warnings, notes.Infos, evaluator.Statistics);
    }

    static Expression Parsed(string query, QueryOptions options, long step, long range) => options.Experimental ? PlacedInTime.Of(PromqlParser.Parse(query, PromqlFeatures.All), step, range) : PromqlParser.Parse(query);

    static string TypeName(ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar",
        ExpressionType.Vector => "instant vector",
        ExpressionType.Matrix => "range vector",
        _ => "string",
    };

    static ImmutableArray<RangeSeries> Presented(List<Track> tracks, Frame frame)
    {
        long[]? all = null;
        var series = ImmutableArray.CreateBuilder<RangeSeries>(tracks.Count);
        foreach (var track in tracks) series.Add(Present(track, frame, ref all));
        series.Sort(static (a, b) => LabelOrder.Compare(a.Labels, b.Labels));
        return series.MoveToImmutable();
    }

    /// <summary>What the answer shares is not copied: a series that has a value at every step, as most do, costs no memory here.</summary>
    static RangeSeries Present(Track track, Frame frame, ref long[]? all)
    {
        var count = 0;
        foreach (var value in track.Values) count += Absent.Is(value) ? 0 : 1;
        if (count == frame.Count) return new(track.Labels, all ??= [.. Enumerable.Range(0, frame.Count).Select(frame.At)], track.Values, track.Histograms);
        var times = new long[count];
        var values = new double[count];
        var histograms = track.Histograms is null ? null : new Histograms.NativeHistogram?[count];
        var at = 0;
        for (var step = 0; step < frame.Count; step++)
        {
            if (!track.Has(step)) continue;
            times[at] = frame.At(step);
            values[at] = track.Values[step];
            if (histograms is not null) histograms[at] = track.HistogramAt(step);
            at++;
        }

        return new(track.Labels, times, values, histograms);
    }
}
