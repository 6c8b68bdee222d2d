using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Functions over ranges: a window slides over each series, whether it was stored or comes out of a subquery.</summary>
sealed partial class Evaluator
{
    delegate Point OverRange(in Window window);

    List<Track> Slide(Expression range, Frame frame, OverRange each, bool dropsName)
    {
        var tracks = new List<Track>();
        Slide(range, frame, (in Window window, Track track) => track[window.Step] = each(window), tracks, dropsName);
        return tracks;
    }

    delegate void Looked(in Window window, Track track);

    void Slide(Expression range, Frame frame, Looked look, List<Track> into, bool dropsName)
    {
        var samples = new RangeSamples();
        if (Bare(range) is Subquery subquery)
        {
            var (inner, over) = Inside(subquery, frame);
            foreach (var track in inner)
            {
                samples.Fill(track, over);
                Slide(track.Labels, samples, subquery.Shift, subquery.Range, range.Place, frame, look, into, dropsName || track.DropsName);
            }

            return;
        }

        var selector = (MatrixSelector)Bare(range);
        if (selector.Vector.Extension != Extension.None)
        {
            SlideExtended(selector, frame, look, into, dropsName);
            return;
        }

        var (first, last) = (Shifted(selector.Vector.Shift, frame.Start) - selector.Range, Shifted(selector.Vector.Shift, frame.End));
        foreach (var series in source.Select(selector.Vector.Matchers, first + 1, last, cancel))
        {
            Read(series, first + 1, last);
            if (_buffer.Count == 0) continue;
            samples.Fill(_buffer);
            Slide(series.Labels, samples, selector.Vector.Shift, selector.Range, range.Place, frame, look, into, dropsName);
        }
    }

    /// <summary>All windows of a series of floats at once: what is asked most, without a call for each.</summary>
    /// <returns>How many samples stood in the windows.</returns>
    delegate long OverFloats(RangeSamples samples, in Edges edges, double[] into, CancellationToken cancel);

    OverFloats? _kernel;

    void Slide(Labels labels, RangeSamples samples, Shift shift, long range, Place place, Frame frame, Looked look, List<Track> into, bool dropsName)
    {
        var track = New(labels, frame.Count, dropsName);
        if (_kernel is { } kernel && samples.AreFloats)
        {
            _queried += kernel(samples, new(Shifted(shift, frame.Start), shift.At == AtKind.None ? frame.Step : 0, range), track.Values, cancel);
            if (track.IsEmpty) _held -= frame.Count;
            else into.Add(track);
            return;
        }

        var name = labels.Name;
        for (var step = 0; step < frame.Count; step++)
        {
            // A window may hold millions: who waits no longer is not kept until the last.
            cancel.ThrowIfCancellationRequested();
            var now = frame.At(step);
            var to = Shifted(shift, now);
            samples.MoveTo(to - range, to);
            var window = new Window
            {
                FloatTimes = samples.FloatTimes, Floats = samples.Floats, HistogramTimes = samples.HistogramTimes, Histograms = samples.Histograms,
                From = to - range, To = to, Now = now, Step = step, Metric = name, Place = place, Falls = samples.Falls,
            };
            if (window.Count == 0) continue;
            _queried += window.Count;
            look(window, track);
        }

        if (track.IsEmpty) _held -= frame.Count;
        else into.Add(Weighed(track));
    }

    /// <summary>
    /// A subquery is evaluated once, at the multiples of its step that any of the windows needs: the grid does not depend on when the query is asked.
    /// </summary>
    (List<Track> Tracks, Frame Frame) Inside(Subquery subquery, Frame frame)
    {
        var step = subquery.Step > 0 ? subquery.Step : options.SubqueryStep;
        var (from, to) = (Shifted(subquery.Shift, frame.Start) - subquery.Range, Shifted(subquery.Shift, frame.End));
        var first = step * (long)Math.Floor((double)from / step);
        while (first <= from) first += step;
        if (first > to) return ([], new(first, step, 0));
        var count = ((to - first) / step) + 1;
        if (count > options.MaxSamples) throw TooMany(subquery.Place);
        var inner = new Frame(first, step, (int)count);
        var seesResets = _seesResets;
        _seesResets = false;
        var outcome = Evaluate(subquery.Inner, inner);
        _seesResets = seesResets;
        return (outcome switch
        {
            Outcome.Scalar scalar => [Always(scalar.Values)],
            Outcome.Vector vector => AsSeries(vector.Tracks),
            _ => throw new QueryProblem(QueryProblemKind.BadData, "subquery is only allowed on instant vector", subquery.Place),
        }, inner);
    }

    /// <summary>
    /// What <c>or</c> takes from its left side at some steps and from its right side at others is one series to the windows over it, also where the two
    /// have other names that go anyway. Where both have a value at a step they stay two: whether that is a mistake is known when the query ends.
    /// </summary>
    List<Track> AsSeries(List<Track> tracks)
    {
        var places = new Dictionary<Labels, int>(tracks.Count);
        var all = new List<Track>(tracks.Count);
        foreach (var track in tracks)
        {
            cancel.ThrowIfCancellationRequested();
            var labels = track.DropsName ? track.Labels.WithoutName() : track.Labels;
            if (places.TryAdd(labels, all.Count)) all.Add(track);
            else if (Overlap(all[places[labels]], track)) all.Add(track);
            else
            {
                var same = all[places[labels]];
                var one = New(same.Labels == track.Labels ? same.Labels : labels, same.Count, same.DropsName && track.DropsName);
                Merge(one, same);
                Merge(one, track);
                all[places[labels]] = one;
            }
        }

        return all;
    }

    static bool Overlap(Track a, Track b)
    {
        for (var step = 0; step < a.Count; step++)
        {
            if (a.Has(step) && b.Has(step)) return true;
        }

        return false;
    }

    Track Always(double[] values)
    {
        var track = New(Labels.Empty, values.Length);
        values.CopyTo(track.Values.AsSpan());
        return track;
    }
}
