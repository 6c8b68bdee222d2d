using Muster.Telemetry.Chunks;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store.Head;

/// <summary>The histograms of a series that came in order, in chunks. One thread appends, any read.</summary>
sealed class HeadHistograms
{
    HistogramChunk _hot = new();
    ReadOnlyMemory<byte>[] _full = [];

    /// <summary>Adds a histogram that <see cref="HistogramLayout"/> can write, later than all others.</summary>
    public void Append(long time, NativeHistogram histogram)
    {
        if (_hot.IsFull)
        {
            Volatile.Write(ref _full, [.. _full, _hot.Snapshot()]);
            Volatile.Write(ref _hot, new());
        }

        _hot.Append(time, histogram);
    }

    /// <summary>The open chunk is taken first, as in <see cref="HeadSeries"/>.</summary>
    public void Read(long from, long to, SampleBuffer into)
    {
        var hot = Volatile.Read(ref _hot).Snapshot();
        var full = Volatile.Read(ref _full);
        var last = full.Length == 0 ? long.MinValue : SealedHistograms.Span(full[^1].Span).Last;
        for (var at = FirstAt(full, from); at < full.Length; at++)
        {
            var span = SealedHistograms.Span(full[at].Span);
            if (span.First > to) break;
            if (span.Overlaps(from, to)) SealedHistograms.Decode(full[at].Span, from, to, into);
        }

        if (!hot.IsEmpty && SealedHistograms.Span(hot.Span).First > last) SealedHistograms.Decode(hot.Span, from, to, into);
    }

    /// <summary>The first chunk that does not end before this time.</summary>
    static int FirstAt(ReadOnlyMemory<byte>[] chunks, long time)
    {
        var (low, high) = (0, chunks.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (SealedHistograms.Span(chunks[middle].Span).Last < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
