namespace Muster.House.Tests;

public class SourceFileTests
{
    [Theory]
    [InlineData("a // Dns.x\nb", "a         \nb")]
    [InlineData("a /* x\ny */ b", "a     \n     b")]
    [InlineData("f(\"Dns\\\"x\") + y", "f(\"      \") + y")]
    [InlineData("f(@\"C:\\\") + y", "f(@\"   \") + y")]
    [InlineData("c = '\"'; Dns", "c =    ; Dns")]
    [InlineData("c = '\\''; Dns", "c =     ; Dns")]
    [InlineData("x = \"\"\"\n \"Dns\" \n\"\"\"; y", "x = \"\"\"\n       \n\"\"\"; y")]
    [InlineData("$\"a{Join(\", \", b)}c{{d\" + e", "$\" {Join(\"  \", b)}    \" + e")]
    [InlineData("$\"{(a ? \"}\" : $\"{b}\")}\" + e", "$\"{(a ? \" \" : $\"{b}\")}\" + e")]
    [InlineData("$$\"\"\"{a} {{b}}\"\"\" + e", "$$\"\"\"    {{b}}\"\"\" + e")]
    [InlineData("$@\"\"\"{a}\\\" + e", "$@\"  {a} \" + e")]
    public void Comments_and_insides_of_literals_are_blanked_and_nothing_moves(string text, string code)
    {
        Assert.Equal(code, new SourceFile("x.cs", text).Code);
    }

    [Fact]
    public void No_source_file_ends_within_a_literal_or_comment()
    {
        var unbalanced = Repository.Sources("").Where(file => file.Code.Count(letter => letter == '{') != file.Code.Count(letter => letter == '}')).Select(file => file.Path);

        Wall.Holds(unbalanced);
    }
}
