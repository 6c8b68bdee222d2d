using System.Text;

namespace Muster.Readiness.Tests;

public class YamlTests
{
    const string Good = "muster: 1\nsystem: shop\ntitle: x\n";

    static Problem Error(string main) => Desk.With(main).Error();

    [Theory]
    [InlineData("title: x\ntitle: y\n", "The key \"title\" stands twice; first on line 3", 2, 1)]
    [InlineData("title: &a x\n", "Anchors are not read", 1, 8)]
    [InlineData("title: *a\n", "Aliases are not read", 1, 8)]
    [InlineData("defaults:\n  <<: { owner: x }\n", "Merge keys are not read", 2, 3)]
    [InlineData("title: !!str x\n", "Tags are not read", 1, 8)]
    [InlineData("title: !x y\n", "Tags are not read", 1, 8)]
    [InlineData("defaults: { [a]: b }\n", "A key must be a text", 1, 13)]
    [InlineData("title: {host}\n", "There is a map where a text was expected", 1, 8)]
    [InlineData("title: a\u202Eb\n", "unseen character U+202E", 1, 9)]
    [InlineData("title: a\0b\n", "NUL byte", 1, 9)]
    [InlineData("title: \"a\\0b\"\n", "control character", 1, 8)]
    [InlineData("title: \"\\ud800\"\n", "This is not YAML", 1, 8)]
    [InlineData("title: a: b\n", "This is not YAML", 1, 9)]
    [InlineData("title: @a\n", "This is not YAML", 1, 8)]
    [InlineData("title: 'a\n", "This is not YAML", 1, 8)]
    [InlineData("defaults:\n\towner: x\n", "A tab stands where the line is indented", 2, 1)]
    [InlineData("title:\n", "There is nothing where a text was expected", 1, 7)]
    public void What_YAML_hides_or_breaks_is_refused_with_its_place(string line, string says, int row, int column)
    {
        var error = Error("muster: 1\nsystem: shop\n" + line);
        Assert.Contains(says, error.Says, StringComparison.Ordinal);
        Assert.Equal((row + 2, column), (error.Place.Line, error.Place.Column));
        Assert.NotEmpty(error.Fix);
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("# nothing\n", "The file is empty")]
    [InlineData("- a\n", "holds a list where keys were expected")]
    [InlineData("just text\n", "holds a text where keys were expected")]
    [InlineData(Good + "---\nmuster: 1\n", "A second YAML document begins here")]
    [InlineData("system: shop\n", "\"muster\" is missing")]
    [InlineData("muster: 1\n", "\"system\" is missing")]
    [InlineData("muster: 2\nsystem: shop\n", "does not read version \"2\"")]
    [InlineData("muster: 1\nsystem: my shop\n", "cannot be a name")]
    [InlineData(Good + "titel: x\n", "There is no key \"titel\" in a document")]
    public void A_file_that_is_no_document_is_refused(string main, string says) => Assert.Contains(says, Error(main).Says, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_at_their_place()
    {
        var desk = new Desk();
        desk.Files["muster.yaml"] = [.. Encoding.UTF8.GetBytes(Good + "owner: caf"), 0xE9, (byte)'\n'];
        Assert.Equal(new Place("muster.yaml", 4, 11), desk.Error().Place);
        desk.Files["muster.yaml"] = Encoding.Unicode.GetBytes(Good);
        Assert.Equal(Gravity.Error, desk.Error().Gravity);
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_change_nothing()
    {
        var desk = new Desk();
        desk.Files["muster.yaml"] = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good.Replace("\n", "\r\n", StringComparison.Ordinal))];
        Assert.Equal(Desk.With(Good).Document().Digest, desk.Document().Digest);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        Assert.Contains("deeper than 64", Error($"{Good}owner: {new string('[', 200_000)}\n").Says, StringComparison.Ordinal);
        Assert.Contains("deeper than 64", Error($"{Good}owner:\n{string.Concat(Enumerable.Repeat("- ", 10_000))}x\n").Says, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_items_is_bounded() =>
        Assert.Contains("more than 400000 items", Desk.With($"{Good}owner: [{string.Concat(Enumerable.Repeat("a,", 500_000))}]\n").Read().Problems[0].Says, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_too_large_is_refused() => Assert.Contains("larger than 2 MiB", Error(Good + new string('#', 3 << 20)).Says, StringComparison.Ordinal);

    [Fact]
    public void After_a_mistake_in_the_syntax_every_other_mistake_is_told_too()
    {
        var problems = Desk.With(
            """
            muster: 1
            system: shop
            title: a: b
            ownr: x
            controls:
              one: { title: [ }
              two: { titel: x }
              three:
                check: { htp: x }
            gates:
              go: { environment: here
            """).Read().Problems;
        Assert.Equal([3, 4, 6, 7, 9, 11], problems.Select(problem => problem.Place.Line).Order());
    }

    [Fact]
    public void What_could_not_be_read_is_not_also_missing()
    {
        var error = Desk.Controls("  one: { title: [ }\n  two: { check: { states: one } }").Read().Problems;
        Assert.Equal(7, Assert.Single(error).Place.Line);
    }

    [Fact]
    public void A_comment_that_cuts_a_value_is_warned_of()
    {
        var warning = Assert.Single(Desk.With(Good.Replace("title: x", "title: a #b", StringComparison.Ordinal)).Read().Problems);
        Assert.Equal((Gravity.Warning, 3, 10), (warning.Gravity, warning.Place.Line, warning.Place.Column));
        Assert.Empty(Desk.With(Good.Replace("title: x", "title: \"a #b\" # c", StringComparison.Ordinal)).Read().Problems);
        Assert.Empty(Desk.With(Good.Replace("title: x", "title: a#b   # a comment", StringComparison.Ordinal)).Read().Problems);
    }
}
