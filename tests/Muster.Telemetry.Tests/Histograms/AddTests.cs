using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class AddTests
{
    [Fact]
    public void A_sum_is_the_same_either_way_round()
    {
        var random = new Random(1);
        for (var round = 0; round < 3000; round++)
        {
            var (a, b) = round % 2 == 0 ? (RandomHistogram.Exponential(random), RandomHistogram.Exponential(random)) : (RandomHistogram.Custom(random), RandomHistogram.Custom(random));
            var (one, other) = (a.Add(b, out var notes)!, b.Add(a, out var otherNotes)!);
            Assert.True(one.Compact().SameAs(other.Compact()), $"{a} + {b}: {one} and {other}");
            Assert.Equal(notes, otherNotes);
            Assert.Equal(a.Count + b.Count, one.Count);
            Assert.Equal(one.Count, one.Buckets().Sum(bucket => bucket.Count));
        }
    }

    [Fact]
    public void What_is_added_and_then_taken_away_leaves_what_was()
    {
        var random = new Random(2);
        for (var round = 0; round < 2000; round++)
        {
            var a = RandomHistogram.Exponential(random, schema: 2, zero: 0.001);
            var b = RandomHistogram.Exponential(random, schema: 2, zero: 0.001);
            Assert.True(a.Add(b, out _)!.Subtract(b, out _)!.Compact().SameAs(a.Compact()));
        }
    }

    [Fact]
    public void A_sum_has_the_lower_resolution()
    {
        var low = Histogram(-1, 1, 1);
        var sum = low.Add(Histogram(0, 1, 2, 2), out var notes)!;

        Assert.Equal((-1, HistogramNotes.None), (sum.Schema, notes));
        Assert.Equal("{count:5, sum:0, (1,4]:5}", sum.ToString());
    }

    [Fact]
    public void A_zero_bucket_grows_to_the_end_of_the_bucket_it_would_cut()
    {
        var wide = new NativeHistogram { ZeroThreshold = 3, ZeroCount = 1, Count = 1 };
        var narrow = Histogram(0, 1, 5, 7); // (1,2] and (2,4]
        var sum = wide.Add(narrow, out _)!;

        Assert.Equal((4, 13, 0), (sum.ZeroThreshold, sum.ZeroCount, sum.Buckets().Count(bucket => bucket is { Upper: > 4, Count: > 0 })));
        Assert.Equal(0, narrow.ZeroCount);
    }

    [Fact]
    public void An_empty_bucket_is_cut_without_widening()
    {
        var wide = new NativeHistogram { ZeroThreshold = 3, ZeroCount = 1, Count = 1 };
        Assert.Equal(3, wide.Add(Histogram(0, 1, 5, 0, 2), out _)!.ZeroThreshold);
    }

    [Fact]
    public void Bounds_that_differ_come_to_those_both_have_and_this_is_told()
    {
        var sum = Custom([2, 4, 6], 1, 2, 5, 7).Add(Custom([1, 2, 3, 4, 5, 6, 7, 8], 10, 20, 30, 40, 50, 60, 70, 80, 90), out var notes)!;

        Assert.Equal(HistogramNotes.BoundsReconciled, notes);
        Assert.Equal([2.0, 4, 6], sum.CustomBounds);
        Assert.Equal([31.0, 72, 115, 247], sum.PositiveBuckets);
    }

    [Fact]
    public void Bounds_with_nothing_in_common_come_to_a_single_bucket()
    {
        var sum = Custom([1], 1, 2).Add(Custom([5], 3, 4), out _)!;
        Assert.Equal("{count:10, sum:0, [-Inf,+Inf]:10}", sum.ToString());
    }

    [Fact]
    public void Exponential_buckets_and_own_bounds_have_no_sum()
    {
        Assert.Null(Histogram(0, 0, 1).Add(Custom([1], 1, 1), out _));
        Assert.Null(Custom([1], 1, 1).Subtract(Histogram(0, 0, 1), out _));
    }

    [Theory]
    [InlineData(ResetHint.NotReset, ResetHint.NotReset, ResetHint.NotReset, HistogramNotes.None)]
    [InlineData(ResetHint.NotReset, ResetHint.Gauge, ResetHint.Gauge, HistogramNotes.None)]
    [InlineData(ResetHint.Gauge, ResetHint.Unknown, ResetHint.Gauge, HistogramNotes.None)]
    [InlineData(ResetHint.NotReset, ResetHint.Unknown, ResetHint.Unknown, HistogramNotes.None)]
    [InlineData(ResetHint.NotReset, ResetHint.Reset, ResetHint.Unknown, HistogramNotes.ConflictingResets)]
    public void Hints_of_a_sum(ResetHint a, ResetHint b, ResetHint sum, HistogramNotes told)
    {
        var (one, other) = (Histogram(0, 0, 1).WithHint(a), Histogram(0, 0, 1).WithHint(b));
        Assert.Equal((sum, told), (one.Add(other, out var notes)!.Hint, notes));
        Assert.Equal((sum, told), (other.Subtract(one, out notes)!.Hint, notes));
    }

    [Fact]
    public void A_negative_factor_makes_a_gauge_and_a_division_by_zero_drops_the_buckets()
    {
        var histogram = Histogram(0, 0, 1, 2).WithHint(ResetHint.NotReset);

        Assert.Equal((ResetHint.Gauge, ResetHint.Gauge, ResetHint.NotReset), (histogram.Negate().Hint, histogram.Divide(-2).Hint, histogram.Multiply(2).Hint));
        Assert.Equal([-1.0, -2], histogram.Negate().PositiveBuckets);
        Assert.Equal("{count:+Inf, sum:NaN, [-0,0]:NaN}", histogram.Divide(0).ToString());
    }

    internal static NativeHistogram Histogram(int schema, int offset, params double[] buckets) => new()
    {
        Schema = schema, Count = buckets.Sum(), PositiveSpans = [new(offset, (uint)buckets.Length)], PositiveBuckets = [.. buckets],
    };

    internal static NativeHistogram Custom(double[] bounds, params double[] buckets) => new()
    {
        Schema = NativeHistogram.CustomBuckets, Count = buckets.Sum(), CustomBounds = [.. bounds], PositiveSpans = [new(0, (uint)buckets.Length)], PositiveBuckets = [.. buckets],
    };
}
