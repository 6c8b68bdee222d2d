using System.Runtime.CompilerServices;
using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>
/// How fast a counter grows. The increase between the first and the last sample, resets made good, is extrapolated to the edges of the window:
/// as far as they are near, else by half the average distance of samples, and never to where a counter would be below zero
/// (<see href="https://prometheus.io/docs/prometheus/latest/querying/functions/#rate"/>).
/// </summary>
static class Rates
{
    public static Point Extrapolated(in Window window, bool isCounter, bool isRate, Notes notes)
    {
        if (window.IsMixed)
        {
            notes.MixedTypes(window.Metric, window.Place);
            return Point.None;
        }

        return window.Histograms.Length > 1 ? OfHistograms(window, isCounter, isRate, notes)
            : window.Floats.Length > 1 ? OfFloats(window, isCounter, isRate)
            : Point.None;
    }

    /// <summary>The same for every window of a series of floats, in one pass.</summary>
    /// <returns>How many samples stood in the windows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long AtOnce(RangeSamples samples, in Edges edges, double[] into, bool isCounter, bool isRate, CancellationToken cancel)
    {
        var times = samples.AllFloatTimes;
        var floats = samples.AllFloats;
        var falls = isCounter ? samples.LastFalls : default;
        var seconds = edges.Range / 1000.0;
        var (first, end) = (0, 0);
        var seen = 0L;
        var to = edges.To;
        for (var step = 0; step < into.Length; step++, to += edges.Step)
        {
            var from = to - edges.Range;
            while (end < times.Length && times[end] <= to) end++;
            while (first < end && times[first] <= from) first++;
            seen += end - first;
            if (end - first < 2) continue;
            var last = end - 1;
            var increase = floats[last] - floats[first];
            if (isCounter && falls[last] > first)
            {
                cancel.ThrowIfCancellationRequested();
                increase += MadeGood(floats[first..end]);
            }

            var sampled = (times[last] - times[first]) / 1000.0;
            var toStart = (times[first] - from) / 1000.0;
            var toEnd = (to - times[last]) / 1000.0;
            var average = sampled / (last - first);
            var near = average * 1.1;
            if (toStart >= near) toStart = average / 2;
            if (isCounter && increase > 0 && floats[first] >= 0) toStart = Math.Min(toStart, sampled * (floats[first] / increase));
            if (toEnd >= near) toEnd = average / 2;
            var factor = (sampled + toStart + toEnd) / sampled;
            into[step] = increase * (isRate ? factor / seconds : factor);
        }

        return seen;
    }

    static Point OfFloats(in Window window, bool isCounter, bool isRate)
    {
        var floats = window.Floats;
        var increase = floats[^1] - floats[0];
        if (isCounter && window.Falls) increase += MadeGood(floats);
        var zeroAfter = isCounter && increase > 0 && floats[0] >= 0 ? floats[0] / increase : double.PositiveInfinity;
        return increase * Factor(window.FloatTimes, window, zeroAfter, isRate);
    }

    /// <summary>What the counter had reached at each of its resets.</summary>
    static double MadeGood(ReadOnlySpan<double> floats)
    {
        var sum = 0.0;
        var before = floats[0];
        foreach (var value in floats)
        {
            if (value < before) sum += before;
            before = value;
        }

        return sum;
    }

    static Point OfHistograms(in Window window, bool isCounter, bool isRate, Notes notes)
    {
        if (Increase(window, isCounter, notes) is not { } increase) return Point.None;
        var first = window.Histograms[0];
        var zeroAfter = isCounter && increase.Count > 0 && first.Count >= 0 ? first.Count / increase.Count : double.PositiveInfinity;
        return new(0, increase.Multiply(Factor(window.HistogramTimes, window, zeroAfter, isRate)));
    }

    /// <param name="zeroAfter">How many lengths of the sampled interval ago the counter was at zero, if it always grew like this.</param>
    static double Factor(ReadOnlySpan<long> times, in Window window, double zeroAfter, bool isRate)
    {
        var sampled = (times[^1] - times[0]) / 1000.0;
        var toStart = (times[0] - window.From) / 1000.0;
        var toEnd = (window.To - times[^1]) / 1000.0;
        var average = sampled / (times.Length - 1);
        var near = average * 1.1;
        if (toStart >= near) toStart = average / 2;
        if (double.IsFinite(zeroAfter)) toStart = Math.Min(toStart, sampled * zeroAfter);
        if (toEnd >= near) toEnd = average / 2;
        var factor = (sampled + toStart + toEnd) / sampled;
        return isRate ? factor / ((window.To - window.From) / 1000.0) : factor;
    }

    static NativeHistogram? Increase(in Window window, bool isCounter, Notes notes)
    {
        var histograms = window.Histograms;
        var (before, last) = (histograms[0], histograms[^1]);
        if (isCounter && (before.Hint == ResetHint.Gauge || last.Hint == ResetHint.Gauge)) notes.NotCounter(window.Metric, window.Place);
        // What was before a reset between the first two does not enter; neither does its shape.
        var startsAnew = isCounter && histograms[1].IsResetOf(before);
        if (startsAnew) before = new NativeHistogram { Schema = histograms[1].Schema, CustomBounds = histograms[1].CustomBounds };
        var schema = Math.Min(before.Schema, last.Schema);
        for (var at = startsAnew ? 1 : 0; at < histograms.Length; at++)
        {
            if (histograms[at].HasCustomBuckets != last.HasCustomBuckets && (isCounter || at == 0))
            {
                notes.MixedSchemas(window.Metric, window.Place);
                return null;
            }

            if (!isCounter) continue;
            if (at > 0 && at < histograms.Length - 1 && histograms[at].Hint == ResetHint.Gauge) notes.NotCounter(window.Metric, window.Place);
            schema = Math.Min(schema, histograms[at].Schema);
        }

        var increase = (last.HasCustomBuckets ? last : last.ReducedTo(schema)).Subtract(before, out var happened)!;
        var reconciled = happened.HasFlag(HistogramNotes.BoundsReconciled);
        if (isCounter)
        {
            foreach (var histogram in histograms[1..])
            {
                if (histogram.IsResetOf(before))
                {
                    increase = increase.Add(before, out happened)!;
                    reconciled |= happened.HasFlag(HistogramNotes.BoundsReconciled);
                }

                before = histogram;
            }
        }
        else if (histograms[0].Hint != ResetHint.Gauge || last.Hint != ResetHint.Gauge) notes.NotGauge(window.Metric, window.Place);

        if (reconciled) notes.Reconciled("subtraction", window.Place);
        return increase.WithHint(ResetHint.Gauge).Compact();
    }

    /// <summary>From the last two samples only.</summary>
    public static Point Instant(in Window window, bool isRate, Notes notes)
    {
        if (window.Count < 2) return Point.None;
        var (floats, histograms) = (window.Floats.Length, window.Histograms.Length);
        // Which kind the last two are, by time.
        var lastIsFloat = histograms == 0 || (floats > 0 && window.FloatTimes[^1] > window.HistogramTimes[^1]);
        var beforeIsFloat = lastIsFloat
            ? floats > 1 && (histograms == 0 || window.FloatTimes[^2] > window.HistogramTimes[^1])
            : floats > 0 && (histograms < 2 || window.FloatTimes[^1] > window.HistogramTimes[^2]);
        if (lastIsFloat != beforeIsFloat)
        {
            notes.MixedTypes(window.Metric, window.Place);
            return Point.None;
        }

        var times = lastIsFloat ? window.FloatTimes : window.HistogramTimes;
        var seconds = (times[^1] - times[^2]) / 1000.0;
        if (seconds == 0) return Point.None;
        if (!lastIsFloat) return Instant(window, isRate, seconds, notes);
        var (before, last) = (window.Floats[^2], window.Floats[^1]);
        var difference = isRate && last < before ? last : last - before;
        return isRate ? difference / seconds : difference;
    }

    static Point Instant(in Window window, bool isRate, double seconds, Notes notes)
    {
        var (before, last) = (window.Histograms[^2], window.Histograms[^1]);
        if (isRate && (before.Hint == ResetHint.Gauge || last.Hint == ResetHint.Gauge)) notes.NotCounter(window.Metric, window.Place);
        if (!isRate && (before.Hint != ResetHint.Gauge || last.Hint != ResetHint.Gauge)) notes.NotGauge(window.Metric, window.Place);
        var difference = last;
        if (!isRate || !last.IsResetOf(before))
        {
            if (last.Subtract(before, out var happened) is not { } less)
            {
                notes.MixedSchemas(window.Metric, window.Place);
                return Point.None;
            }

            difference = less;
            if (happened.HasFlag(HistogramNotes.BoundsReconciled)) notes.Reconciled("subtraction", window.Place);
        }

        difference = difference.WithHint(ResetHint.Gauge).Compact();
        return new(0, isRate ? difference.Divide(seconds) : difference);
    }
}
