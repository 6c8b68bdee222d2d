using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

public class TextReportTests
{
    static readonly TextStyle Plain = new() { Width = 100 };

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_board_is_as_accepted(string name)
    {
        Golden.Equal($"{name}.txt", TextReport.Render(ShopDecisions.All[name], Plain));
        Golden.Equal($"{name}.colour.txt", TextReport.Render(ShopDecisions.All[name], new() { Width = 100, Colour = true, Unicode = true }));
    }

    [Fact]
    public void A_verbose_and_a_narrow_board_are_as_accepted()
    {
        Golden.Equal("no-go.verbose.txt", TextReport.Render(ShopDecisions.NoGo(), new() { Width = 110, Unicode = true, Verbose = true }));
        Golden.Equal("no-go.narrow.txt", TextReport.Render(ShopDecisions.NoGo(), new() { Width = 48, Unicode = true }));
    }

    [Theory]
    [InlineData("edge.certificate")]
    [InlineData("health.outage")]
    [InlineData("notifications.private")]
    [InlineData("oncall.reachable")]
    [InlineData("mesh")]
    public void Why_is_as_accepted(string id)
    {
        var parameters = new Dictionary<string, Value> { ["edge.certificate"] = Value.Of(("target", "https://shop.test"), ("deadline", 5)) };

        Golden.Equal($"why.{id}.txt", TextReport.Why(ShopDecisions.NoGo(), id, Plain, parameters)!);
    }

    [Fact]
    public void Why_of_a_control_that_the_gate_does_not_have_is_null() => Assert.Null(TextReport.Why(ShopDecisions.NoGo(), "edge.certificat", Plain));

    [Theory]
    [InlineData(40)]
    [InlineData(57)]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal_or_ends_in_a_space(int width)
    {
        foreach (var decision in ShopDecisions.All.Values)
        {
            var lines = TextReport.Render(decision, new() { Width = width, Unicode = true, Verbose = true }).Split('\n');

            Assert.DoesNotContain(lines, line => DisplayWidth.Of(line) > width);
            Assert.DoesNotContain(lines, line => line.EndsWith(' '));
        }
    }

    [Fact]
    public void Colour_adds_codes_and_nothing_else()
    {
        foreach (var decision in ShopDecisions.All.Values)
        {
            var coloured = TextReport.Render(decision, new() { Colour = true, Verbose = true });

            Assert.Contains("\u001b[", coloured, StringComparison.Ordinal);
            Assert.Equal(TextReport.Render(decision, new() { Verbose = true }), Uncoloured(coloured));
        }
    }

    [Fact]
    public void Without_unicode_the_board_of_ascii_text_is_ascii()
    {
        var ascii = ShopDecisions.Held();

        Assert.DoesNotContain(TextReport.Render(ascii, Plain), unit => unit > 127);
        Assert.Contains(TextReport.Render(ascii, new() { Unicode = true }), unit => unit > 127);
    }

    [Fact]
    public void A_title_cannot_drive_the_terminal_or_reorder_what_is_read()
    {
        var hostile = ShopDecisions.NoGo() with { Title = "a\u001b[2Jb\u009b31mc\rd\u202ee\u2066f\u0007" };

        var board = TextReport.Render(hostile, Plain);

        Assert.DoesNotContain(board, unit => char.IsControl(unit) && unit != '\n');
        Assert.DoesNotContain('\u202e', board);
        Assert.Contains("a\ufffd[2Jb\ufffd31mc d\ufffde\ufffdf\ufffd", board, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_text_of_others_anywhere_drives_the_terminal_or_breaks_the_width(bool verbose)
    {
        var hostile = HostileDecision.Of("\u001b]0;x\u0007\u009b2J \u202e" + new string('w', 200));
        var style = new TextStyle { Width = 64, Verbose = verbose };

        var printed = TextReport.Render(hostile, style) + TextReport.Why(hostile, hostile.Controls[0].Id, style, new Dictionary<string, Value> { [hostile.Controls[0].Id] = hostile.Title });

        Assert.DoesNotContain(printed, unit => char.IsControl(unit) && unit != '\n' || unit == '\u202e');
        Assert.DoesNotContain(printed.Split('\n'), line => DisplayWidth.Of(line) > 64);
    }

    [Fact]
    public void Wide_characters_count_twice_and_combining_ones_not_at_all()
    {
        Assert.Equal(4, DisplayWidth.Of("検査"));
        Assert.Equal(1, DisplayWidth.Of("e\u0301"));
        var board = TextReport.Render(ShopDecisions.NoGo() with { Title = string.Concat(Enumerable.Repeat("検査", 60)) }, new() { Width = 60 });
        Assert.DoesNotContain(board.Split('\n'), line => DisplayWidth.Of(line) > 60);
    }

    static string Uncoloured(string text) => Regex.Replace(text, "\u001b\\[[0-9;]*m", "");
}
