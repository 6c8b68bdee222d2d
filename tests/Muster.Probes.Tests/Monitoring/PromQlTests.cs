using System.Text;

namespace Muster.Probes.Tests.Monitoring;

public class PromQlTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("up == 0", "up")]
    [InlineData("sum by (job, instance) (rate(http_requests_total{code=~\"5..\"}[5m] offset 1h)) / ignoring(code) group_left sum without(x) (b:c:d)", "http_requests_total{code=~\"5..\"}|b:c:d")]
    [InlineData("sum(rate(a[5m])) by (job)", "a")]
    [InlineData("{__name__=~\"job:.*\", job='a}'}", "{__name__=~\"job:.*\", job='a}'}")]
    [InlineData("a and on (job) b unless c or vector(0)", "a|b|c")]
    [InlineData("absent(up{job=\"db\"}) or absent_over_time((x)[5m:1m]) or y", "y")]
    [InlineData("topk(3, a) > bool 0x1F + 1e-3 + Inf - NaN", "a")]
    [InlineData("label_replace(a {b=\"\\\"}\"}, \"c\", \"$1\", \"d\", \"(.*)\")", "a {b=\"\\\"}\"}")]
    [InlineData("predict_linear(free_bytes[1h:5m], 4 * 3600) < 0 # the comment names nothing", "free_bytes")]
    [InlineData("a @ 1609746000 + b @ start() + c offset -5m", "a|b|c")]
    [InlineData("vector(1) + time() + 5", "")]
    [InlineData("count_values(\"version\", build_info) + sum", "build_info|sum")]
    [InlineData("a + a + a{}", "a|a{}")]
    [InlineData("quantile without (instance) (0.9, lag)", "lag")]
    public void The_series_of_an_expression_are_found(string expression, string selectors) => Assert.Equal(selectors, string.Join('|', PromQl.Selectors(expression)));

    [Fact]
    public void Damaged_expressions_are_read_to_their_end() => Fuzz.Damage(
        [.. new[] { "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m] offset 1h)) / on(x) absent(y) # z", "{a='b', c=`d`} or label_replace(v, \"a\", \"b\", \"\", \"\")" }.Select(Encoding.UTF8.GetBytes)],
        bytes =>
        {
            var text = Encoding.Latin1.GetString(bytes);
            Assert.All(PromQl.Selectors(text), selector => Assert.Contains(selector, text, StringComparison.Ordinal));
        });

    [Theory]
    [InlineData("1s", 1d)]
    [InlineData("1m30s", 90d)]
    [InlineData("1h0m0.5s", 3600.5)]
    [InlineData("15ms", 0.015)]
    [InlineData("", null)]
    [InlineData("5", null)]
    [InlineData("s", null)]
    [InlineData("1x", null)]
    public void Durations_are_read_as_they_are_written(string text, double? seconds) => Assert.Equal(seconds, GoDuration.Seconds(text));
}
