using Muster.Telemetry.Histograms;
using static Muster.Telemetry.Tests.Histograms.AddTests;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class ValidateTests
{
    [Fact]
    public void Valid_ones_are_taken()
    {
        var random = new Random(10);
        for (var round = 0; round < 1000; round++) Assert.Null(RandomHistogram.Any(random).Validate(isInteger: true));
        Assert.Null(Histogram(0, 0, 3).Copy(Histogram(0, 0, 3).Positive, SparseBuckets.None, count: 4, sum: double.NaN).Validate(isInteger: true));
        Assert.Null(Histogram(0, 0, 3).Copy(Histogram(0, 0, 3).Positive, SparseBuckets.None, count: 2).Validate());
    }

    public static TheoryData<string, NativeHistogram> Broken => new()
    {
        { "schema", new() { Schema = 9 } },
        { "schema", new() { Schema = -5 } },
        { "more than", new() { PositiveSpans = [new(0, NativeHistogram.MostBuckets + 1)], PositiveBuckets = [.. new double[NativeHistogram.MostBuckets + 1]] } },
        { "bounds of its own", new() { CustomBounds = [1] } },
        { "zero threshold", new() { ZeroThreshold = -1 } },
        { "zero threshold", new() { ZeroThreshold = double.NaN } },
        { "has a zero bucket", Custom([1], 1, 1).Copy(Custom([1], 1, 1).Positive, SparseBuckets.None, zeroCount: 1) },
        { "negative buckets", Custom([1], 1, 1).Copy(SparseBuckets.None, new([new(0, 1)], [1])) },
        { "not a number", Custom([double.NaN], 1, 1) },
        { "+Inf", Custom([double.PositiveInfinity], 1, 1) },
        { "ascend", Custom([2, 2], 1, 1, 1) },
        { "negative offset", new() { PositiveSpans = [new(0, 1), new(-1, 1)], PositiveBuckets = [1, 1] } },
        { "beyond the range", new() { PositiveSpans = [new(int.MaxValue, 1)], PositiveBuckets = [1] } },
        { "beyond the range", new() { NegativeSpans = [new(0, 1), new(0, uint.MaxValue)], NegativeBuckets = [1] } },
        { "spans for 2", new() { PositiveSpans = [new(0, 2)], PositiveBuckets = [1] } },
        { "beyond its 1 bounds", Custom([1], 1, 1, 1) },
        { "negative count in a positive", Histogram(0, 0, -1, 2) },
        { "negative count in a positive", Histogram(0, 0, double.NaN) },
        { "negative count in its zero", new() { ZeroCount = -1 } },
        { "negative count", new() { Count = -1 } },
    };

    [Theory, MemberData(nameof(Broken))]
    public void Broken_ones_are_told_why(string why, NativeHistogram broken) => Assert.Contains(why, broken.Validate(), StringComparison.Ordinal);

    [Fact]
    public void Integer_counts_must_add_up()
    {
        var histogram = Histogram(0, 0, 1, 2).Copy(Histogram(0, 0, 1, 2).Positive, SparseBuckets.None, count: 4);
        Assert.Null(histogram.Validate());
        Assert.Contains("a count of 4", histogram.Validate(isInteger: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_stands_in_one_the_check_answers_and_what_it_takes_can_be_worked_with()
    {
        var random = new Random(11);
        var taken = 0;
        for (var round = 0; round < 8000; round++)
        {
            var histogram = Mutated(random, RandomHistogram.Any(random));
            if (histogram.Validate() is not null) continue;
            taken++;
            // A zero bucket may lie over others: nothing forbids it.
            var buckets = histogram.Buckets().Where(bucket => !(bucket.LowerIncluded && bucket.UpperIncluded)).ToArray();
            for (var at = 1; at < buckets.Length; at++) Assert.True(buckets[at].Lower >= buckets[at - 1].Lower, histogram.ToString());
            var other = RandomHistogram.Any(random);
            _ = (histogram.Quantile(random.NextDouble()), histogram.Fraction(-1, 1), histogram.Stdvar(), histogram.IsResetOf(other), histogram.TrimAbove(1).Compact(), histogram.Add(other, out _));
            Assert.True(histogram.SameAs(histogram.Copy(histogram.Positive, histogram.Negative)));
            if (!histogram.HasCustomBuckets) Assert.Null(histogram.ReducedTo(-4).Validate());
        }

        Assert.InRange(taken, 1000, 7500);
    }

    static NativeHistogram Mutated(Random random, NativeHistogram one)
    {
        double[] odd = [0, -1, 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 1e300];
        double Odd() => odd[random.Next(odd.Length)];
        return random.Next(9) switch
        {
            0 => one.Copy(one.Positive, one.Negative, schema: random.Next(-60, 20)),
            1 => one.Copy(one.Positive, one.Negative, zeroThreshold: Odd()),
            2 => one.Copy(one.Positive, one.Negative, zeroCount: Odd()),
            3 => one.Copy(one.Positive, one.Negative, count: Odd(), sum: Odd()),
            4 => one.Copy(one.Positive with { Counts = [.. one.PositiveBuckets.Select(count => random.Next(4) == 0 ? Odd() : count)] }, one.Negative),
            5 => one.Copy(one.Positive with { Spans = [.. one.PositiveSpans.Select(span => random.Next(3) == 0 ? new(random.Next(int.MinValue, int.MaxValue), (uint)random.Next()) : span)] }, one.Negative),
            6 => one.Copy(one.Positive, one.Negative with { Spans = [.. one.NegativeSpans.Select(span => span with { Offset = span.Offset + random.Next(-3, 4) })] }),
            7 => one.Copy(one.Positive, one.Negative, bounds: [.. one.CustomBounds.Select(bound => random.Next(4) == 0 ? Odd() : bound)]),
            _ => one.Copy(one.Negative, one.Positive),
        };
    }
}
