using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Promql.Evaluation;

/// <summary>
/// Small sums whose answers are written beside them, each asked at a moment and as one step of many, since those are different code. They stand where
/// the language changes its mind: the public scripts, which are not in this repository, pass over most of these places.
/// </summary>
public sealed class ReckonedByHandTests
{
    static HeldSource Counter(params (int Second, double Value)[] samples)
    {
        var series = new HeldSeries(Labels.Of((Labels.MetricName, "x")));
        foreach (var (second, value) in samples) series.Samples.Add((second * 1000L, value));
        return new([series]);
    }

    static HeldSource Buckets(params (string Bound, double Count)[] buckets) => new([.. buckets.Select(bucket =>
    {
        var series = new HeldSeries(Labels.Of((Labels.MetricName, "x_bucket"), ("le", bucket.Bound)));
        series.Samples.Add((60_000, bucket.Count));
        return series;
    })]);

    static void Is(double expected, ISeriesSource source, string query, int second)
    {
        var moment = Assert.Single(((VectorValue)QueryEngine.Instant(source, query, second * 1000L, QueryOptions.Default, CancellationToken.None).Value).Samples);
        Assert.Equal(expected, moment.Value, 1e-9);
        var steps = Assert.Single(((MatrixValue)QueryEngine.Range(source, query, (second - 20) * 1000L, (second + 20) * 1000L, 1000, QueryOptions.Default, CancellationToken.None).Value).Series);
        Assert.Equal(expected, steps.Values[Array.IndexOf(steps.Times, second * 1000L)], 1e-9);
    }

    static readonly HeldSource Tens = Counter((12, 100), (22, 110), (32, 120), (42, 130));

    /// <summary>
    /// Ten seconds apart, so 11 are near. Of (0, 60] the edges are 12 and 18 away, both far: half a distance each, 40 of 30. Of (1, 60] the first is 11 away, which
    /// is far too, of (2, 60] 10, which is near: 45 of 30.
    /// </summary>
    [Theory]
    [InlineData("increase(x[60s])", 40)]
    [InlineData("increase(x[59s])", 40)]
    [InlineData("increase(x[58s])", 45)]
    [InlineData("rate(x[60s])", 40 / 60.0)]
    [InlineData("delta(x[60s])", 40)]
    [InlineData("delta(x[58s])", 45)]
    [InlineData("irate(x[60s])", 1)]
    [InlineData("idelta(x[60s])", 10)]
    public void What_is_near_an_edge_is_extended_to_it_and_what_is_far_by_half_a_distance(string query, double expected) => Is(expected, Tens, query, 60);

    /// <summary>A sample at the beginning of a window is not of it, one at its end is.</summary>
    [Theory]
    [InlineData("count_over_time(x[20s])", 2)]
    [InlineData("count_over_time(x[30s])", 3)]
    [InlineData("sum_over_time(x[31s])", 460)]
    public void A_window_is_open_where_it_begins_and_closed_where_it_ends(string query, double expected) => Is(expected, Tens, query, 42);

    /// <summary>From 1 to 11 in ten seconds: it was at zero one second before the first sample, and no further back. A gauge may have been below: ten seconds back.</summary>
    [Theory]
    [InlineData("increase(x[40s])", 16)]
    [InlineData("delta(x[40s])", 25)]
    public void A_counter_is_not_extended_to_below_zero(string query, double expected) => Is(expected, Counter((10, 1), (20, 11)), query, 40);

    /// <summary>1010, 1030, then anew: 5, 25. It grew by 20, 5 and 20: 45 in 30 s, extended by half a distance at each side.</summary>
    [Theory]
    [InlineData("increase(x[60s])", 45 * (40 / 30.0))]
    [InlineData("resets(x[60s])", 1)]
    [InlineData("changes(x[60s])", 3)]
    [InlineData("irate(x[30s])", 2)]
    public void What_a_counter_had_before_its_reset_is_made_good(string query, double expected) => Is(expected, Counter((12, 1010), (22, 1030), (32, 5), (42, 25)), query, 60);

    /// <summary>The rank of 2 is met by the first bucket, though the second has as many.</summary>
    [Fact]
    public void A_quantile_on_a_bound_is_in_the_first_bucket_that_reaches_it() => Is(1, Buckets(("1", 2), ("2", 2), ("3", 4), ("+Inf", 4)), "histogram_quantile(0.5, x_bucket)", 60);

    /// <summary>One of a million is no error of rounding.</summary>
    [Fact]
    public void Buckets_that_differ_by_a_millionth_differ() => Is(2, Buckets(("1", 1_000_000), ("2", 1_000_001), ("+Inf", 1_000_001)), "histogram_quantile(1, x_bucket)", 60);

    [Theory]
    [InlineData(0.25, 1.5)]
    [InlineData(0.5, 2)]
    [InlineData(0.75, 2)]
    [InlineData(-0.1, double.NegativeInfinity)]
    [InlineData(1.1, double.PositiveInfinity)]
    public void A_quantile_is_interpolated_within_its_bucket_and_ends_with_the_last_bound(double q, double expected) =>
        Is(expected, Buckets(("1", 0), ("2", 2), ("+Inf", 4)), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"histogram_quantile({q}, x_bucket)"), 60);

    /// <summary>Two observations in (1/2, 1], two in (4, 8]: the half of them is looked for from above, and ends where the upper two begin.</summary>
    [Theory]
    [InlineData(0.25, 0.70710678118654757)]
    [InlineData(0.5, 4)]
    [InlineData(0.75, 5.6568542494923806)]
    [InlineData(0, 0.5)]
    [InlineData(1, 8)]
    public void A_quantile_of_a_native_histogram_is_looked_for_from_its_nearer_end(double q, double expected) =>
        Assert.Equal(expected, new NativeHistogram { Count = 4, Sum = 14, PositiveSpans = [new(0, 1), new(2, 1)], PositiveBuckets = [2, 2] }.Quantile(q), 1e-12);
}
