namespace Muster.Readiness.Tests;

public class MarkdownReportTests
{
    const string Hostile = "a|b `c` <img src=x onerror=alert(1)>\n\n# d [e](http://f.test) @ada #12 **g** https://h.test";

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_summary_is_as_accepted(string name) => Golden.Equal($"{name}.md", MarkdownReport.Render(ShopDecisions.All[name]));

    [Fact]
    public void Text_of_others_is_text_and_stays_in_its_cell()
    {
        var tame = MarkdownReport.Render(HostileDecision.Of("a"));
        var hostile = MarkdownReport.Render(HostileDecision.Of(Hostile));

        Assert.DoesNotContain("<img", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain("@ada", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain("](http", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain("https://h", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain("**g", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain("`c`", hostile, StringComparison.Ordinal);
        Assert.Equal(Shape(tame), Shape(hostile));
    }

    [Fact]
    public void The_first_screen_says_the_verdict_why_and_what_to_do_and_the_rest_is_folded()
    {
        var (first, folded) = MarkdownReport.Render(ShopDecisions.NoGo()).Split("<details>") is [var before, var after] ? (before, after) : ("", "");

        Assert.Contains("NO-GO", first, StringComparison.Ordinal);
        Assert.Contains("21%, expected at least 33% (line 6)<br>**Fix:** Deploy the issuer; see runbooks/tls.md\n", first, StringComparison.Ordinal);
        Assert.DoesNotContain('|', first);
        Assert.StartsWith("<summary>Everything behind it: 7 open items, 2 conditions, 1 waiver, 1 sign-off, 1 rejection, 2 softenings, 3 changes and 16 runs that did not count</summary>\n\n", folded, StringComparison.Ordinal);
        Assert.Contains("\n\n</details>\n", folded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain.id", "`plain.id`")]
    [InlineData("with`tick", "with&#96;tick")]
    [InlineData("with|bar", "with&#124;bar")]
    [InlineData("", "")]
    public void An_id_is_code_only_when_nothing_in_it_ends_the_code(string id, string written) => Assert.Equal(written, MarkdownText.Code(id));

    /// <summary>Lines and the number of cells in each: what text of others must not change.</summary>
    static IEnumerable<int> Shape(string markdown) => markdown.Split('\n').Select(line => line.Count(unit => unit == '|'));
}
