using Muster.Conformance.Promql;

namespace Muster.Telemetry.Tests.Scripts;

public sealed class PinnedQueryTests
{
    [Theory]
    [InlineData("up", "up @ 90.500")]
    [InlineData("sum by (a) (rate(up[5m] offset 1m)) / -x{a=\"b\"}", "sum by (a) (rate(up[5m] offset 1m @ 90.500)) / -x{a=\"b\"} @ 90.500")]
    [InlineData("max_over_time(up[5m:1m]) + up @ 7", "max_over_time(up[5m:1m] @ 90.500) + up @ 7")]
    [InlineData("1 + 1", "1 + 1")]
    [InlineData("topk(scalar(n), up)", "topk(scalar(n @ 90.500), up @ 90.500)")]
    public void Outermost_selectors_without_a_time_get_one(string query, string pinned) => Assert.Equal(pinned, PinnedQuery.Of(query, 90_500));

    [Theory]
    [InlineData("time()")]
    [InlineData("sum(timestamp(up))")]
    [InlineData("hour(up)")]
    [InlineData("up @ start()")]
    [InlineData("sum(up) + day_of_week()")]
    [InlineData("max_over_time((up + time())[5m:1m])")]
    [InlineData("up +")]
    public void What_goes_by_the_time_of_evaluation_is_left(string query) => Assert.Null(PinnedQuery.Of(query, 90_500));
}
