using System.Collections.Immutable;
using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Tests.Histograms;

/// <summary>Valid histograms with whole counts, so that sums are exact.</summary>
static class RandomHistogram
{
    /// <param name="zero">Up to 1; with it all buckets begin at 1 or above, so that it is kept.</param>
    public static NativeHistogram Exponential(Random random, int? schema = null, double? zero = null)
    {
        var (positive, negative) = (Side(random, zero is null ? random.Next(-12, 4) : random.Next(1, 6)), Side(random, zero is null ? random.Next(-12, 4) : random.Next(1, 6)));
        var zeroCount = random.Next(0, 5);
        var histogram = new NativeHistogram
        {
            Schema = schema ?? random.Next(-4, 9),
            ZeroCount = zeroCount,
            Count = zeroCount + positive.Total() + negative.Total(),
            Sum = random.Next(-1000, 1000),
            PositiveSpans = positive.Spans, PositiveBuckets = positive.Counts, NegativeSpans = negative.Spans, NegativeBuckets = negative.Counts,
        };
        return histogram.WithZeroOf(zero ?? random.Next(3) switch { 0 => 0, 1 => 1e-9, _ => 0.4 * random.NextDouble() });
    }

    public static NativeHistogram Custom(Random random, params ImmutableArray<double> bounds)
    {
        if (bounds.IsEmpty) bounds = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => (double)random.Next(-10, 10)).Distinct().Order()];
        double[] counts = [.. Enumerable.Range(0, bounds.Length + 1).Select(_ => (double)random.Next(0, 6))];
        return new()
        {
            Schema = NativeHistogram.CustomBuckets, CustomBounds = bounds, Count = counts.Sum(), Sum = random.Next(-100, 100),
            PositiveSpans = [new(0, (uint)counts.Length)], PositiveBuckets = [.. counts],
        };
    }

    public static NativeHistogram Any(Random random) => random.Next(2) == 0 ? Exponential(random) : Custom(random);

    static SparseBuckets Side(Random random, int start)
    {
        var writer = new BucketWriter(8);
        for (var (index, left) = (start, random.Next(0, 8)); left > 0; left--, index += random.Next(1, 4)) writer.Add(index, random.Next(0, 6));
        return writer.Finish();
    }
}
