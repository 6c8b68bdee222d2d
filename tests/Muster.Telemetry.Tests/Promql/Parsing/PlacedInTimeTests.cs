using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

public sealed class PlacedInTimeTests
{
    [Theory]
    [InlineData("foo[step()]", 10_000)]
    [InlineData("foo[range()]", 60_000)]
    [InlineData("foo[step()+1ms]", 10_001)]
    [InlineData("foo[1+(STep()-5)*2]", 11_000)]
    [InlineData("foo[max_of(min_of(step()+1,1h),1ms)]", 11_000)]
    [InlineData("foo[range()/4-step()]", 5_000)]
    [InlineData("foo[range() % 7]", 4_000)]
    [InlineData("foo[-step()^2+1000]", 900_000)]
    [InlineData("foo[2m*(10+5)]", 1_800_000)]
    [InlineData("foo[24m+((1.5*2m)+2m)]", 1_740_000)]
    [InlineData("foo[30m1s-30m1s % 1m]", 1_800_000)]
    public void A_range_is_computed(string query, long milliseconds) => Assert.Equal(milliseconds, Assert.IsType<MatrixSelector>(Placed(query)).Range);

    [Theory]
    [InlineData("foo offset step()", 10_000)]
    [InlineData("foo offset -step()", -10_000)]
    [InlineData("foo offset (-step()*2)", -20_000)]
    [InlineData("foo offset -min_of(step(), 2s)", -2_000)]
    [InlineData("foo offset (-2 ^ 2)", -4_000)]
    [InlineData("foo offset (step()-10)", 0)]
    public void An_offset_is_computed(string query, long milliseconds) => Assert.Equal(milliseconds, Assert.IsType<VectorSelector>(Placed(query)).Shift.Offset);

    [Fact]
    public void It_is_found_wherever_it_stands()
    {
        var placed = Placed("sum by (a) (topk(scalar(foo offset step()), -abs((max_over_time((foo[step()] offset range())[range():step()] @ 1)) + foo)))".Replace("(foo[step()] offset range())", "(rate(foo[step()] offset range()))", StringComparison.Ordinal));
        Assert.Equal("<Sum False a  <Topk False  <scalar <__name__ Equal foo 10000 None 0 None>> <- <abs <<max_over_time <<rate <<__name__ Equal foo 60000 None 0 None> 10000>> 60000 10000 0 Time 1000>> Add False OneToOne False     <__name__ Equal foo 0 None 0 None>>>>>>", Shape.Of(placed));
    }

    [Fact]
    public void What_depends_on_nothing_comes_back_as_it_is()
    {
        var parsed = PromqlParser.Parse("sum(rate(foo[5m] offset 1m)) / -bar + max_over_time(abs(foo)[5m:])", PromqlFeatures.All);
        Assert.Same(parsed, PlacedInTime.Of(parsed, 10_000, 60_000));
    }

    [Theory]
    [InlineData("foo[step()-10]", "duration must be greater than 0")]
    [InlineData("foo[step()-11]", "duration must be greater than 0")]
    [InlineData("foo[5m:10-step()]", "duration must be greater than 0")]
    [InlineData("foo[5m/(step()-10)]", "division by zero")]
    [InlineData("foo[5m%(step()-10)]", "modulo by zero")]
    [InlineData("foo[step()^100]", "duration out of range")]
    [InlineData("foo offset (step()^100)", "duration out of range")]
    [InlineData("foo offset ((0-step())^0.5)", "duration out of range")]
    public void What_cannot_be_is_told(string query, string message) => Assert.Equal(message, Assert.Throws<QueryProblem>(() => Placed(query)).Message);

    [Fact]
    public void An_instant_query_has_neither_step_nor_range()
    {
        Assert.Throws<QueryProblem>(() => PlacedInTime.Of(PromqlParser.Parse("foo[range()]", PromqlFeatures.All), 0, 0));
        Assert.Equal(0, Assert.IsType<VectorSelector>(PlacedInTime.Of(PromqlParser.Parse("foo offset range()", PromqlFeatures.All), 0, 0)).Shift.Offset);
    }

    static Expression Placed(string query) => PlacedInTime.Of(PromqlParser.Parse(query, PromqlFeatures.All), 10_000, 60_000);
}
