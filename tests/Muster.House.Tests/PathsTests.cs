namespace Muster.House.Tests;

public class PathsTests
{
    static readonly string[] Binary = [".png", ".ico", ".woff2", ".zip", ".gz", ".bin", ".der"];

    [Fact]
    public void Every_path_that_a_page_names_is_there()
    {
        var pages = Repository.Under("", ".md").ToList();

        Assert.Contains("docs/flow.md", pages);
        Wall.Holds(pages.SelectMany(page => Paths.Missing(page, Repository.Read(page), Repository.Files)));
    }

    [Fact]
    public void No_file_names_a_path_of_one_machine()
    {
        var texts = Repository.Files.Where(path => !Binary.Contains(Path.GetExtension(path)));

        Wall.Holds(texts.SelectMany(path => Paths.OfAMachine(path, Repository.Read(path))));
    }

    [Theory]
    [InlineData("see `src/Gone.cs`", "docs/a.md names src/Gone.cs, which is not there")]
    [InlineData("see `Gone.md`", "docs/a.md names Gone.md, which is not there")]
    [InlineData("see `tests/*.Gone/`", "docs/a.md names tests/*.Gone, which is not there")]
    [InlineData("see [it](gone.md)", "docs/a.md names docs/gone.md, which is not there")]
    [InlineData("see [it](../src/Gone.cs#here)", "docs/a.md names src/Gone.cs, which is not there")]
    public void A_path_that_is_not_there_is_seen(string text, string says)
    {
        Assert.Equal([says], Paths.Missing("docs/a.md", text, ["src/Here.cs", "docs/a.md", "tests/A.Tests/x.cs"]));
    }

    [Theory]
    [InlineData("see `src/Here.cs`, `src/`, `tests/*.Tests`, [it](a.md), [out](https://example.test/x.md), [below](#below), `muster.yaml`")]
    public void A_path_that_is_there_is_left_alone(string text)
    {
        Assert.Empty(Paths.Missing("docs/a.md", text, ["src/Here.cs", "docs/a.md", "tests/A.Tests/x.cs"]));
    }

    [Theory]
    [InlineData("cd {0}/me/muster")]
    [InlineData("\"{0}/me\"")]
    [InlineData("a\nx={0}/me/x\n")]
    public void A_path_of_one_machine_is_seen(string form)
    {
        var home = "/" + "home";

        Assert.Single(Paths.OfAMachine("a.txt", form.Replace("{0}", home, StringComparison.Ordinal)));
        Assert.Empty(Paths.OfAMachine("a.txt", "https://example.test" + home + "/page"));
    }
}
