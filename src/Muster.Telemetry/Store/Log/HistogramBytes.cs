using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Log;

/// <summary>One native histogram in the log: plain, since it stands there for hours only.</summary>
static class HistogramBytes
{
    public static void Write(NativeHistogram histogram, Bytes into)
    {
        into.Signed(histogram.Schema);
        into.Byte((byte)histogram.Hint);
        into.Double(histogram.ZeroThreshold);
        into.Double(histogram.ZeroCount);
        into.Double(histogram.Count);
        into.Double(histogram.Sum);
        Write(histogram.PositiveSpans, histogram.PositiveBuckets, into);
        Write(histogram.NegativeSpans, histogram.NegativeBuckets, into);
        Write(histogram.CustomBounds, into);
    }

    /// <exception cref="InvalidDataException"/>
    public static NativeHistogram Read(ref BytesReader from) => new()
    {
        Schema = (int)from.Signed(),
        Hint = (ResetHint)from.Byte(),
        ZeroThreshold = from.Double(),
        ZeroCount = from.Double(),
        Count = from.Double(),
        Sum = from.Double(),
        PositiveSpans = ReadSpans(ref from),
        PositiveBuckets = ReadDoubles(ref from),
        NegativeSpans = ReadSpans(ref from),
        NegativeBuckets = ReadDoubles(ref from),
        CustomBounds = ReadDoubles(ref from),
    };

    static void Write(ImmutableArray<BucketSpan> spans, ImmutableArray<double> buckets, Bytes into)
    {
        into.Varint((ulong)spans.Length);
        foreach (var span in spans)
        {
            into.Signed(span.Offset);
            into.Varint(span.Length);
        }

        Write(buckets, into);
    }

    static void Write(ImmutableArray<double> values, Bytes into)
    {
        into.Varint((ulong)values.Length);
        foreach (var value in values) into.Double(value);
    }

    static ImmutableArray<BucketSpan> ReadSpans(ref BytesReader from)
    {
        var spans = ImmutableArray.CreateBuilder<BucketSpan>(from.Count());
        for (var left = spans.Capacity; left > 0; left--) spans.Add(new((int)from.Signed(), (uint)from.Varint()));
        return spans.MoveToImmutable();
    }

    static ImmutableArray<double> ReadDoubles(ref BytesReader from)
    {
        var values = ImmutableArray.CreateBuilder<double>(from.Count());
        for (var left = values.Capacity; left > 0; left--) values.Add(from.Double());
        return values.MoveToImmutable();
    }
}
