using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Chunks;

/// <summary>What histograms of one series have in common while no bucket comes or goes: everything but the counts, the sum and the hint.</summary>
sealed record HistogramLayout(
    int Schema, double ZeroThreshold, ImmutableArray<BucketSpan> Positive, ImmutableArray<BucketSpan> Negative, ImmutableArray<double> Bounds)
{
    /// <summary>Most buckets of one histogram, of both signs together.</summary>
    public const int MostBuckets = 8192;

    /// <summary>Count, zero count and sum come before the buckets.</summary>
    public const int Before = 3;

    public int PositiveBuckets { get; } = Buckets(Positive);

    public int NegativeBuckets { get; } = Buckets(Negative);

    /// <summary>How many numbers one histogram has.</summary>
    public int Numbers => Before + PositiveBuckets + NegativeBuckets;

    bool IsOfSize => PositiveBuckets + NegativeBuckets <= MostBuckets;

    /// <exception cref="ArgumentException">Its spans have not as many buckets as there are counts, or there are more than <see cref="MostBuckets"/>.</exception>
    public static HistogramLayout Of(NativeHistogram histogram)
    {
        var layout = new HistogramLayout(histogram.Schema, histogram.ZeroThreshold, Here(histogram.PositiveSpans), Here(histogram.NegativeSpans), Here(histogram.CustomBounds));
        if (!layout.IsOfSize) throw new ArgumentException($"a histogram has more than {MostBuckets} buckets", nameof(histogram));
        return layout.PositiveBuckets == Here(histogram.PositiveBuckets).Length && layout.NegativeBuckets == Here(histogram.NegativeBuckets).Length
            ? layout
            : throw new ArgumentException("the spans of a histogram have not as many buckets as it has counts", nameof(histogram));
    }

    /// <summary>Whether this is the layout of that one too.</summary>
    public bool Fits(NativeHistogram histogram) =>
        Schema == histogram.Schema
        && BitConverter.DoubleToInt64Bits(ZeroThreshold) == BitConverter.DoubleToInt64Bits(histogram.ZeroThreshold)
        && Positive.AsSpan().SequenceEqual(histogram.PositiveSpans.AsSpan())
        && Negative.AsSpan().SequenceEqual(histogram.NegativeSpans.AsSpan())
        && MemoryMarshal.Cast<double, long>(Bounds.AsSpan()).SequenceEqual(MemoryMarshal.Cast<double, long>(histogram.CustomBounds.AsSpan()))
        && PositiveBuckets == Here(histogram.PositiveBuckets).Length
        && NegativeBuckets == Here(histogram.NegativeBuckets).Length;

    public void Flatten(NativeHistogram histogram, Span<double> into)
    {
        (into[0], into[1], into[2]) = (histogram.Count, histogram.ZeroCount, histogram.Sum);
        histogram.PositiveBuckets.AsSpan().CopyTo(into[Before..]);
        histogram.NegativeBuckets.AsSpan().CopyTo(into[(Before + PositiveBuckets)..]);
    }

    public NativeHistogram Raise(ReadOnlySpan<double> numbers, ResetHint hint) => new()
    {
        Schema = Schema, ZeroThreshold = ZeroThreshold, PositiveSpans = Positive, NegativeSpans = Negative, CustomBounds = Bounds, Hint = hint,
        Count = numbers[0], ZeroCount = numbers[1], Sum = numbers[2],
        PositiveBuckets = [.. numbers.Slice(Before, PositiveBuckets)],
        NegativeBuckets = [.. numbers.Slice(Before + PositiveBuckets, NegativeBuckets)],
    };

    public void Write(ChunkWriter into)
    {
        into.Signed(Schema);
        into.Double(ZeroThreshold);
        WriteSpans(Positive, into);
        WriteSpans(Negative, into);
        into.Varint((ulong)Bounds.Length);
        foreach (var bound in Bounds) into.Double(bound);
    }

    static void WriteSpans(ImmutableArray<BucketSpan> spans, ChunkWriter into)
    {
        into.Varint((ulong)spans.Length);
        foreach (var span in spans)
        {
            into.Signed(span.Offset);
            into.Varint(span.Length);
        }
    }

    /// <exception cref="CorruptChunk"/>
    public static HistogramLayout Read(ref ChunkReader reader)
    {
        var schema = Int(reader.Signed());
        var layout = new HistogramLayout(schema, reader.Double(), ReadSpans(ref reader), ReadSpans(ref reader), ReadBounds(ref reader));
        return layout.IsOfSize ? layout : throw new CorruptChunk("a histogram has more buckets than any");
    }

    static ImmutableArray<BucketSpan> ReadSpans(ref ChunkReader reader)
    {
        // Each takes two bytes at least.
        var spans = new BucketSpan[reader.Varint(reader.Left / 2)];
        for (var at = 0; at < spans.Length; at++) spans[at] = new(Int(reader.Signed()), (uint)reader.Varint(MostBuckets));
        return ImmutableCollectionsMarshal.AsImmutableArray(spans);
    }

    static ImmutableArray<double> ReadBounds(ref ChunkReader reader)
    {
        var bounds = new double[reader.Varint(reader.Left / sizeof(double))];
        foreach (ref var bound in bounds.AsSpan()) bound = reader.Double();
        return ImmutableCollectionsMarshal.AsImmutableArray(bounds);
    }

    static int Int(long value) => value == (int)value ? (int)value : throw new CorruptChunk("a number of a histogram is longer than 32 bits");

    /// <summary>Sums that overflow an int are told as one that is too many.</summary>
    static int Buckets(ImmutableArray<BucketSpan> spans)
    {
        var all = 0L;
        foreach (var span in spans) all += span.Length;
        return (int)Math.Min(all, int.MaxValue / 4);
    }

    static ImmutableArray<T> Here<T>(ImmutableArray<T> array) => array.IsDefault ? [] : array;
}
