using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>
/// Evaluates one query: each node over all steps at once, series by series, so that a series is decoded once and a step costs no call. What the
/// language means is <see href="https://prometheus.io/docs/prometheus/latest/querying/basics/"/>, and in doubt what its public test scripts expect.
/// </summary>
sealed partial class Evaluator(ISeriesSource source, QueryOptions options, Notes notes, long start, long end, long step, bool isInstant, CancellationToken cancel)
{
    /// <summary>Of what is told of a node: each stands in those above it, and a long query in a high tree would be written a thousand times.</summary>
    const int LongestNode = 200;

    readonly bool _isInstant = isInstant;
    readonly long _step = step;
    readonly List<NodeStatistics> _nodes = [];
    readonly SampleBuffer _buffer = new();
    int _depth;
    bool _seesResets;
    int _series;
    long _read;
    long _queried;
    long _held;
    long _peak;

    public QueryStatistics Statistics => new() { Series = _series, SamplesRead = _read, SamplesQueried = _queried, PeakSamples = _peak, Nodes = [.. _nodes] };

    public Outcome Evaluate(Expression node, Frame frame)
    {
        cancel.ThrowIfCancellationRequested();
        if (!options.Explain) return Held(node, Outcome(node, frame));
        var (began, read, place) = (System.Diagnostics.Stopwatch.GetTimestamp(), _read, _nodes.Count);
        _nodes.Add(default);
        _depth++;
        var outcome = Held(node, Outcome(node, frame));
        _depth--;
        _nodes[place] = new(_depth, PromqlPrinter.Beginning(node, LongestNode), System.Diagnostics.Stopwatch.GetElapsedTime(began), outcome is Outcome.Vector vector ? vector.Tracks.Count : 1, _read - read);
        return outcome;
    }

    /// <summary>Scalars are as long as the frame too, and many stand side by side in a high tree.</summary>
    Outcome Held(Expression node, Outcome outcome)
    {
        if (outcome is Outcome.Scalar scalar && node is not Parenthesized) Hold(scalar.Values.Length);
        return outcome;
    }

    Outcome Outcome(Expression node, Frame frame) => node switch
    {
        NumberLiteral number => Constant(number.Value, frame),
        StringLiteral text => new Outcome.Text(text.Value),
        Parenthesized inner => Evaluate(inner.Inner, frame),
        Unary unary => Unary(unary, frame),
        VectorSelector selector => new Outcome.Vector(Select(selector, frame)),
        Call call => Call(call, frame),
        Aggregation aggregation => Aggregate(aggregation, frame),
        Binary binary => Combine(binary, frame),
        _ => throw new QueryProblem(QueryProblemKind.Execution, "a range of samples is no value by itself here", node.Place),
    };

    List<Track> Tracks(Expression node, Frame frame) => ((Outcome.Vector)Evaluate(node, frame)).Tracks;

    double[] Scalars(Expression node, Frame frame) => ((Outcome.Scalar)Evaluate(node, frame)).Values;

    static string Text(Expression node) => Bare(node) is StringLiteral text ? text.Value : throw new QueryProblem(QueryProblemKind.BadData, "a string literal is needed here", node.Place);

    /// <summary>Without parentheses around it.</summary>
    static Expression Bare(Expression node)
    {
        while (node is Parenthesized inner) node = inner.Inner;
        return node;
    }

    static Outcome.Scalar Constant(double value, Frame frame)
    {
        var values = new double[frame.Count];
        values.AsSpan().Fill(value);
        return new(values);
    }

    Outcome Unary(Unary unary, Frame frame)
    {
        var inner = Evaluate(unary.Inner, frame);
        if (!unary.IsMinus) return inner;
        if (inner is Outcome.Scalar scalar) return new Outcome.Scalar(Array.ConvertAll(scalar.Values, value => -value));
        return new Outcome.Vector(Mapped(((Outcome.Vector)inner).Tracks, (point, _) => point.Histogram is { } histogram ? new Point(0, histogram.Negate()) : -point.Value, dropsName: true));
    }

    /// <summary>Each value for itself.</summary>
    List<Track> Mapped(List<Track> tracks, Func<Point, int, Point> each, bool dropsName)
    {
        var mapped = new List<Track>(tracks.Count);
        foreach (var track in tracks)
        {
            var made = New(track.Labels, track.Count, dropsName || track.DropsName);
            for (var step = 0; step < track.Count; step++)
            {
                if (track.Has(step)) made[step] = each(track[step], step);
            }

            mapped.Add(Weighed(made));
        }

        return mapped;
    }

    /// <summary>A track that counts against what a query may hold.</summary>
    Track New(Labels labels, int count, bool dropsName = false)
    {
        cancel.ThrowIfCancellationRequested();
        Hold(count);
        return new(labels, count, dropsName);
    }

    void Hold(long count)
    {
        _held += count;
        _peak = Math.Max(_peak, _held);
        if (_held > options.MaxSamples) throw TooMany();
    }

    /// <summary>Histograms count by their buckets: one may be as large as thousands of floats. One that goes on from step to step counts once.</summary>
    Track Weighed(Track track)
    {
        if (track.Histograms is null) return track;
        NativeHistogram? before = null;
        foreach (var histogram in track.Histograms)
        {
            if (histogram is not null && !ReferenceEquals(histogram, before)) Hold(Weight(histogram));
            before = histogram;
        }

        return track;
    }

    /// <summary>In samples of sixteen bytes, as Prometheus counts it.</summary>
    static long Weight(NativeHistogram histogram) => (histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length + histogram.PositiveSpans.Length + histogram.NegativeSpans.Length) / 2;

    static QueryProblem TooMany(Place? place = null) => new(QueryProblemKind.Execution, "query processing would load too many samples into memory in query execution", place);

    void Read(ISeries series, long from, long to)
    {
        cancel.ThrowIfCancellationRequested();
        _buffer.Clear();
        series.Read(from, to, _buffer);
        if (_seesResets) _buffer.SeeResets();
        _series++;
        _read += _buffer.Count;
        long reading = _buffer.Count;
        foreach (var histogram in _buffer.Histograms) reading += histogram is null ? 0 : Weight(histogram);
        _peak = Math.Max(_peak, _held + reading);
        if (_held + reading > options.MaxSamples) throw TooMany();
    }

    /// <summary>The time that a selector is read at when it is evaluated at <paramref name="now"/>.</summary>
    long Shifted(Shift shift, long now) => shift.At switch
    {
        AtKind.Time => shift.AtTime,
        AtKind.Start => start,
        AtKind.End => end,
        _ => now,
    } - shift.Offset;

    /// <summary>The last sample of each series at each step, no older than the lookback, where the series has not ended since.</summary>
    List<Track> Select(VectorSelector selector, Frame frame)
    {
        if (selector.Extension == Extension.Smoothed) return Smoothed(selector, frame);
        var (first, last) = (Shifted(selector.Shift, frame.Start), Shifted(selector.Shift, frame.End));
        var found = source.Select(selector.Matchers, first - options.Lookback + 1, last, cancel);
        var tracks = new List<Track>(found.Count);
        foreach (var series in found)
        {
            if (frame.Count == 1 && series.TryNewest(first - options.Lookback + 1, last, out _, out var newest))
            {
                _series++;
                _read++;
                if (StaleMarker.Is(newest)) continue;
                var one = New(series.Labels, 1);
                one.Values[0] = newest;
                _queried++;
                tracks.Add(one);
                continue;
            }

            Read(series, first - options.Lookback + 1, last);
            if (_buffer.Count == 0) continue;
            var track = New(series.Labels, frame.Count);
            if (Fill(track, selector.Shift, frame)) tracks.Add(Weighed(track));
            else _held -= frame.Count;
        }

        return tracks;
    }

    bool Fill(Track track, Shift shift, Frame frame)
    {
        var times = _buffer.Times;
        var values = _buffer.Values;
        var histograms = _buffer.Histograms;
        var next = 0;
        var any = false;
        for (var step = 0; step < frame.Count; step++)
        {
            var at = Shifted(shift, frame.At(step));
            while (next < times.Length && times[next] <= at) next++;
            if (next == 0 || times[next - 1] <= at - options.Lookback) continue;
            if (!histograms.IsEmpty && histograms[next - 1] is { } histogram) track[step] = new(0, histogram);
            else if (StaleMarker.Is(values[next - 1])) continue;
            else track.Values[step] = values[next - 1];
            any = true;
            _queried++;
        }

        return any;
    }

    /// <summary>As they come out of a whole query: names dropped that are to go, and what then has the same labels made one.</summary>
    public static List<Track> Finished(List<Track> tracks)
    {
        var byLabels = new Dictionary<Labels, Track>(tracks.Count);
        var all = new List<Track>(tracks.Count);
        foreach (var track in tracks)
        {
            if (track.IsEmpty) continue;
            var finished = track.DropsName && track.Labels.Has(Labels.MetricName) ? track.Renamed(track.Labels.WithoutName(), dropsName: false) : track;
            if (byLabels.TryGetValue(finished.Labels, out var same)) Merge(same, finished);
            else
            {
                byLabels.Add(finished.Labels, finished);
                all.Add(finished);
            }
        }

        return all;
    }

    /// <exception cref="QueryProblem">Both have a value at a step.</exception>
    static void Merge(Track into, Track more)
    {
        for (var step = 0; step < into.Count; step++)
        {
            if (!more.Has(step)) continue;
            if (into.Has(step)) throw SameLabels();
            into[step] = more[step];
        }
    }

    static QueryProblem SameLabels() => new(QueryProblemKind.Execution, "vector cannot contain metrics with the same labelset");
}
