using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Tests.Store.Index;

public sealed class LiteralPatternTests
{
    [Theory]
    [InlineData("a|b|a", "a,b")]
    [InlineData("(a|bc)", "a,bc")]
    [InlineData("(?:a|bc)", "a,bc")]
    [InlineData("a\\.b", "a.b")]
    [InlineData("", "")]
    public void Plain_alternatives_are_told(string pattern, string alternatives) => Assert.Equal(alternatives.Split(','), LiteralPattern.Of(pattern).Alternatives);

    [Theory]
    [InlineData("abc.*", "abc", 0)]
    [InlineData("abc.+", "abc", 1)]
    [InlineData("abc?", "ab", null)]
    [InlineData("abc.*d", "abc", null)]
    [InlineData("a|b.*", "", null)]
    [InlineData("(a.*)", "", null)]
    [InlineData("\\d+", "", null)]
    public void A_certain_beginning_is_told(string pattern, string prefix, int? rest)
    {
        var told = LiteralPattern.Of(pattern);
        Assert.Null(told.Alternatives);
        Assert.Equal((prefix, rest), (told.Prefix, told.Rest));
    }
}
