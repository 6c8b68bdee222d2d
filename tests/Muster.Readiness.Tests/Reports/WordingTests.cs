namespace Muster.Readiness.Tests;

public class WordingTests
{
    [Fact]
    public void Every_verdict_state_reason_mode_and_origin_has_a_word_of_its_own()
    {
        Assert.Equal(["NO-GO", "UNDECIDED", "HELD", "CONDITIONAL GO", "GO"], Enum.GetValues<Verdict>().Select(VerdictWords.Of));
        Assert.Distinct(Enum.GetValues<State>().Select(StateWords.Of));
        Assert.Distinct(Enum.GetValues<Why>().Select(StateWords.Of));
        Assert.Distinct(Enum.GetValues<Mode>().Select(StateWords.Of));
        Assert.Distinct(Enum.GetValues<Origin>().Select(StateWords.Of));
    }

    [Fact]
    public void Opening_and_standing_are_told_apart_for_each_verdict()
    {
        Decision[] opening = [.. ShopDecisions.All.Values.Where(decision => decision.OpenedByBreakGlass is null)];

        string[] said = [.. opening.Select(VerdictWords.Meaning), .. opening.Select(decision => VerdictWords.Meaning(decision with { Standing = true }))];

        Assert.Equal(10, said.Distinct().Count());
        Assert.Contains("standing of go-live in production", TextReport.Render(ShopDecisions.Go() with { Standing = true }, new()), StringComparison.Ordinal);
        Assert.Contains("Standing of <b>go-live</b>", HtmlReport.Render(ShopDecisions.Go() with { Standing = true }), StringComparison.Ordinal);
        Assert.Contains(", standing.", MarkdownReport.Render(ShopDecisions.Go() with { Standing = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_names_everything_that_it_waits_for()
    {
        var held = ShopDecisions.Held() with { Softenings = [new("a", "wider", false), new("b", "wider", true)] };

        Assert.Equal("It would be GO. Held until 2026-03-12 20:00 UTC (in 10h 30m), until signed by 1 devops-lead and until the gate's owner accepts 1 softening.", VerdictWords.Held(held));
        Assert.Null(VerdictWords.Held(ShopDecisions.Go()));
    }

    [Fact]
    public void Controls_stand_under_criteria_else_under_sections_else_under_one_heading()
    {
        var control = ShopDecisions.Go().Controls[0] with { Criterion = null };
        Decision With(params ControlShown[] controls) => ShopDecisions.Go() with { Controls = [.. controls] };

        Assert.Equal(["C"], Names(With(control with { Criterion = "C", Section = "S" })));
        Assert.Equal(["S", "Other controls"], Names(With(control with { Section = "S" }, control, control with { Section = "S" })));
        Assert.Equal(["Controls"], Names(With(control)));
    }

    [Fact]
    public void A_control_out_of_the_set_is_shown_with_its_reason_and_not_counted()
    {
        foreach (var report in new[] { TextReport.Render(ShopDecisions.Go(), new() { Width = 120 }), HtmlReport.Render(ShopDecisions.Go()) })
        {
            Assert.Contains("mTLS holds without one", report, StringComparison.Ordinal);
            Assert.Contains("10 of 10 blocking controls met", report, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(6, "rule line 6 (NO-GO)")]
    [InlineData(15, "rule line 15 (standing)")]
    [InlineData(16, "rule line 16")]
    public void A_rule_line_is_named_and_one_that_is_not_there_breaks_nothing(int line, string name) =>
        Assert.StartsWith(name, RuleWords.Of(line), StringComparison.Ordinal);

    [Theory]
    [InlineData("go-live", "go-live")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's; rm", "'it'\\''s; rm'")]
    [InlineData("-rf", "'-rf'")]
    [InlineData("", "''")]
    public void A_copied_word_is_one_word_of_the_shell(string text, string word) => Assert.Equal(word, ShellWord.Of(text));

    static IEnumerable<string> Names(Decision decision) => ControlGroup.Of(decision).Select(group => group.Name);
}
