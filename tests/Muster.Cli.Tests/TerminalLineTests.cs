using Muster.Cli.Load;

namespace Muster.Cli.Tests;

public class TerminalLineTests
{
    [Theory]
    [InlineData("short", 80, "short")]
    [InlineData("just fits", 9, "just fits")]
    [InlineData("is too long", 6, "is too")]
    [InlineData("\u001b[1mbold\u001b[0m end", 6, "\u001b[1mbold\u001b[0m e")]
    [InlineData("\u001b[31mred and on\u001b[0m", 3, "\u001b[31mred\u001b[0m")]
    [InlineData("any", 0, "a")]
    public void A_line_takes_no_more_columns_than_there_are_and_leaves_no_colour_on(string line, int width, string cut) => Assert.Equal(cut, TerminalLine.Cut(line, width));
}
