namespace Muster.Readiness.Tests.Documents;

public class VantageTests
{
    static Desk With(string where) => Desk.Controls("  edge: { from: outside, check: { http: api } }", $"vantages: {{ outside: \"{where}\" }}");

    [Theory]
    [InlineData("netns:edge")]
    [InlineData("netns:shop-edge_2.lab")]
    [InlineData("agent:home")]
    [InlineData("here")]
    public void A_vantage_is_here_a_network_namespace_or_an_agent(string where) => Assert.Equal([new Vantage("outside", where)], With(where).Document().Vantages);

    [Theory]
    [InlineData("moon")]
    [InlineData("netns:")]
    [InlineData("netns:.")]
    [InlineData("netns:..")]
    [InlineData("netns:.hidden")]
    [InlineData("netns:../../etc/passwd")]
    [InlineData("netns:/run/netns/edge")]
    [InlineData("netns:the edge")]
    [InlineData("netns:\u00e9dge")]
    [InlineData("NETNS:edge")]
    public void What_is_none_is_told_with_both_forms(string where)
    {
        var error = With(where).Error();

        Assert.Contains($"\"{where}\" is not a vantage", error.Says, StringComparison.Ordinal);
        Assert.Contains("netns:edge", error.Fix, StringComparison.Ordinal);
        Assert.Contains("agent:home", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_no_file_could_have_is_no_namespace()
    {
        Assert.Null(Vantage.Namespace("netns:" + new string('a', 101)));
        Assert.Equal(new string('a', 100), Vantage.Namespace("netns:" + new string('a', 100)));
    }
}
