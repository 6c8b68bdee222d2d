using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>Whole runs against a server that stalls and fails by count, so that every share is exact.</summary>
[Collection(nameof(Measuring))]
public class ThresholdRunTests
{
    const string P95 = "p(95)<200";
    const string P99 = "p(99)<500";
    const string Failing = "rate<0.001";

    /// <summary>A server that lets every n-th answer wait, or fail.</summary>
    static StallingSite Site(long every, int stall = 0, int status = 200) => new(number => number % every == 0 ? (status, TimeSpan.FromMilliseconds(stall)) : (200, TimeSpan.Zero));

    static async Task<LoadResult> Run(StallingSite site, string load)
    {
        var form = (Value.Fields)Value.Parse(System.Text.Encoding.UTF8.GetBytes($$"""
            { "target": "{{site.Address}}", "scenarios": { "load": { {{load}}, "get": "/" } },
              "thresholds": { "http_req_duration": [ "{{P95}}", "{{P99}}" ], "http_req_failed": [ "{{Failing}}" ] } }
            """));
        var read = LoadPlanReader.Read(LoadForm.Of(form), new LoadFolder("."));
        Assert.Empty(read.Problems);
        var outcome = await LoadRun.Run(read.Plan!, new RunnerOptions { Release = Digest.Of("test"u8) }, new(), TestContext.Current.CancellationToken);
        return Assert.IsType<LoadOutcome.Ran>(outcome).Result;
    }

    static void Is(ThresholdState state, LoadResult result, string expression)
    {
        var threshold = result.Thresholds.Single(threshold => threshold.Threshold.Expression == expression);
        Assert.True(threshold.State == state, $"{threshold.State}: {threshold.Because} ({string.Join("; ", result.Doubts)})");
    }

    [Theory]
    [InlineData(16, 300, ThresholdState.Failed, ThresholdState.Met)] // 6.25 %
    [InlineData(50, 600, ThresholdState.Met, ThresholdState.Failed)] // 2 %
    [InlineData(200, 600, ThresholdState.Met, ThresholdState.Met)] // 0.5 %
    public async Task Stalls_fail_the_percentile_that_they_reach_and_no_other_and_the_greatest_shows_them(int every, int stall, ThresholdState p95, ThresholdState p99)
    {
        await using var site = Site(every, stall);

        var result = await Run(site, """ "rate": "400/s", "duration": "4s", "max_vus": 500 """);

        Is(p95, result, P95);
        Is(p99, result, P99);
        Assert.True(result.All.Latency.Greatest >= stall * 1_000_000L, $"the greatest is {result.All.Latency.Greatest} ns ({string.Join("; ", result.Doubts)})");
    }

    [Fact]
    public async Task Two_errors_in_a_thousand_of_ten_thousand_requests_fail()
    {
        await using var site = Site(every: 500, status: 503);

        var result = await Run(site, """ "vus": 8, "iterations": 10000, "max_duration": "60s" """);

        Assert.Equal((10_000, 20), (result.All.Requests, result.All.Failed));
        Is(ThresholdState.Failed, result, Failing);
    }

    [Fact]
    public async Task Five_hundred_clean_requests_prove_no_rate_of_errors()
    {
        await using var site = Site(every: int.MaxValue);

        var result = await Run(site, """ "vus": 4, "iterations": 500, "max_duration": "60s" """);

        Assert.Equal((500, 0), (result.All.Requests, result.All.Failed));
        Is(ThresholdState.Unproven, result, Failing);
        Assert.Equal(ThresholdState.Unproven, result.State);
    }

    [Fact]
    public async Task Three_thousand_clean_requests_prove_it()
    {
        await using var site = Site(every: int.MaxValue);

        var result = await Run(site, """ "vus": 4, "iterations": 3200, "max_duration": "60s" """);

        Is(ThresholdState.Met, result, Failing);
    }
}
