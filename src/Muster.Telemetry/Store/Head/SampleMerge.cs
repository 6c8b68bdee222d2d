using System.Buffers;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store.Head;

/// <summary>Brings samples of several places into one order. Of two at one time the one from the place named first stays. For one reading, on one thread.</summary>
sealed class SampleMerge
{
    const int Kept = 32;

    [ThreadStatic] static Stack<SampleBuffer>? s_free;

    readonly List<SampleBuffer> _parts = new(4);

    public static SampleBuffer Rent() => (s_free ??= new()).TryPop(out var buffer) ? buffer : new();

    public static void Return(SampleBuffer buffer)
    {
        buffer.Clear();
        if (buffer.Times.Length <= 1 << 16 && (s_free ??= new()).Count < Kept) s_free.Push(buffer);
    }

    /// <summary>Where the next place is read into.</summary>
    public SampleBuffer Begin()
    {
        var buffer = Rent();
        _parts.Add(buffer);
        return buffer;
    }

    /// <summary>Writes all in order, and ends this merge.</summary>
    public void Finish(SampleBuffer into)
    {
        _parts.RemoveAll(static part =>
        {
            if (part.Count > 0) return false;
            Return(part);
            return true;
        });
        if (_parts.Count == 1 && Ascends(_parts[0].Times)) Copy(_parts[0], into);
        else if (_parts.Count > 0) Sort(into);
        foreach (var part in _parts) Return(part);
        _parts.Clear();
    }

    /// <summary>By time, then by the place, then by the order within it: what came first stands first, and what follows at the same time is left out.</summary>
    void Sort(SampleBuffer into)
    {
        var count = _parts.Sum(static part => part.Count);
        var times = ArrayPool<long>.Shared.Rent(count);
        var order = ArrayPool<int>.Shared.Rent(count);
        var values = ArrayPool<double>.Shared.Rent(count);
        var histograms = _parts.Exists(static part => part.HasHistograms) ? new NativeHistogram?[count] : null;
        try
        {
            var at = 0;
            foreach (var part in _parts)
            {
                part.Times.CopyTo(times.AsSpan(at));
                part.Values.CopyTo(values.AsSpan(at));
                if (part.HasHistograms) part.Histograms.CopyTo(histograms.AsSpan(at));
                at += part.Count;
            }

            for (at = 0; at < count; at++) order[at] = at;
            order.AsSpan(0, count).Sort((a, b) => times[a] == times[b] ? a.CompareTo(b) : times[a].CompareTo(times[b]));
            for (at = 0; at < count; at++)
            {
                var one = order[at];
                if (at > 0 && times[order[at - 1]] == times[one]) continue;
                if (histograms?[one] is { } histogram) into.Add(times[one], histogram);
                else into.Add(times[one], values[one]);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(times);
            ArrayPool<int>.Shared.Return(order);
            ArrayPool<double>.Shared.Return(values);
        }
    }

    static bool Ascends(ReadOnlySpan<long> times)
    {
        for (var at = 1; at < times.Length; at++)
        {
            if (times[at] <= times[at - 1]) return false;
        }

        return true;
    }

    static void Copy(SampleBuffer part, SampleBuffer into)
    {
        if (!part.HasHistograms)
        {
            var (times, values) = into.Extend(part.Count);
            part.Times.CopyTo(times.Span);
            part.Values.CopyTo(values.Span);
            return;
        }

        for (var at = 0; at < part.Count; at++)
        {
            if (part.Histograms[at] is { } histogram) into.Add(part.Times[at], histogram);
            else into.Add(part.Times[at], part.Values[at]);
        }
    }
}
