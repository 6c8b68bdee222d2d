using Muster.Telemetry.Histograms;
using static Muster.Telemetry.Tests.Histograms.AddTests;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class QuantileTests
{
    [Fact]
    public void A_quantile_lies_in_a_bucket_that_has_something_and_grows_with_q()
    {
        var random = new Random(5);
        for (var round = 0; round < 2000; round++)
        {
            var histogram = RandomHistogram.Any(random);
            if (histogram.Count == 0) continue;
            var last = double.NegativeInfinity;
            for (var q = 0.0; q <= 1; q += 0.0625)
            {
                var value = histogram.Quantile(q);
                Assert.Contains(histogram.Buckets(), bucket => bucket.Count > 0 && bucket.Lower <= value && value <= bucket.Upper);
                Assert.True(value >= last, $"{histogram} at {q}: {value} after {last}");
                last = value;
            }
        }
    }

    [Fact]
    public void The_fraction_up_to_a_quantile_is_q()
    {
        var random = new Random(6);
        for (var round = 0; round < 2000; round++)
        {
            // A zero bucket without width holds a point: there q jumps.
            var histogram = RandomHistogram.Exponential(random, zero: 0.001);
            if (histogram.Count == 0) continue;
            var q = random.NextDouble();
            Assert.Equal(q, histogram.Fraction(double.NegativeInfinity, histogram.Quantile(q)), 1e-9);
        }
    }

    [Fact]
    public void Fractions_of_parts_add_up()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var histogram = RandomHistogram.Any(random);
            if (histogram.Count == 0) continue;
            var (a, b) = (random.Next(-8, 8) + random.NextDouble(), random.Next(-8, 8) + random.NextDouble());
            var (lower, upper) = (Math.Min(a, b), Math.Max(a, b));
            var whole = histogram.Fraction(double.NegativeInfinity, lower) + histogram.Fraction(lower, upper) + histogram.Fraction(upper, double.PositiveInfinity);
            Assert.Equal(1, whole, 1e-9);
            Assert.InRange(histogram.Fraction(lower, upper), 0, 1);
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(0.9, 12.99603834169977)]
    [InlineData(0.5, 1.5874010519681994)]
    [InlineData(0.1, 0.0006)]
    [InlineData(0, 0)]
    [InlineData(1.001, double.PositiveInfinity)]
    [InlineData(-1, double.NegativeInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Quantiles_beside_a_zero_bucket(double q, double expected)
    {
        var histogram = Histogram(0, 0, 2, 3, 0, 1, 4).Copy(new([new(0, 5)], [2, 3, 0, 1, 4]), SparseBuckets.None, zeroThreshold: 0.001, zeroCount: 2, count: 12);
        Assert.Equal(expected, histogram.Quantile(q), 1e-12);
        var mirrored = histogram.Copy(SparseBuckets.None, histogram.Positive);
        Assert.Equal(double.IsFinite(expected) ? -expected : histogram.Quantile(q), mirrored.Quantile(double.IsFinite(expected) ? 1 - q : q), 1e-12);
    }

    [Fact]
    public void Own_bounds_are_even_within_and_their_endless_buckets_give_the_bound()
    {
        Assert.Equal(7.5, Custom([5, 10], 1, 2, 1).Quantile(0.5));
        Assert.Equal(10, Custom([5, 10], 1, 2, 1).Quantile(0.99));
        Assert.Equal(-5, Custom([-5, 10], 4, 1, 1).Quantile(0.1));
    }

    [Fact]
    public void What_is_not_a_number_counts_as_the_highest()
    {
        var histogram = Histogram(0, 0, 12).Copy(Histogram(0, 0, 12).Positive, SparseBuckets.None, count: 15, sum: double.NaN);

        Assert.Equal((3, 1, double.NaN), (histogram.NotANumberCount(), histogram.Quantile(0.8), histogram.Quantile(0.81)));
        Assert.Equal(0.8, histogram.Fraction(double.NegativeInfinity, double.PositiveInfinity), 1e-12);
    }

    [Fact]
    public void An_empty_histogram_has_neither()
    {
        var empty = new NativeHistogram();
        Assert.Equal((double.NaN, double.NaN, double.NaN), (empty.Quantile(0.5), empty.Fraction(0, 1), empty.Stdvar()));
    }

    [Fact]
    public void Deviation_from_the_average()
    {
        var histogram = Histogram(2, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1);
        histogram = histogram.Copy(histogram.Positive, SparseBuckets.None, sum: 10);

        Assert.Equal(2.5, histogram.Average());
        Assert.Equal(1.163807968526718, histogram.Stdvar(), 1e-12);
        Assert.Equal(1.0787993180043811, histogram.Stddev(), 1e-12);
    }
}
