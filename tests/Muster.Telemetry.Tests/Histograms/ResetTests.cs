using Muster.Telemetry.Histograms;
using static Muster.Telemetry.Tests.Histograms.AddTests;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class ResetTests
{
    [Fact]
    public void What_only_grew_was_not_reset_and_what_fell_anywhere_was()
    {
        var random = new Random(4);
        for (var round = 0; round < 2000; round++)
        {
            var schema = random.Next(-4, 9);
            var (before, more) = (RandomHistogram.Exponential(random, schema, 0.001), RandomHistogram.Exponential(random, schema, 0.001));
            var after = before.Add(more, out _)!;
            Assert.False(after.IsResetOf(before), $"{before} to {after}");
            if (more.Buckets().Any(bucket => bucket.Count > 0)) Assert.True(before.IsResetOf(after), $"{after} to {before}");
        }
    }

    [Fact]
    public void A_hint_is_believed()
    {
        var (low, high) = (Histogram(0, 0, 1), Histogram(0, 0, 5));
        Assert.True(high.WithHint(ResetHint.Reset).IsResetOf(low));
        Assert.False(low.WithHint(ResetHint.NotReset).IsResetOf(high));
    }

    [Fact]
    public void One_bucket_that_fell_is_enough() => Assert.True(Histogram(0, 0, 1, 1, 3).IsResetOf(Histogram(0, 0, 1, 2, 1)));

    [Fact]
    public void A_finer_schema_is_a_reset_and_a_coarser_one_is_not()
    {
        Assert.True(Histogram(1, 0, 5).IsResetOf(Histogram(0, 0, 1)));
        Assert.False(Histogram(-1, 1, 5).IsResetOf(Histogram(0, 1, 1, 2)));
    }

    [Fact]
    public void A_narrower_zero_bucket_is_a_reset_and_a_wider_one_only_where_it_cuts_a_bucket()
    {
        var before = new NativeHistogram { ZeroThreshold = 0.5, ZeroCount = 1, Count = 2, PositiveSpans = [new(0, 1)], PositiveBuckets = [1] };
        NativeHistogram Now(double threshold, double zero) => new() { ZeroThreshold = threshold, ZeroCount = zero, Count = 9 };

        Assert.True(Now(0.25, 9).IsResetOf(before));
        Assert.False(Now(1, 2).IsResetOf(before));
        Assert.True(Now(1, 1).IsResetOf(before));
        Assert.True(Now(0.75, 9).IsResetOf(before));
    }

    [Fact]
    public void Own_bounds_are_compared_where_both_have_them()
    {
        Assert.False(Custom([1, 2, 3, 4, 5, 6, 7, 8], 10, 20, 30, 40, 50, 60, 70, 80, 90).IsResetOf(Custom([2, 4, 6], 1, 2, 5, 7)));
        Assert.True(Custom([2, 3, 4, 6], 1, 0, 1, 5, 8).IsResetOf(Custom([2, 4, 6], 1, 2, 5, 7)));
        Assert.True(Histogram(0, 0, 9).IsResetOf(Custom([2], 1, 1)));
    }
}
