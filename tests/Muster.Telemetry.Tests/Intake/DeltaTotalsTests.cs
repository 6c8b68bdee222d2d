using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Otlp;

namespace Muster.Telemetry.Tests.Intake;

public sealed class DeltaTotalsTests
{
    [Fact]
    public void Beyond_the_bound_new_series_are_refused_and_known_ones_are_not()
    {
        var totals = new DeltaTotals(most: 2);
        Assert.Equal((1, 2), (totals.Add("a", 1, 1), totals.Add("b", 1, 2)));
        Assert.Null(totals.Add("c", 1, 3));
        Assert.Equal(4, totals.Add("a", 2, 3));
    }

    [Fact]
    public void A_series_that_has_ended_makes_room_and_one_that_goes_on_keeps_its_total()
    {
        var totals = new DeltaTotals(most: 2);
        totals.Add("ended", 1, 1);
        for (var time = 1; time <= 17; time++) Assert.Equal(time, totals.Add("alive", time, 1));
        Assert.Equal(5, totals.Add("new", 1, 5));
        Assert.Equal(18, totals.Add("alive", 18, 1));
        Assert.Null(totals.Add("ended", 2, 1));
    }

    [Fact]
    public void What_is_not_later_is_not_added()
    {
        var totals = new DeltaTotals();
        Assert.Equal(1, totals.Add("a", 5, 1));
        Assert.Null(totals.Add("a", 5, 1));
        Assert.Null(totals.Add("a", 4, 1));
        Assert.Equal(2, totals.Add("a", 6, 1));
    }

    [Fact]
    public void What_is_undone_may_come_again_and_what_came_between_stays()
    {
        var totals = new DeltaTotals();
        var (one, other) = (totals.Beside(), totals.Beside());
        Assert.Equal((3, 1), (one.Add("a", 1, 3), one.Add("b", 1, 1)));
        Assert.Null(other.Added());
        Assert.Equal(5, one.Add("a", 2, 2));
        var undo = one.Added()!;
        Assert.Equal(8, other.Add("b", 2, 7));
        undo();
        Assert.Equal((3, 5), (other.Add("a", 1, 3), other.Add("a", 2, 2)));
        Assert.Null(other.Add("b", 1, 1));
        Assert.Equal(9, other.Add("b", 3, 1));
        Assert.Null(one.Added());
    }

    [Fact]
    public void Long_labels_and_many_buckets_are_bounded_as_series_are()
    {
        var totals = new DeltaTotals(most: 1000, mostBytes: 10_000);
        Assert.Equal(1, totals.Add(new string('a', 4000), 1, 1));
        Assert.Null(totals.Add(new string('b', 4000), 1, 1));
        Assert.Equal(2, totals.Add("c", 1, 2));
        Assert.Null(totals.Add("d", 1, Histogram(0, 1000)));
        Assert.NotNull(totals.Add("d", 1, Histogram(0, 10)));
    }

    [Fact]
    public void A_histogram_that_wanders_begins_anew_instead_of_growing_for_ever()
    {
        var totals = new DeltaTotals();
        for (var time = 1; time < 40; time++) Assert.InRange(totals.Add("a", time, Histogram(time * 1000, 1000))!.PositiveBuckets.Length, 1000, 8192);
        Assert.Null(totals.Add("a", 41, Histogram(0, 8193)));
    }

    static NativeHistogram Histogram(int first, int buckets) => new() { Schema = 0, Count = buckets, PositiveSpans = [new(first, (uint)buckets)], PositiveBuckets = [.. Enumerable.Repeat(1.0, buckets)] };
}
