using Muster.Telemetry.Histograms;
using static Muster.Telemetry.Tests.Histograms.AddTests;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class HistogramTotalTests
{
    [Fact]
    public void A_total_of_whole_counts_is_what_adding_one_by_one_gives()
    {
        var random = new Random(12);
        for (var round = 0; round < 1000; round++)
        {
            var isCustom = round % 2 == 0;
            var total = new HistogramTotal();
            NativeHistogram? sum = null;
            for (var left = random.Next(1, 8); left > 0; left--)
            {
                var one = isCustom ? RandomHistogram.Custom(random) : RandomHistogram.Exponential(random);
                Assert.True(total.Add(one));
                sum = sum is null ? one : sum.Add(one, out _);
            }

            Assert.True(sum!.Compact().SameAs(total.Sum()), $"{sum} and {total.Sum()}");
        }
    }

    [Fact]
    public void What_cancels_out_leaves_what_was_beside_it()
    {
        var total = Total(Sum(5.3), Sum(1e100), Sum(1), Sum(-1e100), Sum(2), Sum(1e50), Sum(-1e50));
        Assert.Equal(8.3, total.Sum().Sum, 1e-12);
        Assert.Equal(8.3 / 7, total.Average().Sum, 1e-12);
    }

    [Fact]
    public void A_sum_beyond_all_numbers_is_infinite_and_its_average_is_not()
    {
        var total = Total(Histogram(0, 0, double.MaxValue), Histogram(0, 0, 1e308), Histogram(0, 0, 1));
        Assert.Equal(double.PositiveInfinity, total.Sum().Count);
        Assert.Equal((double.MaxValue / 3) + (1e308 / 3), total.Average().Count, 1e294);
        Assert.Equal((double.MaxValue / 3) + (1e308 / 3), total.Average().PositiveBuckets[0], 1e294);
    }

    [Fact]
    public void What_is_no_finite_number_does_not_hang_it()
    {
        Assert.Equal(double.NaN, Total(Sum(double.NaN), Sum(1)).Sum().Sum);
        Assert.Equal(double.PositiveInfinity, Total(Sum(double.PositiveInfinity), Sum(double.MaxValue), Sum(double.MaxValue)).Sum().Sum);
    }

    [Fact]
    public void Kinds_that_have_no_sum_are_refused_and_bounds_that_differ_told()
    {
        var total = Total(Custom([1, 2], 1, 1, 1));
        Assert.False(total.Add(Histogram(0, 0, 1)));
        Assert.True(total.Add(Custom([2], 5, 5)));
        Assert.Equal(HistogramNotes.BoundsReconciled, total.Notes);
        Assert.Equal((2, "{count:13, sum:0, [-Inf,2]:7, (2,+Inf]:6}"), (total.Histograms, total.Sum().ToString()));
    }

    [Fact]
    public void Resets_that_conflict_are_told_whatever_stands_between()
    {
        var total = Total(Sum(1).WithHint(ResetHint.Reset), Sum(1).WithHint(ResetHint.Unknown), Sum(1).WithHint(ResetHint.NotReset));
        Assert.Equal(HistogramNotes.ConflictingResets, total.Notes);
    }

    [Fact]
    public void There_is_no_sum_of_nothing() => Assert.Throws<InvalidOperationException>(() => new HistogramTotal().Sum());

    static NativeHistogram Sum(double sum) => new() { Count = 1, Sum = sum };

    static HistogramTotal Total(params NativeHistogram[] all)
    {
        var total = new HistogramTotal();
        foreach (var one in all) Assert.True(total.Add(one));
        return total;
    }
}
