using System.Text;

namespace Muster.Probes.Tests.Monitoring;

public class PromQlReachTests
{
    [Theory]
    [InlineData("up", 0d)]
    [InlineData("sum(rate(a[5m])) / sum(rate(b{c=\"[9h]\"}[1h]))", 3600d)]
    [InlineData("max_over_time(rate(a[5m])[1h:1m])", 3900d)]
    [InlineData("max_over_time(a[1h:])", 3600d)]
    [InlineData("rate(a[5m] offset 1d) + b offset -2h", 86700d)]
    [InlineData("a offset 1h30m # [5d] offset 9d", 5400d)]
    [InlineData("label_replace(a, \"b\", \"[5d]\", '', `offset 1d`)", 0d)]
    [InlineData("offset_total", 0d)]
    [InlineData("rate(a[5m * 2])", null)]
    [InlineData("rate(a[", null)]
    [InlineData("a offset", null)]
    public void How_far_back_a_query_looks_is_read_from_it(string query, double? seconds) => Assert.Equal(seconds, PromQlReach.Of(query).Seconds);

    [Theory]
    [InlineData("a @ 1609746000", true, false)]
    [InlineData("a @ end()", true, false)]
    [InlineData("a{b=\"@\"}", false, false)]
    [InlineData("sum(absent (a))", false, true)]
    [InlineData("ABSENT_over_time(a[5m])", false, true)]
    [InlineData("absent + absent{a=\"absent(\"}", false, false)]
    public void What_could_hold_of_nothing_or_of_long_ago_is_told(string query, bool isFixed, bool asksAbsence) =>
        Assert.Equal((isFixed, asksAbsence), (PromQlReach.Of(query).IsFixed, PromQlReach.Of(query).AsksAbsence));

    [Fact]
    public void Damaged_expressions_are_read_to_their_end() => Fuzz.Damage(
        [.. new[] { "sum(rate(a{b=~\"5..\"}[5m] offset 1h)) / max_over_time(absent(c)[1h:1m]) @ end() # z", "{a='b', c=`d`} offset -1h30m" }.Select(Encoding.UTF8.GetBytes)],
        bytes => Assert.True(PromQlReach.Of(Encoding.Latin1.GetString(bytes)).Seconds is null or >= 0));
}
