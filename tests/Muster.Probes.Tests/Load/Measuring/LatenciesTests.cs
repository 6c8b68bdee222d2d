using FsCheck;
using FsCheck.Fluent;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class LatenciesTests
{
    static readonly double[] Shares = [0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1];

    public static TheoryData<string> Shapes => new("uniform", "exponential", "log-normal", "pareto", "two humps", "constant", "nanoseconds", "with noughts", "hours");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_quantile_is_within_a_thousandth_of_the_sorted_samples(string shape)
    {
        var random = new Random(7);
        foreach (var count in (int[])[1, 2, 3, 10, 100, 1_000, 50_000])
        {
            var samples = Enumerable.Range(0, count).Select(_ => Draw(shape, random)).ToArray();
            var seen = Of(samples);
            Array.Sort(samples);
            foreach (var share in Shares)
            {
                var truth = samples[Math.Clamp((int)Math.Ceiling(Math.Round(share * count, 9)), 1, count) - 1];
                var told = seen.Quantile(share);
                Assert.True(Math.Abs(told - truth) <= truth * 0.001, $"{shape}, {count} samples: {share} is {truth} and was told as {told}");
            }

            Assert.Equal((samples[0], samples[^1], (long)count), (seen.Least, seen.Greatest, seen.Count));
            Assert.Equal(samples.Sum(sample => (decimal)sample), (decimal)seen.ExactSum);
        }
    }

    [Fact]
    public void Merging_parts_is_the_same_as_measuring_the_whole()
    {
        var prop = Prop.ForAll(
            ArbMap.Default.ArbFor<int[]>(), ArbMap.Default.ArbFor<int[]>(),
            (one, other) =>
            {
                var (a, b) = (one.Select(Long).ToArray(), other.Select(Long).ToArray());
                var merged = Of(a);
                merged.Add(Of(b));
                return Same(Of([.. a, .. b]), merged);
            });
        prop.QuickCheckThrowOnFailure();

        static long Long(int number) => (long)Math.Abs((long)number) * Math.Abs((long)number) % (1L << 43);
    }

    [Fact]
    public void A_share_that_floating_point_puts_a_hair_above_a_rank_is_that_rank()
    {
        var seen = Of([.. Enumerable.Range(1, 100).Select(n => (long)n)]);
        for (var percent = 1; percent <= 100; percent++) Assert.Equal(percent, seen.Quantile(percent / 100.0));
        Assert.Equal(1, seen.Quantile(0));
        Assert.Equal(100, seen.Quantile(2));
        Assert.Equal(1, seen.Quantile(-1));
    }

    [Fact]
    public void Without_samples_everything_is_nought_and_there_is_no_bucket()
    {
        var none = new Latencies();
        Assert.Equal((0L, 0L, 0.0, 0.0, 0L), (none.Count, none.Greatest, none.Sum, none.Mean, none.Quantile(0.5)));
        Assert.Empty(none.Buckets());
        none.Add(new Latencies());
        Assert.Equal(0, none.Count);
        Assert.Equal(long.MaxValue, none.Least);
    }

    [Fact]
    public void Negative_times_count_as_nought_and_nought_is_a_time()
    {
        var seen = Of([-5, 0, long.MinValue]);
        Assert.Equal((3L, 0L, 0L, 0.0), (seen.Count, seen.Least, seen.Greatest, seen.Sum));
        Assert.Equal([(0L, 1L, 3L)], seen.Buckets());
    }

    [Fact]
    public void What_is_longer_than_the_last_bucket_is_counted_and_never_told_as_less()
    {
        var longest = Latencies.Beyond * 8;
        var seen = Of([.. Enumerable.Repeat(1_000L, 90), .. Enumerable.Repeat(longest, 10)]);
        Assert.Equal(longest, seen.Greatest);
        Assert.Equal(longest, seen.Quantile(0.95));
        Assert.InRange(seen.Quantile(0.9), 999, 1001);
        Assert.Equal(100, seen.Buckets().Sum(bucket => bucket.Count));
        Assert.Equal(0, seen.AtOrBelow(longest) - 90);
        Assert.Equal(10, seen.AtOrAbove(1_000_000));
        seen.Add(long.MaxValue);
        Assert.Equal(long.MaxValue, seen.Greatest);
    }

    [Fact]
    public void Cleared_it_is_as_new_and_measures_again()
    {
        var seen = Of([1, 1_000_000, 1L << 41]);
        seen.Clear();
        Assert.True(Same(new(), seen));
        seen.Add(77);
        Assert.True(Same(Of([77]), seen));
    }

    [Fact]
    public void Every_bucket_is_at_most_a_thousandth_wide_and_they_leave_no_gap()
    {
        var seen = new Latencies();
        foreach (var value in Enumerable.Range(0, 42).SelectMany(bit => (long[])[(1L << bit) - 1, 1L << bit, (1L << bit) + 1, (1L << bit) + (1L << bit) / 3])) seen.Add(value);
        foreach (var (from, to, _) in seen.Buckets())
        {
            Assert.True(to - from == 1 || (to - from) * 1024 <= from, $"{from}..{to}");
            var within = new Latencies();
            within.Add(to);
            Assert.True(to == Latencies.Beyond || within.Buckets().Single().From == to, $"{from}..{to}");
        }
    }

    [Fact]
    public void Counts_over_and_under_a_value_are_never_more_than_there_are()
    {
        var random = new Random(3);
        var samples = Enumerable.Range(0, 5_000).Select(_ => Draw("log-normal", random)).ToArray();
        var seen = Of(samples);
        foreach (var value in samples.Take(300))
        {
            var (over, under) = (samples.Count(sample => sample >= value), samples.Count(sample => sample <= value));
            Assert.InRange(seen.AtOrAbove(value), samples.Count(sample => sample >= value * 1.001), over);
            Assert.InRange(seen.AtOrBelow(value), samples.Count(sample => sample <= value * 0.999), under);
        }
    }

    static Latencies Of(long[] samples)
    {
        var seen = new Latencies();
        foreach (var sample in samples) seen.Add(sample);
        return seen;
    }

    static bool Same(Latencies one, Latencies other) =>
        (one.Count, one.Least, one.Greatest, one.ExactSum) == (other.Count, other.Least, other.Greatest, other.ExactSum) && one.Buckets().SequenceEqual(other.Buckets());

    static long Draw(string shape, Random random) => shape switch
    {
        "uniform" => random.NextInt64(1, 1_000_000_000),
        "exponential" => (long)(-Math.Log(1 - random.NextDouble()) * 20_000_000),
        "log-normal" => (long)(Math.Exp(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())) * 5_000_000),
        "pareto" => (long)Math.Min(1_000_000 / Math.Pow(1 - random.NextDouble(), 1.3), Latencies.Beyond - 1),
        "two humps" => random.Next(100) < 94 ? random.NextInt64(1_000_000, 2_000_000) : random.NextInt64(300_000_000, 301_000_000),
        "constant" => 123_456_789,
        "nanoseconds" => random.NextInt64(0, 3_000),
        "with noughts" => random.Next(3) == 0 ? 0 : random.NextInt64(1, 1_000_000),
        _ => random.NextInt64(1_000_000_000_000, Latencies.Beyond),
    };
}
