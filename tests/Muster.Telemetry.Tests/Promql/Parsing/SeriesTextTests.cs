using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Promql.Parsing;

public sealed class SeriesTextTests
{
    [Theory]
    [InlineData("foo")]
    [InlineData("foo{}")]
    [InlineData("{__name__='foo'}")]
    [InlineData("{\"foo\"}")]
    public void A_name_alone_is_a_series(string text) => Assert.Equal(Labels.Of(("__name__", "foo")), PromqlParser.ParseMetric(text));

    [Fact]
    public void Labels_are_read()
    {
        Assert.Equal(Labels.Of(("__name__", "a:b"), ("x", "1"), ("y", "ä\n")), PromqlParser.ParseMetric("a:b{y=\"ä\\n\", x='1',}"));
        Assert.Equal(Labels.Of(("__name__", "my.metric"), ("label.name", "v")), PromqlParser.ParseMetric("{\"my.metric\", \"label.name\"=\"v\"}"));
        Assert.Equal(Labels.Of(("a", "b")), PromqlParser.ParseMetric("{a='b',c=''}"));
        Assert.Equal(Labels.Empty, PromqlParser.ParseMetric("{}"));
    }

    [Theory]
    [InlineData("", "unexpected end of input, expected a selector")]
    [InlineData("5", "expected a selector")]
    [InlineData("foo{a!='b'}", "a series has no conditions, only labels")]
    [InlineData("foo{a=~'b'}", "a series has no conditions, only labels")]
    [InlineData("foo{a='b',a='c'}", "the label \"a\" stands twice")]
    [InlineData("{__name__='a',__name__='b'}", "the label \"__name__\" stands twice")]
    [InlineData("foo{__name__='b'}", "metric name must not be set twice")]
    [InlineData("foo offset 5m", "unexpected \"offset\"")]
    [InlineData("foo bar", "unexpected \"bar\"")]
    public void What_is_no_series_is_refused(string text, string message) => Assert.Contains(message, Assert.Throws<QueryProblem>(() => PromqlParser.ParseMetric(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_selector_gives_its_matchers()
    {
        Assert.Equal(["__name__=\"foo\"", "a!~\"b|c\""], PromqlParser.ParseSelector("foo{a!~'b|c'}").Select(matcher => matcher.ToString()));
        Assert.Equal(["a=\"b\""], PromqlParser.ParseSelector("{a='b'}").Select(matcher => matcher.ToString()));
    }

    [Theory]
    [InlineData("{}", "at least one non-empty matcher")]
    [InlineData("foo[5m]", "a selector of series is needed here")]
    [InlineData("foo offset 5m", "a selector of series is needed here")]
    [InlineData("foo @ 5", "a selector of series is needed here")]
    [InlineData("(foo)", "a selector of series is needed here")]
    [InlineData("1", "a selector of series is needed here")]
    [InlineData("", "no expression found in input")]
    public void What_is_no_selector_is_refused(string text, string message) => Assert.Contains(message, Assert.Throws<QueryProblem>(() => PromqlParser.ParseSelector(text)).Message, StringComparison.Ordinal);
}
