using Muster.Telemetry.Histograms;
using static Muster.Telemetry.Tests.Histograms.AddTests;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class TrimTests
{
    [Fact]
    public void What_is_above_and_what_is_below_make_up_the_whole()
    {
        var random = new Random(8);
        for (var round = 0; round < 2000; round++)
        {
            var histogram = RandomHistogram.Exponential(random);
            var limit = random.Next(-8, 8) + random.NextDouble();
            var (below, above) = (histogram.TrimAbove(limit), histogram.TrimBelow(limit));
            Assert.Equal(histogram.Count, below.Count + above.Count, 1e-9);
            Assert.Equal(below.Count, below.Buckets().Sum(bucket => bucket.Count), 1e-9);
            if (histogram.Count > 0) Assert.Equal(histogram.Fraction(double.NegativeInfinity, limit), below.Count / histogram.Count, 1e-9);
        }
    }

    [Fact]
    public void Where_nothing_is_taken_away_all_stays()
    {
        var random = new Random(9);
        for (var round = 0; round < 200; round++)
        {
            var histogram = RandomHistogram.Any(random);
            Assert.Same(histogram, histogram.TrimAbove(double.PositiveInfinity));
            Assert.Same(histogram, histogram.TrimBelow(double.NegativeInfinity));
            Assert.Equal(0, histogram.TrimAbove(double.NegativeInfinity).Count);
            Assert.Equal(0, histogram.TrimBelow(double.PositiveInfinity).Count);
        }
    }

    [Theory]
    [InlineData(2, 0.4, 0.4)]
    [InlineData(10, 1, 2.5)]
    [InlineData(0, 0, 0)]
    public void The_part_below_under_own_bounds(double limit, double count, double sum)
    {
        var trimmed = Custom([5], 1, 100).TrimAbove(limit);
        Assert.Equal((count, sum), (trimmed.Count, trimmed.Sum));
    }

    [Theory]
    [InlineData(2, 100.6, 502.1)]
    [InlineData(10, 100, 1000)]
    [InlineData(-10, 100, 500)]
    public void The_part_above_under_own_bounds(double limit, double count, double sum)
    {
        var trimmed = Custom([5], 1, 100).TrimBelow(limit);
        Assert.Equal(count, trimmed.Count, 1e-9);
        Assert.Equal(sum, trimmed.Sum, 1e-9);
    }

    [Fact]
    public void An_exponential_bucket_is_cut_by_logarithm()
    {
        var trimmed = Histogram(0, 1, 4).TrimAbove(Math.Sqrt(2));
        Assert.Equal(2, trimmed.Count, 1e-12);
        Assert.Equal(2 * Math.Pow(2, 0.25), trimmed.Sum, 1e-12);
    }
}
