using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>What the functions over a range make of one window (<see href="https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time"/>).</summary>
static class Ranges
{
    public delegate double Reduce(ReadOnlySpan<double> floats);

    /// <summary>Floats only; histograms beside them are left out and noted, histograms alone give nothing.</summary>
    public static Point OfFloats(in Window window, Notes notes, Reduce reduce)
    {
        if (window.Floats.IsEmpty) return Point.None;
        if (window.IsMixed) notes.Ignored(window.Metric, window.Place);
        return reduce(window.Floats);
    }

    public static long LastTime(in Window window) => Math.Max(window.FloatTimes.IsEmpty ? long.MinValue : window.FloatTimes[^1], window.HistogramTimes.IsEmpty ? long.MinValue : window.HistogramTimes[^1]);

    public static long FirstTime(in Window window) => Math.Min(window.FloatTimes.IsEmpty ? long.MaxValue : window.FloatTimes[0], window.HistogramTimes.IsEmpty ? long.MaxValue : window.HistogramTimes[0]);

    public static Point Last(in Window window) => !window.FloatTimes.IsEmpty && window.FloatTimes[^1] == LastTime(window) ? window.Floats[^1] : new Point(0, window.Histograms[^1]);

    public static Point First(in Window window) => !window.FloatTimes.IsEmpty && window.FloatTimes[0] == FirstTime(window) ? window.Floats[0] : new Point(0, window.Histograms[0]);

    public static Point Sum(in Window window, Notes notes)
    {
        if (window.IsMixed)
        {
            notes.MixedTypes(window.Metric, window.Place);
            return Point.None;
        }

        if (window.Floats.IsEmpty) return OfHistograms(window, notes, average: false);
        return Sum(Numbers.Total(window.Floats));
    }

    public static double Sum((double Sum, double Lost) total) => double.IsInfinity(total.Sum) ? total.Sum : total.Sum + total.Lost;

    public static Point Average(in Window window, Notes notes)
    {
        if (window.IsMixed)
        {
            notes.MixedTypes(window.Metric, window.Place);
            return Point.None;
        }

        if (window.Floats.IsEmpty) return OfHistograms(window, notes, average: true);
        return Average(Numbers.Total(window.Floats), window.Floats);
    }

    public static double Average((double Sum, double Lost) total, ReadOnlySpan<double> floats)
    {
        if (double.IsFinite(total.Sum)) return (total.Sum / floats.Length) + (total.Lost / floats.Length);
        var mean = new Mean();
        foreach (var value in floats) mean.Add(value);
        return mean.Value;
    }

    static Point OfHistograms(in Window window, Notes notes, bool average)
    {
        var total = new HistogramTotal();
        foreach (var histogram in window.Histograms)
        {
            if (total.Add(histogram)) continue;
            notes.MixedSchemas(window.Metric, window.Place);
            return Point.None;
        }

        notes.Tell(total.Notes, "aggregation", window.Place);
        return new(0, average ? total.Average() : total.Sum());
    }

    /// <summary>Not-a-number counts only where there is nothing else. The time of the last of equals.</summary>
    public static (double Value, int Index) Extreme(ReadOnlySpan<double> floats, bool max)
    {
        var (best, index) = (floats[0], 0);
        for (var at = 1; at < floats.Length; at++)
        {
            if (!double.IsNaN(best) && !(max ? floats[at] >= best : floats[at] <= best)) continue;
            (best, index) = (floats[at], at);
        }

        return (best, index);
    }

    public static Point TimeOfExtreme(in Window window, Notes notes, bool max)
    {
        if (window.Floats.IsEmpty) return Point.None;
        if (window.IsMixed) notes.Ignored(window.Metric, window.Place);
        return window.FloatTimes[Extreme(window.Floats, max).Index] / 1000.0;
    }

    /// <summary>Of the population, by Welford's way, compensated.</summary>
    public static double Variance(ReadOnlySpan<double> floats)
    {
        double count = 0, mean = 0, meanLost = 0, sum = 0, sumLost = 0;
        foreach (var value in floats)
        {
            count++;
            var delta = value - (mean + meanLost);
            Numbers.Add(delta / count, ref mean, ref meanLost);
            Numbers.Add(delta * (value - (mean + meanLost)), ref sum, ref sumLost);
        }

        return (sum + sumLost) / count;
    }

    /// <summary>The median distance from the median.</summary>
    public static double Deviation(ReadOnlySpan<double> floats)
    {
        var all = new List<double>(floats.Length);
        foreach (var value in floats)
        {
            if (double.IsNaN(value)) return double.NaN;
            all.Add(value);
        }

        var median = Numbers.Quantile(0.5, all);
        return Numbers.Quantile(0.5, all.ConvertAll(value => Math.Abs(value - median)));
    }

    public static Point Changes(in Window window)
    {
        var changes = 0;
        if (window.Histograms.IsEmpty)
        {
            var floats = window.Floats;
            for (var at = 1; at < floats.Length; at++)
            {
                if (Differs(floats[at - 1], floats[at])) changes++;
            }

            return changes;
        }

        Walk(window, (before, now) => changes += Differs(before, now) ? 1 : 0);
        return changes;
    }

    /// <summary>Not-a-number is the same as itself.</summary>
    public static bool Differs(double before, double now) => now != before && !(double.IsNaN(now) && double.IsNaN(before));

    static bool Differs(Point before, Point now) => (before.Histogram, now.Histogram) switch
    {
        (null, null) => Differs(before.Value, now.Value),
        ({ } was, { } histogram) => !histogram.SameAs(was),
        _ => true,
    };

    public static Point Resets(in Window window)
    {
        var resets = 0;
        if (window.Histograms.IsEmpty)
        {
            var floats = window.Floats;
            for (var at = 1; at < floats.Length; at++)
            {
                if (floats[at] < floats[at - 1]) resets++;
            }

            return resets;
        }

        Walk(window, (before, now) => resets += (before.Histogram, now.Histogram) switch
        {
            (null, null) => now.Value < before.Value,
            ({ } was, { } histogram) => histogram.IsResetOf(was),
            _ => true,
        } ? 1 : 0);
        return resets;
    }

    /// <summary>Neighbours in time, whatever they are.</summary>
    static void Walk(in Window window, Action<Point, Point> pair)
    {
        var (nextFloat, nextHistogram) = (0, 0);
        Point? before = null;
        while (nextFloat < window.Floats.Length || nextHistogram < window.Histograms.Length)
        {
            var isFloat = nextHistogram == window.Histograms.Length || (nextFloat < window.Floats.Length && window.FloatTimes[nextFloat] < window.HistogramTimes[nextHistogram]);
            Point now = isFloat ? window.Floats[nextFloat++] : new Point(0, window.Histograms[nextHistogram++]);
            if (before is { } was) pair(was, now);
            before = now;
        }
    }

    public static Point Slope(in Window window, Notes notes) => HasLine(window, notes) ? Line(window.FloatTimes, window.Floats, window.FloatTimes[0]).Slope : Point.None;

    public static Point Predicted(in Window window, double seconds, Notes notes)
    {
        if (!HasLine(window, notes)) return Point.None;
        var (slope, intercept) = Line(window.FloatTimes, window.Floats, window.Now);
        return (slope * seconds) + intercept;
    }

    static bool HasLine(in Window window, Notes notes)
    {
        if (window.IsMixed) notes.Ignored(window.Metric, window.Place);
        return window.Floats.Length > 1;
    }

    /// <summary>Least squares; x in seconds from <paramref name="zero"/>. The four sums stand side by side, each compensated, as adding one costs as much as adding all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (double Slope, double Intercept) Line(ReadOnlySpan<long> times, ReadOnlySpan<double> floats, long zero)
    {
        var (sums, losses) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var at = 0; at < floats.Length; at++)
        {
            var seconds = (times[at] - zero) / 1000.0;
            Numbers.AddFinite(Vector256.Create(seconds, floats[at], seconds * floats[at], seconds * seconds), ref sums, ref losses);
        }

        if (!double.IsNaN(floats[0]) && !floats.ContainsAnyExcept(floats[0])) return double.IsInfinity(floats[0]) ? (double.NaN, double.NaN) : (0, floats[0]);
        var (yLost, xyLost) = (losses[1], losses[2]);
        // A sum that overflowed has lost nothing that could be told.
        if (!double.IsFinite(yLost)) yLost = 0;
        if (!double.IsFinite(xyLost)) xyLost = 0;
        var count = (double)floats.Length;
        var (x, y, xy, xx) = (sums[0] + losses[0], sums[1] + yLost, sums[2] + xyLost, sums[3] + losses[3]);
        var slope = (xy - (x * y / count)) / (xx - (x * x / count));
        return (slope, (y / count) - (slope * x / count));
    }

    /// <summary>Holt's double exponential smoothing; the smoothed last value.</summary>
    public static double Smoothed(ReadOnlySpan<double> floats, double smoothing, double trending)
    {
        double before = 0;
        var now = floats[0];
        var trend = floats[1] - floats[0];
        for (var at = 1; at < floats.Length; at++)
        {
            if (at > 1) trend = (trending * (now - before)) + ((1 - trending) * trend);
            (before, now) = (now, (smoothing * floats[at]) + ((1 - smoothing) * (now + trend)));
        }

        return now;
    }
}
