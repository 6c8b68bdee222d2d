using System.Globalization;

namespace Muster.Readiness.Tests;

public class SameBytesTests
{
    static readonly (string Name, Func<Decision, string> Render)[] Formats =
    [
        ("text", decision => TextReport.Render(decision, new() { Verbose = true, Colour = true, Unicode = true })),
        ("json", JsonReport.Render),
        ("md", MarkdownReport.Render),
        ("html", decision => HtmlReport.Render(decision)),
    ];

    [Fact]
    public void A_culture_changes_nothing()
    {
        var plain = Rendered();
        var before = CultureInfo.CurrentCulture;
        try
        {
            var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            strange.NumberFormat.NegativeSign = "minus";
            strange.NumberFormat.NumberDecimalSeparator = ",";
            strange.DateTimeFormat.DateSeparator = ".";
            strange.DateTimeFormat.TimeSeparator = ".";
            CultureInfo.CurrentCulture = strange;

            Assert.Equal(plain, Rendered());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_decision_read_back_from_its_statement_renders_the_same()
    {
        foreach (var (_, render) in Formats)
            foreach (var decision in ShopDecisions.All.Values)
                Assert.Equal(render(decision), render(Statements.Read<Decision>(Statements.ToBytes(decision))));
    }

    [Fact]
    public void Hostile_text_and_a_word_without_end_are_shown_as_accepted()
    {
        var hostile = HostileDecision.Of("<b>|`\u001b[31m\u202e @ada #1\n" + new string('w', 300));

        foreach (var (name, render) in Formats) Golden.Equal($"hostile.{name}", render(hostile));
    }

    [Fact]
    public void Line_ends_are_lf_and_the_last_line_has_one()
    {
        foreach (var rendered in Rendered())
        {
            Assert.DoesNotContain('\r', rendered);
            Assert.EndsWith("\n", rendered, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_long_report_says_how_much_it_leaves_out()
    {
        var many = ShopDecisions.NoGo();
        many = many with
        {
            Reasons = [.. Enumerable.Range(0, 300).Select(i => new Because(6, $"c{i}", "failed"))],
            Controls = [.. Enumerable.Range(0, 300).Select(i => many.Controls[0] with { Id = $"c{i}" })],
            Changes = [.. Enumerable.Range(0, 300).Select(i => $"change {i}")],
        };

        var markdown = MarkdownReport.Render(many);
        Assert.True(markdown.Length < 65_536);
        Assert.Contains("- and 280 more reasons\n", markdown, StringComparison.Ordinal);
        Assert.Contains("And 200 more open items, ", markdown, StringComparison.Ordinal);
        Assert.Contains("- and 250 more\n", markdown, StringComparison.Ordinal);
        Assert.Contains("and 250 more reasons; ", HtmlReport.Render(many), StringComparison.Ordinal);
        Assert.Contains("and 294 more reasons", TextReport.Render(many, new()), StringComparison.Ordinal);
        foreach (var (name, render) in Formats.Where(format => format.Name is "text" or "html")) Assert.Contains("c299", render(many), StringComparison.Ordinal);
    }

    [Fact]
    public void The_least_decision_renders_in_every_format()
    {
        var least = new Decision { System = "s", Gate = "g", Environment = "e", Release = default, Document = default, At = ShopDecisions.At, Over = 0, Verdict = Verdict.Undecided };

        foreach (var (name, render) in Formats) Assert.Contains("UNDECIDED", name == "json" ? render(least).ToUpperInvariant() : render(least), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void A_percentage_of_controls_stands_nowhere(string verdict)
    {
        foreach (var (_, render) in Formats)
            Assert.DoesNotContain("40%", render(ShopDecisions.All[verdict]).Replace("clip-path: inset(50%)", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("of 10 blocking controls met", MarkdownReport.Render(ShopDecisions.All[verdict]), StringComparison.Ordinal);
    }

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    static List<string> Rendered() => [.. from format in Formats from decision in ShopDecisions.All.Values select format.Render(decision)];
}
