using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class ResolutionTests
{
    [Fact]
    public void A_lower_resolution_keeps_the_counts_and_every_bound_of_it_was_one_before()
    {
        var random = new Random(3);
        for (var round = 0; round < 1000; round++)
        {
            var fine = RandomHistogram.Exponential(random);
            var coarse = fine.ReducedTo(random.Next(-4, fine.Schema + 1));
            Assert.Equal(fine.Buckets().Sum(bucket => bucket.Count), coarse.Buckets().Sum(bucket => bucket.Count));
            foreach (var bucket in coarse.Buckets())
            {
                var within = fine.Buckets().Where(one => one.Lower >= bucket.Lower * Up(bucket.Lower) && one.Upper <= bucket.Upper * Up(-bucket.Upper)).Sum(one => one.Count);
                if (bucket is not { Lower: <= 0, Upper: >= 0 }) Assert.Equal(bucket.Count, within);
            }
        }

        // A little wider: two ways to compute the same bound may differ in the last place.
        static double Up(double bound) => bound > 0 ? 1 - 1e-12 : 1 + 1e-12;
    }

    [Fact]
    public void A_histogram_is_not_made_finer()
    {
        var histogram = AddTests.Histogram(0, 0, 1, 2);
        Assert.Same(histogram, histogram.ReducedTo(3));
        Assert.Same(histogram, histogram.ReducedTo(0));
    }

    [Fact]
    public void Bounds_are_powers_of_two_with_their_roots_between()
    {
        Assert.Equal([1.0, 2, 4], [BucketBounds.Upper(0, 0), BucketBounds.Upper(1, 0), BucketBounds.Upper(2, 0)]);
        Assert.Equal([0.5, Math.Sqrt(2), 65536], [BucketBounds.Upper(-1, 0), BucketBounds.Upper(1, 1), BucketBounds.Upper(1, -4)]);
        Assert.Equal([double.MaxValue, double.PositiveInfinity], [BucketBounds.Upper(1024, 0), BucketBounds.Upper(1025, 0)]);
        Assert.Equal([double.MaxValue, double.PositiveInfinity], [BucketBounds.Upper(1024 << 8, 8), BucketBounds.Upper((1024 << 8) + 1, 8)]);
        Assert.Equal(0, BucketBounds.Upper(-(1 << 20), 8));
    }

    [Fact]
    public void Bounds_ascend_over_the_whole_range()
    {
        for (var schema = -4; schema <= 8; schema++)
        {
            var step = Math.Max(1, 1 << Math.Max(0, schema - 2));
            for (var index = (int)(-1000 * Math.Pow(2, schema)); index < 1020 * Math.Pow(2, schema); index += step)
            {
                Assert.True(BucketBounds.Upper(index, schema) < BucketBounds.Upper(index + 1, schema), $"schema {schema}, bucket {index}");
            }
        }
    }

    [Fact]
    public void Compacting_drops_empty_buckets_and_joins_spans()
    {
        var loose = new NativeHistogram { Count = 6, PositiveSpans = [new(-1, 2), new(0, 2), new(0, 0), new(2, 2)], PositiveBuckets = [0, 1, 2, 0, 0, 3] };
        var compact = loose.Compact();

        Assert.Equal([new(0, 2), new(4, 1)], compact.PositiveSpans);
        Assert.Equal([1.0, 2, 3], compact.PositiveBuckets);
        Assert.Equal(loose.ToString(), compact.ToString());
        Assert.Same(compact, compact.Compact());
    }
}
