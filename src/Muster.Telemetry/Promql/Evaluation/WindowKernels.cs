using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Functions over all windows of a series of floats at once. Each comes to the very bits that one window after the other would.</summary>
static class WindowKernels
{
    const int Together = 4;

    delegate double OfTotal((double Sum, double Lost) total, ReadOnlySpan<double> floats);

    public static long Sums(RangeSamples samples, in Edges edges, double[] into, CancellationToken cancel) => Totals(samples, edges, into, static (total, _) => Ranges.Sum(total), cancel);

    public static long Averages(RangeSamples samples, in Edges edges, double[] into, CancellationToken cancel) => Totals(samples, edges, into, Ranges.Average, cancel);

    /// <summary>How often a value differs from the one before it: counted once from the first sample on, a window is a difference of two counts.</summary>
    public static long Changes(RangeSamples samples, in Edges edges, double[] into, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var counts = samples.Changes;
        var windows = new Windows(samples.AllFloatTimes, edges);
        for (var step = 0; step < into.Length; step++)
        {
            var (first, end) = windows.Next();
            if (first < end) into[step] = counts[end - 1] - counts[first];
        }

        return windows.Seen;
    }

    /// <summary>
    /// A compensated sum waits for the one before it; four windows side by side wait together. They need as many samples each, which neighbours
    /// nearly always have; others are summed one by one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static long Totals(RangeSamples samples, in Edges edges, double[] into, OfTotal result, CancellationToken cancel)
    {
        var floats = samples.AllFloats;
        var windows = new Windows(samples.AllFloatTimes, edges);
        Span<int> firsts = stackalloc int[Together];
        Span<int> ends = stackalloc int[Together];
        for (var step = 0; step < into.Length; step += Together)
        {
            // A window may hold millions: who waits no longer is not kept until the last.
            cancel.ThrowIfCancellationRequested();
            var here = Math.Min(Together, into.Length - step);
            for (var at = 0; at < here; at++) (firsts[at], ends[at]) = windows.Next();
            var length = ends[0] - firsts[0];
            var isEven = here == Together && length > 0;
            for (var at = 1; at < here; at++) isEven &= ends[at] - firsts[at] == length;
            var (sums, losses) = isEven ? Four(floats, firsts, length) : default;
            for (var at = 0; at < here; at++)
            {
                var window = floats[firsts[at]..ends[at]];
                if (window.IsEmpty) continue;
                into[step + at] = result(isEven ? (sums[at], double.IsFinite(losses[at]) ? losses[at] : 0) : Numbers.Total(window), window);
            }
        }

        return windows.Seen;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (Vector256<double> Sums, Vector256<double> Losses) Four(ReadOnlySpan<double> floats, ReadOnlySpan<int> firsts, int length)
    {
        var (sums, losses) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var one = floats.Slice(firsts[0], length);
        var two = floats.Slice(firsts[1], length);
        var three = floats.Slice(firsts[2], length);
        var four = floats.Slice(firsts[3], length);
        if (firsts[3] - firsts[0] == 3 && firsts[2] - firsts[0] == 2 && firsts[1] - firsts[0] == 1)
        {
            ref var from = ref MemoryMarshal.GetReference(floats.Slice(firsts[0], length + 3));
            for (var at = 0; at < length; at++) Numbers.AddFinite(Vector256.LoadUnsafe(ref from, (nuint)at), ref sums, ref losses);
        }
        else
        {
            for (var at = 0; at < length; at++) Numbers.AddFinite(Vector256.Create(one[at], two[at], three[at], four[at]), ref sums, ref losses);
        }

        return (sums, losses);
    }

    /// <summary>Which samples each window sees, from the first on.</summary>
    ref struct Windows(ReadOnlySpan<long> times, Edges edges)
    {
        readonly ReadOnlySpan<long> _times = times;
        readonly Edges _edges = edges;
        long _to = edges.To;
        int _first;
        int _end;

        /// <summary>How many samples stood in all windows so far.</summary>
        public long Seen { get; private set; }

        public (int First, int End) Next()
        {
            var from = _to - _edges.Range;
            while (_end < _times.Length && _times[_end] <= _to) _end++;
            while (_first < _end && _times[_first] <= from) _first++;
            _to += _edges.Step;
            Seen += _end - _first;
            return (_first, _end);
        }
    }
}
