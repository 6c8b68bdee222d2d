using Muster.Cli.Checklists;

namespace Muster.Cli.Tests;

/// <summary>How the controls come into a document that is there: by one line, or by a person.</summary>
public sealed class IncludingTests
{
    const string Head = "muster: 1\nsystem: shop   # ours\n";
    const string Tail = "environments: { live: {} }\ngates:\n  go: { environment: live }\n";

    [Theory]
    [InlineData("", "\ninclude:\n  - controls/R.yaml\n", true)]
    [InlineData("include:\n  - own.yaml   # first\n\n", "  - own.yaml   # first\n  - controls/R.yaml\n", false)]
    [InlineData("include:\n- own.yaml\n", "- own.yaml\n- controls/R.yaml\n", false)]
    [InlineData("include: [ own.yaml ]   # said\n", "include: [ own.yaml, controls/R.yaml ]   # said\n", false)]
    [InlineData("include: []\n", "include: [ controls/R.yaml ]\n", false)]
    public async Task A_line_is_added_and_nothing_else_is_touched(string include, string comes, bool atTheEnd)
    {
        using var folder = Folder(include);
        await folder.Done("import", "R.md");
        var came = File.ReadAllText(folder.PathOf("muster.yaml"));
        Assert.Contains(comes, came, StringComparison.Ordinal);
        Assert.StartsWith(Head, came, StringComparison.Ordinal);
        Assert.Equal(atTheEnd ? Tail + comes : Tail, came[^(atTheEnd ? Tail.Length + comes.Length : Tail.Length)..]);
        Assert.Contains("R.md: 1 control from 1 line", (await folder.Done("import", "R.md")).Data, StringComparison.Ordinal);
        Assert.Equal(came, File.ReadAllText(folder.PathOf("muster.yaml")));
    }

    [Theory]
    [InlineData("include: controls/\n")]
    [InlineData("include: [ own.yaml, ./controls/R.yaml ]\n")]
    [InlineData("include: own.yaml\n", "include: controls/R.yaml\n")]
    public async Task What_includes_it_already_is_left_alone(string include, string own = "controls: { own: }\n")
    {
        using var folder = Folder(include);
        folder.Write("own.yaml", own);
        var before = File.ReadAllText(folder.PathOf("muster.yaml"));
        var ran = await folder.Done("import", "R.md");
        Assert.DoesNotContain("Add it", ran.Data, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(folder.PathOf("muster.yaml")));
        Assert.Contains("rope-holds", (await folder.Run("report", "-f", "json")).Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("include: own.yaml\n")]
    [InlineData("include:\n  own.yaml\n")]
    [InlineData("include:\n  - own.yaml\n  - pack: web-edge@1\n    with: { edge: api }\ntargets: { api: https://shop.test }\n")]
    public async Task What_only_a_person_can_add_is_proposed(string include)
    {
        using var folder = Folder(include);
        var before = File.ReadAllText(folder.PathOf("muster.yaml"));
        var ran = await folder.Done("import", "R.md");
        Assert.Contains("Add it: include: [ …, controls/R.yaml ]", ran.Data, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(folder.PathOf("muster.yaml")));
        Assert.True(File.Exists(folder.PathOf("controls/R.yaml")));
    }

    [Fact]
    public async Task What_is_wrong_elsewhere_afterwards_is_told_and_is_3()
    {
        using var folder = Folder("");
        folder.Write("muster.yaml", Head + "controls: { own: }\nenvironments: { live: {} }\ngates: { go: { environment: live, criteria: { Ours: own } } }\n");
        var ran = await folder.Run("import", "R.md");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("rope-holds", ran.Data, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.PathOf("controls/R.yaml")));
        folder.Write("muster.yaml", File.ReadAllText(folder.PathOf("muster.yaml")).Replace("Ours: own", "Ours: [ own, rope-holds ]", StringComparison.Ordinal));
        await folder.Done("lint");
        await folder.Done("import", "--check");
    }

    [Fact]
    public async Task A_document_with_mistakes_is_told_them_and_stays()
    {
        using var folder = Folder("inclde: x\n");
        var ran = await folder.Run("import", "R.md");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("There is no key \"inclde\"", ran.Talk, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.PathOf("controls")));
    }

    [Fact]
    public void A_new_document_is_sound_whatever_its_folder_and_title_are()
    {
        foreach (var folder in (string[])["/", "/a b", "/-x", "/" + new string('y', 300), "/über", "/…"])
            foreach (var title in (string?[])[null, "a: b # c \"d\"", "$(env:X)", "\u202e"])
            {
                var desk = new DocumentDesk(folder, "muster.yaml");
                desk["c.yaml"] = "controls: { a: }";
                desk["muster.yaml"] = Including.NewDocument(folder, "R.md", title, "c.yaml");
                Samples.Sound(desk);
            }
    }

    static Scratch Folder(string include)
    {
        var folder = new Scratch();
        folder.Write("R.md", "- the rope holds\n");
        folder.Write("own.yaml", "controls: { own: }\n");
        folder.Write("muster.yaml", Head + include + Tail);
        return folder;
    }
}
