using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class ClopperPearsonTests
{
    [Theory]
    [InlineData(0, 2_995, 0.000_999_756)] // 1 - 0.05^(1/n)
    [InlineData(0, 500, 0.005_973_552)]
    [InlineData(0, 10, 0.258_866)]
    [InlineData(1, 10, 0.394_163)] // the 90 % two-sided limits of the usual tables
    [InlineData(5, 10, 0.777_559)]
    [InlineData(5, 100, 0.102_251)]
    [InlineData(9, 10, 0.994_884)]
    [InlineData(10, 10, 1)]
    public void The_upper_bound_is_that_of_the_tables(long seen, long of, double bound) => Assert.Equal(bound, ClopperPearson.Upper(seen, of), 5e-6);

    [Theory]
    [InlineData(0, 10, 0)]
    [InlineData(1, 10, 0.005_116)]
    [InlineData(5, 10, 0.222_441)]
    [InlineData(9, 10, 0.605_837)]
    [InlineData(10, 10, 0.741_134)]
    public void The_lower_bound_is_that_of_the_tables(long seen, long of, double bound) => Assert.Equal(bound, ClopperPearson.Lower(seen, of), 5e-6);

    [Fact]
    public void Under_the_bound_so_few_are_seen_with_a_probability_of_exactly_5_percent()
    {
        foreach (var (seen, of) in ((int, int)[])[(0, 1), (1, 2), (3, 7), (5, 10_000), (20, 10_000), (200, 1_000), (999, 1_000), (2_500, 5_000)])
        {
            Assert.Equal(0.05, AtMost(seen, of, ClopperPearson.Upper(seen, of)), 1e-9);
            Assert.Equal(0.05, 1 - AtMost(seen - 1, of, ClopperPearson.Lower(seen, of)), seen == 0 ? 1 : 1e-9);
        }
    }

    [Fact]
    public void Whatever_the_true_rate_is_the_bound_misses_it_in_at_most_5_percent_of_runs()
    {
        foreach (var of in (int[])[5, 30, 200])
        {
            var bounds = Enumerable.Range(0, of + 1).Select(seen => ClopperPearson.Upper(seen, of)).ToArray();
            for (var rate = 0.005; rate < 1; rate += 0.0125)
            {
                var missed = Enumerable.Range(0, of + 1).Where(seen => bounds[seen] < rate).Sum(seen => Math.Exp(LogChance(seen, of, rate)));
                Assert.True(missed <= 0.05 + 1e-9, $"{of} samples at {rate}: missed {missed}");
            }
        }
    }

    [Fact]
    public void The_bounds_grow_with_what_was_seen_and_mirror_each_other()
    {
        for (var seen = 0; seen < 400; seen++)
        {
            Assert.True(ClopperPearson.Upper(seen, 400) < ClopperPearson.Upper(seen + 1, 400));
            Assert.True(ClopperPearson.Lower(seen, 400) < ClopperPearson.Lower(seen + 1, 400));
            Assert.Equal(ClopperPearson.Upper(seen, 400), 1 - ClopperPearson.Lower(400 - seen, 400), 1e-12);
            Assert.InRange((double)seen / 400, ClopperPearson.Lower(seen, 400), ClopperPearson.Upper(seen, 400));
        }
    }

    [Fact]
    public void Thousands_of_millions_of_samples_are_reckoned_as_the_normal_approximation_has_it()
    {
        const long Of = 4_000_000_000, Seen = 4_000_000;
        var about = 0.001 + 1.6448536 * Math.Sqrt(0.001 * 0.999 / Of);
        Assert.Equal(about, ClopperPearson.Upper(Seen, Of), 1e-8);
    }

    [Theory]
    [InlineData(0, 0.001, 2_995L)]
    [InlineData(0, 0.01, 299L)]
    [InlineData(0, 0.5, 5L)]
    public void So_many_clean_samples_are_needed(double estimate, double limit, long needed) => Assert.Equal(needed, ClopperPearson.Needed(estimate, limit));

    [Fact]
    public void No_number_of_samples_is_enough_for_a_limit_that_the_estimate_stands_on()
    {
        Assert.Null(ClopperPearson.Needed(0.001, 0.001));
        Assert.Null(ClopperPearson.Needed(0, 0));
        Assert.Null(ClopperPearson.Needed(0.002, 0.001));
    }

    [Fact]
    public void The_number_needed_is_enough()
    {
        foreach (var (estimate, limit) in ((double, double)[])[(0.0005, 0.001), (0.009, 0.01), (0.2, 0.21), (0.0009, 0.001)])
        {
            var needed = ClopperPearson.Needed(estimate, limit)!.Value;
            Assert.True(ClopperPearson.Upper((long)Math.Ceiling(estimate * needed), needed) < limit * 1.0005, $"{estimate} under {limit}: {needed}");
        }
    }

    static double AtMost(int seen, int of, double rate) => Enumerable.Range(0, seen + 1).Sum(k => Math.Exp(LogChance(k, of, rate)));

    static double LogChance(int seen, int of, double rate)
    {
        var log = 0.0;
        for (var i = 1; i <= seen; i++) log += Math.Log((double)(of - seen + i) / i);
        return log + seen * Math.Log(rate) + (of - seen) * Math.Log(1 - rate);
    }
}
