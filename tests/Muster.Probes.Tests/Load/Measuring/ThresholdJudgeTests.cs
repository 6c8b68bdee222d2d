using System.Collections.Immutable;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class ThresholdJudgeTests
{
    [Fact]
    public void Stalls_of_300_ms_on_6_percent_of_requests_fail_a_p95_of_200()
    {
        var measured = Loads.Measured(Loads.Slow(10_000, (0.06, 300)));
        var result = Judge("http_req_duration", "p(95)<200", measured);
        Assert.Equal(ThresholdState.Failed, result.State);
        Assert.InRange(result.Observed!.Value, 299.7, 300.3);
        Assert.Equal(10_000, result.Samples);
    }

    [Fact]
    public void Stalls_of_600_ms_on_2_percent_fail_a_p99_of_500_and_pass_a_p95_of_200()
    {
        var measured = Loads.Measured(Loads.Slow(10_000, (0.02, 600)));
        Assert.Equal(ThresholdState.Failed, Judge("http_req_duration", "p(99)<500", measured).State);
        Assert.Equal(ThresholdState.Met, Judge("http_req_duration", "p(95)<200", measured).State);
    }

    [Fact]
    public void Stalls_of_600_ms_on_half_a_percent_pass_both_and_the_maximum_shows_them()
    {
        var measured = Loads.Measured(Loads.Slow(10_000, (0.005, 600)));
        Assert.Equal(ThresholdState.Met, Judge("http_req_duration", "p(99)<500", measured).State);
        Assert.Equal(ThresholdState.Met, Judge("http_req_duration", "p(95)<200", measured).State);
        Assert.Equal(600, Judge("http_req_duration", "max<500", measured) is { State: ThresholdState.Failed, Observed: { } max } ? max : 0);
    }

    [Fact]
    public void Failures_of_a_fifth_of_a_percent_of_10000_fail_a_rate_under_a_tenth()
    {
        var result = Judge("http_req_failed", "rate<0.001", Loads.Measured(Loads.Failing(10_000, 20)));
        Assert.Equal((ThresholdState.Failed, 0.002), (result.State, result.Observed));
    }

    [Fact]
    public void Five_hundred_clean_requests_do_not_prove_a_rate_under_a_tenth_of_a_percent_and_it_says_how_many_would()
    {
        var result = Judge("http_req_failed", "rate<0.001", Loads.Measured(Loads.Failing(500, 0)));
        Assert.Equal(ThresholdState.Unproven, result.State);
        Assert.Equal(0.00597, result.Bound!.Value, 1e-5);
        Assert.Equal("0 of 500 requests failed (0%), with 95 % confidence at most 0.597%, which does not prove rate<0.001: about 2,995 are needed at this rate.", result.Because);
    }

    [Theory]
    [InlineData(2_994, 0, ThresholdState.Unproven)]
    [InlineData(2_995, 0, ThresholdState.Met)]
    [InlineData(10_000, 5, ThresholdState.Unproven)] // bound 0.00105
    [InlineData(10_000, 4, ThresholdState.Met)]
    [InlineData(10_000, 10, ThresholdState.Failed)]
    [InlineData(1, 1, ThresholdState.Failed)]
    public void A_rate_is_met_only_when_its_bound_is_under_the_limit(int requests, int failed, ThresholdState state) =>
        Assert.Equal(state, Judge("http_req_failed", "rate<0.001", Loads.Measured(Loads.Failing(requests, failed))).State);

    [Theory]
    [InlineData("rate>0.99", 1_000, 0, ThresholdState.Met)]
    [InlineData("rate>0.99", 200, 0, ThresholdState.Unproven)]
    [InlineData("rate>=0.99", 1_000, 11, ThresholdState.Failed)]
    [InlineData("rate>=0.99", 1_000, 10, ThresholdState.Unproven)]
    [InlineData("rate>0.99", 1_000, 10, ThresholdState.Failed)]
    [InlineData("rate==1", 100_000, 0, ThresholdState.Unproven)]
    [InlineData("rate==1", 100_000, 1, ThresholdState.Failed)]
    [InlineData("rate!=0.5", 1_000, 0, ThresholdState.Met)]
    public void A_lower_limit_of_checks_is_the_mirror_of_an_upper_one(string expression, int checks, int failed, ThresholdState state)
    {
        var tally = new Tally();
        for (var i = 0; i < checks; i++) tally.Add(new Probes.Load.Sample { Intended = 0, Sent = 0, Done = 1, ChecksPassed = i < failed ? 0 : 1, ChecksFailed = i < failed ? 1 : 0 });
        Assert.Equal(state, Judge("checks", expression, Loads.Measured(tally)).State);
    }

    [Fact]
    public void No_sample_is_unproven_for_every_metric_even_where_an_estimate_decides()
    {
        foreach (var metric in Metric.All)
        {
            var expression = metric.Kind switch { MetricKind.Trend => "p(95)<200", MetricKind.Rate => "rate<0.5", MetricKind.Counter => "count<5", _ => "value<5" };
            foreach (var exact in (bool[])[false, true])
                Assert.Equal((metric.Name, ThresholdState.Unproven), (metric.Name, Judge(metric.Name, expression, Loads.Measured(), exact).State));
        }
    }

    [Theory]
    [InlineData("p(99)<500", 999, ThresholdState.Unproven, "1,000")]
    [InlineData("p(99)<500", 1_000, ThresholdState.Met, "")]
    [InlineData("p(95)<500", 199, ThresholdState.Unproven, "200")]
    [InlineData("p(95)<500", 200, ThresholdState.Met, "")]
    [InlineData("p(99.9)<500", 9_999, ThresholdState.Unproven, "10,000")]
    [InlineData("p(99.9)<500", 10_000, ThresholdState.Met, "")]
    [InlineData("p(50)<500", 19, ThresholdState.Unproven, "20")]
    [InlineData("med<500", 20, ThresholdState.Met, "")]
    [InlineData("p(5)>5", 199, ThresholdState.Unproven, "200")]
    [InlineData("p(100)<500", 1, ThresholdState.Met, "")]
    [InlineData("max<500", 1, ThresholdState.Met, "")]
    public void A_percentile_needs_ten_samples_beyond_it(string expression, int samples, ThresholdState state, string needed)
    {
        var result = Judge("http_req_duration", expression, Loads.Measured(Loads.Slow(samples)));
        Assert.Equal(state, result.State);
        Assert.Contains(needed, result.Because, StringComparison.Ordinal);
        Assert.Equal(ThresholdState.Met, Judge("http_req_duration", expression, Loads.Measured(Loads.Slow(samples)), exact: true).State);
    }

    [Fact]
    public void Too_few_samples_fail_a_percentile_only_where_they_refute_it()
    {
        // All ten over the limit: no target that keeps p95 shows that more than once in 10^13 runs.
        Assert.Equal(ThresholdState.Failed, Judge("http_req_duration", "p(95)<200", Loads.Measured(Loads.Slow(10, (1, 500)))).State);
        // One of ten over the limit is no surprise where one of twenty may be.
        Assert.Equal(ThresholdState.Unproven, Judge("http_req_duration", "p(95)<200", Loads.Measured(Loads.Slow(10, (0.1, 500)))).State);
        // Of 100 at most 5 are due; 9 are the least that 5 % do not explain at 95 %.
        Assert.Equal(ThresholdState.Unproven, Judge("http_req_duration", "p(95)<200", Loads.Measured(Loads.Slow(100, (0.09, 500)))).State);
        Assert.Equal(ThresholdState.Failed, Judge("http_req_duration", "p(95)<200", Loads.Measured(Loads.Slow(100, (0.10, 500)))).State);
        // From below.
        Assert.Equal(ThresholdState.Failed, Judge("http_req_duration", "p(5)>100", Loads.Measured(Loads.Slow(10))).State);
        Assert.Equal(ThresholdState.Unproven, Judge("http_req_duration", "p(5)>10", Loads.Measured(Loads.Slow(10))).State);
    }

    [Fact]
    public void A_selector_takes_only_what_carries_its_tags()
    {
        var measured = Loads.Measured(
            Loads.Tagged("browse", "home", Loads.Slow(1_000), ("team", "shop")), Loads.Tagged("browse", "search", Loads.Slow(1_000, (1, 700))), Loads.Tagged("buy", "pay", Loads.Slow(1_000, (1, 900))));
        Assert.Equal(ThresholdState.Met, Judge("http_req_duration", "p(99)<500", measured, tags: [("name", "home")]).State);
        Assert.Equal(ThresholdState.Met, Judge("http_req_duration", "p(99)<500", measured, tags: [("team", "shop")]).State);
        Assert.Equal(2_000, Judge("http_req_duration", "p(99)<500", measured, tags: [("scenario", "browse")]).Samples);
        Assert.Equal(ThresholdState.Failed, Judge("http_req_duration", "p(99)<800", measured, tags: [("scenario", "buy")]).State);
        Assert.Equal(ThresholdState.Unproven, Judge("http_req_duration", "p(99)<800", measured, tags: [("scenario", "buy"), ("name", "home")]).State);
        Assert.Equal(2_000, Judge("iterations", "count>0", measured, tags: [("scenario", "browse")]).Observed);
    }

    [Fact]
    public void Only_good_responses_are_judged_where_they_are_asked_for()
    {
        var measured = Loads.Measured(Loads.Tally(Enumerable.Range(0, 2_000).Select(i => (i < 200 ? 5_000 * Loads.Ms : 20 * Loads.Ms, i < 200))));
        Assert.Equal(ThresholdState.Failed, Judge("http_req_duration", "p(95)<200", measured).State);
        Assert.Equal(ThresholdState.Met, Judge("http_req_duration", "p(95)<200", measured, tags: [("expected_response", "true")]).State);
        Assert.Equal(1_800, Judge("http_reqs", "count>0", measured, tags: [("expected_response", "true")]).Observed);
    }

    [Theory]
    [InlineData("http_reqs", "count>=300", ThresholdState.Met)]
    [InlineData("http_reqs", "rate>=10", ThresholdState.Met)] // 300 in 30 s
    [InlineData("http_reqs", "rate>10", ThresholdState.Failed)]
    [InlineData("dropped_iterations", "count==0", ThresholdState.Met)]
    [InlineData("dropped_iterations", "count>0", ThresholdState.Failed)]
    [InlineData("iterations", "count===300", ThresholdState.Met)]
    [InlineData("vus", "value<4", ThresholdState.Met)]
    [InlineData("vus_max", "value<8", ThresholdState.Failed)]
    [InlineData("data_sent", "count<=30000", ThresholdState.Met)]
    [InlineData("data_received", "rate<10000", ThresholdState.Failed)]
    [InlineData("ws_sessions", "count<1", ThresholdState.Unproven)]
    [InlineData("ws_sessions", "count>0", ThresholdState.Failed)]
    [InlineData("http_req_tls_handshaking", "max<10", ThresholdState.Unproven)]
    public void Counters_and_gauges_are_what_they_are(string metric, string expression, ThresholdState state) => Assert.Equal(state, Judge(metric, expression, Loads.Measured(Loads.Slow(300))).State);

    [Fact]
    public void Where_an_estimate_decides_a_clean_request_is_enough_as_k6_has_it()
    {
        Assert.Equal(ThresholdState.Met, Judge("http_req_failed", "rate<0.001", Loads.Measured(Loads.Failing(1, 0)), exact: true).State);
        Assert.Equal(ThresholdState.Met, Judge("http_req_failed", "rate==0", Loads.Measured(Loads.Failing(1, 0)), exact: true).State);
        Assert.Equal(ThresholdState.Failed, Judge("http_req_failed", "rate<0.001", Loads.Measured(Loads.Failing(1_000, 1)), exact: true).State);
    }

    static ThresholdResult Judge(string metric, string expression, Measured measured, bool exact = false, (string, string)[]? tags = null) =>
        ThresholdJudge.Of(new Threshold(metric, (tags ?? []).ToImmutableSortedDictionary(tag => tag.Item1, tag => tag.Item2, StringComparer.Ordinal), expression), measured, exact);
}
