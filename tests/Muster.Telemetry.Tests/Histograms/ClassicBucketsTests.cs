using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class ClassicBucketsTests
{
    [Fact]
    public void Cumulative_counts_become_counts_of_buckets_in_order_and_a_bound_twice_is_one()
    {
        var native = ClassicBuckets.ToNative([(1, 11), (0.1, 5), (double.PositiveInfinity, 12), (0.2, 7), (0.2, 7)], sum: 3)!;

        Assert.Equal("{count:12, sum:3, [-Inf,0.1]:5, (0.1,0.2]:2, (0.2,1]:4, (1,+Inf]:1}", native.ToString());
        Assert.Null(native.Validate(isInteger: true));
    }

    [Fact]
    public void Without_a_bucket_to_infinity_the_count_says_how_many_are_beyond()
    {
        Assert.Equal("{count:9, sum:0, [-Inf,1]:5, (1,+Inf]:4}", ClassicBuckets.ToNative([(1, 5)], count: 9)!.ToString());
        Assert.Equal("{count:5, sum:0, [-Inf,1]:5}", ClassicBuckets.ToNative([(1, 5)])!.ToString());
    }

    [Fact]
    public void Counts_that_fall_or_are_none_make_no_histogram()
    {
        Assert.Null(ClassicBuckets.ToNative([(1, 5), (2, 4)]));
        Assert.Null(ClassicBuckets.ToNative([(1, 5)], count: 4));
        Assert.Null(ClassicBuckets.ToNative([(1, double.NaN)]));
        Assert.Null(ClassicBuckets.ToNative([(double.NaN, 1)]));
        Assert.Null(ClassicBuckets.ToNative([(1, -1)]));
    }
}
