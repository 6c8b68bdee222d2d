using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests;

public sealed class Re2SyntaxTests
{
    [Theory]
    [InlineData("[[:alpha:]]+", "abc", true)]
    [InlineData("[[:alpha:]]+", ":", false)]
    [InlineData("[^[:digit:]_]+", "abc", true)]
    [InlineData("[^[:digit:]_]+", "a1", false)]
    [InlineData("\\d+", "12", true)]
    [InlineData("\\d+", "٣", false)]
    [InlineData("\\w+", "ä", false)]
    [InlineData("[\\w.]+", "a.b", true)]
    [InlineData("[a[b]+", "a[b", true)]
    [InlineData("[]a]+", "a]", true)]
    [InlineData("(?P<host>web)-\\d", "web-1", true)]
    [InlineData("\\Qa.b*\\E+", "a.b**", true)]
    [InlineData("\\Qa.b\\E", "axb", false)]
    [InlineData("\\pL+", "äb", true)]
    [InlineData("a\\z", "a", true)]
    [InlineData("(?i)ABC", "abc", true)]
    public void An_expression_means_what_it_means_in_RE2(string pattern, string value, bool holds) => Assert.Equal(holds, new Matcher("l", MatchKind.Regex, pattern).Matches(value));

    [Theory]
    [InlineData("[[:nothing:]]")]
    [InlineData("(a")]
    [InlineData("(?=a)")]
    [InlineData("(a)\\1")]
    [InlineData("(?>a)")]
    public void What_RE2_does_not_know_is_refused(string pattern) => Assert.Throws<ArgumentException>(() => new Matcher("l", MatchKind.Regex, pattern));
}
