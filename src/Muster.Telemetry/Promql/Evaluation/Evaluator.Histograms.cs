using System.Globalization;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Functions of histograms, both the native ones and the classic ones that are many series with a label <c>le</c>.</summary>
sealed partial class Evaluator
{
    const string BucketLabel = "le";

    static Func<NativeHistogram, double>? OfHistogram(string name) => name switch
    {
        "histogram_count" => static histogram => histogram.Count,
        "histogram_sum" => static histogram => histogram.Sum,
        "histogram_avg" => static histogram => histogram.Sum / histogram.Count,
        "histogram_stddev" => static histogram => Math.Sqrt(histogram.Stdvar()),
        "histogram_stdvar" => static histogram => histogram.Stdvar(),
        _ => null,
    };

    /// <summary>
    /// Under count, sum and average no bucket is looked at, so that resets are looked for as samples are read: what is added up below then tells where
    /// resets conflict. A subquery, and whatever looks at buckets, reads as always.
    /// </summary>
    List<Track> Observed(Call call, Frame frame)
    {
        var before = _seesResets;
        _seesResets = call.Function.Name is "histogram_count" or "histogram_sum" or "histogram_avg";
        var tracks = Tracks(call.Arguments[0], frame);
        _seesResets = before;
        return tracks;
    }

    List<Track> Unobserved(Expression node, Frame frame)
    {
        var before = _seesResets;
        _seesResets = false;
        var tracks = Tracks(node, frame);
        _seesResets = before;
        return tracks;
    }

    List<Track> Quantiles(Call call, Frame frame)
    {
        var quantiles = Scalars(call.Arguments[0], frame);
        return Quantiles(Unobserved(call.Arguments[1], frame), quantiles, frame, call.Arguments[0].Place, call.Arguments[1].Place);
    }

    List<Track> Quantiles(List<Track> tracks, double[] quantiles, Frame frame, Place placeOfQ, Place place)
    {
        foreach (var q in quantiles)
        {
            if (!(q >= 0 && q <= 1)) notes.BadQuantile(q, placeOfQ);
        }

        return OfBuckets(tracks, frame, place, (buckets, metric, step) =>
        {
            var value = ClassicHistogram.Quantile(quantiles[step], buckets, out var forced);
            if (forced is { } fix) notes.Inform(string.Create(CultureInfo.InvariantCulture, $"input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name {Notes.Quoted(metric)}, from buckets {Numbers.Text(fix.From)} to {Numbers.Text(fix.To)}, with a max diff of {fix.MaxDifference:G3}, at time {frame.At(step)}"), place);
            return value;
        }, (histogram, metric, step) =>
        {
            var q = quantiles[step];
            if (q is >= 0 and <= 1 && double.IsNaN(histogram.Sum) && histogram.NotANumberCount() is > 0)
            {
                var result = histogram.Quantile(q);
                notes.Inform($"input to histogram_quantile has NaN observations, result is {(double.IsNaN(result) ? "NaN" : "skewed higher")} for metric name {Notes.Quoted(metric)}", place);
                return result;
            }

            return histogram.Quantile(q);
        });
    }

    /// <summary>Experimental upstream: several quantiles at once, each under a label.</summary>
    List<Track> ManyQuantiles(Call call, Frame frame)
    {
        var tracks = Unobserved(call.Arguments[0], frame);
        var label = Text(call.Arguments[1]);
        if (!IsLabelName(label)) throw new QueryProblem(QueryProblemKind.Execution, $"invalid label name in histogram_quantiles(): {label}");
        var all = new List<Track>();
        foreach (var argument in call.Arguments.Skip(2))
        {
            var quantiles = Scalars(argument, frame);
            foreach (var track in Quantiles(tracks, quantiles, frame, argument.Place, call.Arguments[0].Place)) all.Add(track.Renamed(track.Labels.With(label, LabelNumber(quantiles[0])), track.DropsName));
        }

        return all;
    }

    /// <summary>As OpenMetrics writes a number in a label: with a decimal point always.</summary>
    static string LabelNumber(double value) => Numbers.Text(value) is var text && double.IsFinite(value) && !text.Contains('.', StringComparison.Ordinal) ? text + ".0" : Numbers.Text(value);

    List<Track> Fractions(Call call, Frame frame)
    {
        var (lower, upper) = (Scalars(call.Arguments[0], frame), Scalars(call.Arguments[1], frame));
        var place = call.Arguments[2].Place;
        return OfBuckets(Unobserved(call.Arguments[2], frame), frame, place,
            (buckets, _, step) => ClassicHistogram.Fraction(lower[step], upper[step], buckets),
            (histogram, metric, step) =>
            {
                if (double.IsNaN(histogram.Sum) && histogram.NotANumberCount() is > 0) notes.Inform($"input to histogram_fraction has NaN observations, which are excluded from all fractions for metric name {Notes.Quoted(metric)}", place);
                return histogram.Fraction(lower[step], upper[step]);
            });
    }

    /// <summary>Brings the buckets of each classic histogram together, step by step, beside the native ones.</summary>
    List<Track> OfBuckets(List<Track> tracks, Frame frame, Place place, Func<List<Bucket>, string, int, double> classic, Func<NativeHistogram, string, int, double> native)
    {
        var groups = new Dictionary<Labels, BucketGroup>();
        foreach (var track in tracks)
        {
            var le = track.Labels[BucketLabel];
            var isBucket = TryBound(le, out var bound);
            var hasFloats = false;
            for (var step = 0; step < frame.Count && !hasFloats; step++) hasFloats = track.Has(step) && track.HistogramAt(step) is null;
            if (hasFloats && !isBucket) notes.BadBucket(track.Labels.Name, le, place);
            if (hasFloats && isBucket) Group(track.Labels.Without(BucketLabel)).Buckets.Add((bound, track));
            if (track.Histograms is not null) Group(track.Labels).Natives.Add(track);
        }

        BucketGroup Group(Labels labels) => groups.TryGetValue(labels, out var group) ? group : groups[labels] = new();

        var made = new List<Track>(groups.Count);
        var buckets = new List<Bucket>();
        foreach (var (labels, group) in groups)
        {
            var track = New(labels, frame.Count, dropsName: true);
            for (var step = 0; step < frame.Count; step++)
            {
                buckets.Clear();
                foreach (var (bound, bucket) in group.Buckets)
                {
                    if (bucket.Has(step) && bucket.HistogramAt(step) is null) buckets.Add(new(bound, bucket.Values[step]));
                }

                var histogram = group.Natives.Select(one => one.HistogramAt(step)).FirstOrDefault(one => one is not null);
                if (histogram is not null && buckets.Count > 0) notes.MixedClassicAndNative(labels.Name, place);
                else if (histogram is not null) track.Values[step] = native(histogram, labels.Name, step);
                else if (buckets.Count > 0) track.Values[step] = classic(buckets, labels.Name, step);
            }

            made.Add(track);
        }

        return made;
    }

    sealed class BucketGroup
    {
        public List<(double Bound, Track Track)> Buckets { get; } = [];

        public List<Track> Natives { get; } = [];
    }

    static bool TryBound(string text, out double bound) => text switch
    {
        "+Inf" or "Inf" or "inf" or "+inf" => (bound = double.PositiveInfinity) > 0,
        "-Inf" or "-inf" => (bound = double.NegativeInfinity) < 0,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out bound),
    };
}
