using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

public partial class AnnotationTests
{
    [Fact]
    public void The_annotations_of_every_state_are_as_accepted()
    {
        Golden.Equal("every-state.github", GithubReport.Render(EveryState.Decision, EveryState.Places));
        Golden.Equal("every-state.gitlab.json", GitlabReport.Render(EveryState.Decision, EveryState.Places));
    }

    [Theory]
    [InlineData("no-go", "error", "NO-GO: go-live in production")]
    [InlineData("undecided", "error", "UNDECIDED: go-live in production")]
    [InlineData("held", "error", "HELD: go-live in production")]
    [InlineData("conditional-go", "warning", "CONDITIONAL GO: go-live in production")]
    [InlineData("go", "notice", "GO: go-live in production")]
    public void The_verdict_stands_first_and_is_of_its_gravity(string name, string level, string title)
    {
        var first = Commands(GithubReport.Render(ShopDecisions.All[name], EveryState.Places))[0];

        Assert.Equal((level, title), (first.Level, first.Properties["title"]));
    }

    [Fact]
    public void Each_open_control_is_at_its_line_with_its_level_and_met_ones_are_not_there()
    {
        var commands = Commands(GithubReport.Render(EveryState.Decision, EveryState.Places)).Skip(1).ToDictionary(command => command.Properties["title"].Split(' ')[0], StringComparer.Ordinal);

        Assert.Equal(("error", "services/shop/controls/edge, data.yaml", "10"), Of("edge.certificate"));
        Assert.Equal("warning", Of("edge.headers").Level);
        Assert.Equal("notice", Of("notifications.private").Level);
        Assert.Equal("notice", Of("observe.unmeasured").Level);
        Assert.DoesNotContain("edge.redirect", commands.Keys);
        Assert.DoesNotContain("mesh", commands.Keys);
        Assert.Contains("Fix: Deploy the issuer; see runbooks/tls.md\nlifetime_left: expected at least 33%, observed 21%, does not hold", commands["edge.certificate"].Says, StringComparison.Ordinal);

        (string Level, string File, string Line) Of(string id) => (commands[id].Level, commands[id].Properties["file"], commands[id].Properties["line"]);
    }

    [Fact]
    public void Whatever_is_written_makes_no_other_command_and_no_other_line() => HostileText.Holds(text =>
    {
        var rendered = GithubReport.Render(HostileDecision.Of(text), new(Places.None.Controls, new(text, 1, 1)));

        Assert.Equal(2, Commands(rendered).Count);
    });

    [Fact]
    public void A_code_quality_report_lists_what_is_open_with_fingerprints_of_their_own_whatever_is_written()
    {
        var open = (Value.Items)Value.Parse(Encoding.UTF8.GetBytes(GitlabReport.Render(EveryState.Decision, EveryState.Places)), 64);

        Assert.Equal(EveryState.Decision.Controls.Count(control => control.Out is null && control.State != State.Met), open.Are.Length);
        Assert.Distinct(open.Are.Select(one => ((Value.Fields)one)["fingerprint"]));
        HostileText.Holds(text => Value.Parse(new UTF8Encoding(false, true).GetBytes(GitlabReport.Render(HostileDecision.Of(text), new(Places.None.Controls, new(text, 1, 1)))), 64));
    }

    sealed record Command(string Level, Dictionary<string, string> Properties, string Says);

    /// <summary>As the runner reads them: a command is a line, the first "::" after the properties ends them.</summary>
    static List<Command> Commands(string text)
    {
        Assert.DoesNotContain('\r', text);
        return [.. text.Split('\n')[..^1].Select(line =>
        {
            var found = Workflow().Match(line);
            Assert.True(found.Success, line);
            return new Command(found.Groups[1].Value, found.Groups[2].Value.Split(',').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Plain(pair[1]), StringComparer.Ordinal), Plain(found.Groups[3].Value));
        })];
    }

    static string Plain(string text) => text.Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal)
        .Replace("%2C", ",", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);

    [GeneratedRegex(@"\A::(error|warning|notice) ([^:]*?)::(.*)\z")]
    private static partial Regex Workflow();
}
