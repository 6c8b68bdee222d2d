using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class ThresholdReaderTests
{
    static readonly ThresholdTags Tags = new(new Dictionary<string, ImmutableSortedSet<string>>
    {
        ["scenario"] = ["browse", "buy"], ["name"] = ["home", "pay: now"], ["method"] = ["GET"], ["expected_response"] = ["true"], ["team"] = ["shop"],
    }.ToImmutableSortedDictionary(StringComparer.Ordinal));

    [Theory]
    [InlineData("p(95)<200")]
    [InlineData("p(99.9) <= 1e3")]
    [InlineData("  p(0)   >=   0.5  ")]
    [InlineData("avg===12")]
    [InlineData("med == 12.5")]
    [InlineData("min\t!=\t-1")]
    [InlineData("max>+1")]
    [InlineData("p(100)<.5")]
    public void What_k6_reads_is_read(string expression)
    {
        var (thresholds, problems) = Read($$"""{ "http_req_duration": [{{JsonSerializer.Serialize(expression)}}] }""");
        Assert.Empty(problems);
        Assert.Equal(expression.Trim(), Assert.Single(thresholds).Expression);
    }

    [Theory]
    [InlineData("p(95)", "It has none of the operators")]
    [InlineData("p(95)<", "There is no number after <")]
    [InlineData("p(95)<200ms", "times are in milliseconds")]
    [InlineData("p95<200", "\"p95\" is none of")]
    [InlineData("p( 95 )<200", "is no percentile")]
    [InlineData("p(101)<200", "is no percentile")]
    [InlineData("p(x)<200", "is no percentile")]
    [InlineData("p(95)<NaN", "is not a number")]
    [InlineData("p(95)<Infinity", "is not a number")]
    [InlineData("p(95)<1e999", "is not a number")]
    [InlineData("p(95)<1,000", "is not a number")]
    [InlineData("<200", "There is nothing before the operator")]
    [InlineData("p(95)=<200", "is no percentile", "is none of")]
    [InlineData("p(95)=200", "It has none of the operators")]
    [InlineData("AVG<200", "is none of")]
    [InlineData("", "It has none of the operators")]
    [InlineData("avg<1<2", "is not a number")]
    [InlineData("rate<0.1", "It is a trend, which has avg, min, max, med and p(N).")]
    [InlineData("count<1", "It is a trend")]
    public void What_k6_does_not_read_is_refused_with_a_reason(string expression, string says, string? or = null)
    {
        var (thresholds, problems) = Read($$"""{ "http_req_duration": [{{JsonSerializer.Serialize(expression)}}] }""");
        Assert.Empty(thresholds);
        var problem = Assert.Single(problems);
        Assert.Equal("thresholds.http_req_duration[0]", problem.Path);
        var told = problem.Says + " " + problem.Fix;
        Assert.True(told.Contains(says, StringComparison.Ordinal) || or is not null && told.Contains(or, StringComparison.Ordinal), told);
    }

    [Fact]
    public void Each_metric_has_only_the_aggregations_of_its_kind()
    {
        foreach (var metric in Metric.All)
            foreach (var (aggregation, kinds) in ((string, MetricKind[])[])
                [("avg", [MetricKind.Trend]), ("p(95)", [MetricKind.Trend]), ("med", [MetricKind.Trend]), ("min", [MetricKind.Trend]), ("max", [MetricKind.Trend]), ("rate", [MetricKind.Rate, MetricKind.Counter]), ("count", [MetricKind.Counter]), ("value", [MetricKind.Gauge])])
            {
                var (_, problems) = Read($$"""{ "{{metric.Name}}": "{{aggregation}}<0.5" }""");
                Assert.True(problems.IsEmpty == kinds.Contains(metric.Kind), $"{metric.Name} {aggregation}");
            }
    }

    [Fact]
    public void A_selector_is_read_with_its_spaces_and_quotes()
    {
        var (thresholds, problems) = Read("""{ "http_req_duration{ scenario : \"browse\" , name:'pay: now',expected_response:true}": ["p(95)<200", { "threshold": "p(99)<500", "abortOnFail": true, "delayAbortEval": "1m30s" }] }""");
        Assert.Empty(problems);
        Assert.Equal(2, thresholds.Length);
        Assert.Equal([new("expected_response", "true"), new("name", "pay: now"), new("scenario", "browse")], thresholds[0].Tags);
        Assert.Equal((true, TimeSpan.FromSeconds(90)), (thresholds[1].AbortOnFail, thresholds[1].Delay));
    }

    [Fact]
    public void Our_own_spelling_and_a_single_text_are_read_too()
    {
        var (thresholds, problems) = Read("""{ "http_req_failed": { "threshold": "rate<0.01", "abort_on_fail": true, "delay": "10s" }, "checks": "rate>0.9", "vus": [{ "threshold": "value>1", "delayAbortEval": 1500 }, { "threshold": "value>2", "delayAbortEval": null }] }""");
        Assert.Empty(problems);
        Assert.Equal(["checks", "http_req_failed", "vus", "vus"], thresholds.Select(threshold => threshold.Metric));
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1.5), TimeSpan.Zero], thresholds.Select(threshold => threshold.Delay));
    }

    [Theory]
    [InlineData("http_req_durations", "There is no metric \"http_req_durations\".", "Did you mean \"http_req_duration\"?")]
    [InlineData("http_req_duration{scenario:browse", "one pair of braces", "Write http_req_duration{scenario:browse}.")]
    [InlineData("http_req_duration}scenario:browse{", "one pair of braces", "")]
    [InlineData("http_req_duration{scenario:browse} ", "one pair of braces", "")]
    [InlineData("http_req_duration{}", "is no tag with its value", "")]
    [InlineData("http_req_duration{scenario}", "is no tag with its value", "")]
    [InlineData("http_req_duration{scenario:}", "is no tag with its value", "")]
    [InlineData("http_req_duration{status:200}", "has no tag \"status\"", "Its tags are expected_response, method, name, scenario, team.")]
    [InlineData("http_req_duration{scenari:buy}", "has no tag \"scenari\"", "Did you mean \"scenario\"?")]
    [InlineData("http_req_duration{scenario:browze}", "No request has scenario:browze.", "Did you mean \"browse\"?")]
    [InlineData("http_req_duration{scenario:buy,scenario:browse}", "has two values", "")]
    [InlineData("http_req_waiting{expected_response:true}", "has no tag \"expected_response\"", "Its tags are method, name, scenario, team.")]
    [InlineData("iteration_duration{name:home}", "has no tag \"name\"", "Its tags are scenario.")]
    [InlineData("ws_round_trip{scenario:buy}", "has no tags", "Write ws_round_trip without a selector.")]
    public void A_metric_or_tag_that_is_not_there_is_named(string metric, string says, string fix)
    {
        var (thresholds, problems) = Read($$"""{ "{{metric}}": ["p(95)<200"] }""");
        Assert.Empty(thresholds);
        Assert.Contains(says, problems[0].Says, StringComparison.Ordinal);
        Assert.Contains(fix, problems[0].Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_its_path()
    {
        var (_, problems) = Read("""{ "http_req_duration": ["p(95)<200", "p95<200", 7, { "abort_on_fail": true }, { "threshold": "avg<1", "delay": "soon", "abort_on_fail": "yes", "when": 1 }], "nothing": [], "checks": "rate>2" }""");
        Assert.Equal(
            ["thresholds.checks", "thresholds.http_req_duration[1]", "thresholds.http_req_duration[2]", "thresholds.http_req_duration[3]", "thresholds.http_req_duration[4].abort_on_fail", "thresholds.http_req_duration[4].delay", "thresholds.http_req_duration[4].when", "thresholds.nothing", "thresholds.nothing"],
            problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_written_is_no_threshold_and_anything_else_is_refused()
    {
        Assert.Empty(ThresholdReader.Read(null, Tags).Problems);
        Assert.Empty(Read("null").Problems);
        Assert.Single(Read("[]").Problems);
        Assert.Single(Read("\"p(95)<200\"").Problems);
    }

    [Fact]
    public void More_thresholds_than_anybody_reads_are_refused_and_not_all_told()
    {
        var (_, problems) = Read("{" + string.Join(",", Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\": \"x\"")) + "}");
        Assert.InRange(problems.Length, 1, 300);
    }

    [Fact]
    public void Damaged_thresholds_end_with_thresholds_or_with_problems()
    {
        var whole = Encoding.UTF8.GetBytes("""{"http_req_duration{scenario:browse,name:home}":["p(95)<200","p(99.9) >= 1e3",{"threshold":"med!=5","abortOnFail":true,"delayAbortEval":"1m30s"}],"http_req_failed":"rate<0.001"}""");
        Fuzz.Damage([whole], bytes =>
        {
            Value value;
            try { value = Value.Parse(bytes); }
            catch (Exception error) when (error is JsonException or InvalidOperationException) { return; } // no JSON, or no UTF-8
            var (thresholds, problems) = ThresholdReader.Read(value, Tags);
            Assert.True(problems.Length > 0 || thresholds.All(threshold => ThresholdExpression.Read(threshold.Expression, out _) is not null && Metric.Named(threshold.Metric) is not null));
        });
    }

    [Fact]
    public void The_tags_of_a_plan_are_those_that_its_requests_carry()
    {
        var step = new RequestStep { Name = "home", Method = "POST", Url = Template.Of("/"u8.ToArray()), Tags = ImmutableSortedDictionary<string, string>.Empty.Add("tier", "1") };
        var tags = ThresholdTags.Of([new Scenario { Name = "browse", Model = new LoadModel.ConstantRate(1, TimeSpan.FromSeconds(1)), Requests = [step], Tags = ImmutableSortedDictionary<string, string>.Empty.Add("team", "shop") }]);
        Assert.Equal(["expected_response=true", "method=POST", "name=home", "scenario=browse", "team=shop", "tier=1"], tags.Values.SelectMany(tag => tag.Value.Select(value => $"{tag.Key}={value}")));
    }

    static (ImmutableArray<Threshold> Thresholds, ImmutableArray<ThresholdProblem> Problems) Read(string json) => ThresholdReader.Read(Value.Parse(Encoding.UTF8.GetBytes(json)), Tags);
}
