using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>What is said of a requirement, from the states of the controls that name it.</summary>
public sealed class RequirementsTests
{
    const string Controls = """
          b.met: { title: Also so, proves: [ GR-02, GR-05 ], check: { file: { path: facts.json, read: /ok }, expect: { value: true } } }
          c.prose: { title: Written only, proves: [ GR-03 ] }
          d.word: { title: Somebody says so, proves: [ GR-04, GR-05 ], check: { attestation: It is so, by: on-call } }
          e.apart: { title: No gate asks for it, proves: [ GR-06 ], check: { file: facts.json } }
          f.out: { title: Not ours, proves: [ GR-07 ], not_applicable: { because: we have none, approved_by: architect, review: 2999-01-01 }, check: { file: facts.json } }
        """;

    static Task<Launch> Launched() => Launch.Of(new() { Expected = false, Controls = Controls });

    static async Task<Dictionary<string, (string State, string[] Controls)>> States(Launch launch, params string[] words) =>
        Read(await launch.Done(["requirements", "-f", "json", .. words]));

    [Fact]
    public async Task A_line_is_what_its_worst_control_is_and_unclaimed_where_none_names_it()
    {
        using var launch = await Launched();
        launch.Change("title: The fact is so", "title: The fact is so\n    proves: [ GR-01 ]");
        launch.Change("require: all", "require: [ a.*, b.*, c.*, d.*, f.* ], excuses: [ architect ]");

        var before = await States(launch);
        await launch.Run("check");
        var after = await States(launch);

        Assert.Equal("unproven", before["GR-02"].State);
        Assert.Equal("failed", after["GR-01"].State);
        Assert.Equal("proven", after["GR-02"].State);
        Assert.Equal("unmeasured", after["GR-03"].State);
        Assert.Equal("unproven", after["GR-04"].State);
        Assert.Equal("unproven", after["GR-05"].State);
        Assert.Equal(["b.met", "d.word"], after["GR-05"].Controls);
        Assert.Equal("unproven", after["GR-06"].State);
        Assert.Equal("unproven", after["GR-07"].State);
        Assert.Equal("unclaimed", after["GR-08"].State);
        Assert.Equal(367, after.Count);
        Assert.Equal(["GR-02"], (await States(launch, "--state", "proven")).Keys);
        Assert.Equal(66, (await States(launch, "--system", "GR")).Count);
    }

    [Fact]
    public async Task The_terminal_shows_each_line_with_its_controls_and_ends_with_the_counts()
    {
        using var launch = await Launched();
        await launch.Run("check");

        var ran = await launch.Done("requirements", "--system", "web-application");

        Assert.Contains("✓ proven       GR-02", ran.Data, StringComparison.Ordinal);
        Assert.Contains("c.prose unmeasured in go: no check measures it", ran.Data, StringComparison.Ordinal);
        Assert.EndsWith("\n 3 of 66 requirements proven: 2 unproven, 1 unmeasured, 60 unclaimed.\n", ran.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("%", ran.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_document_the_catalogue_is_listed_and_has_no_states()
    {
        using var empty = new Scratch();

        var all = await empty.Start("requirements");
        var json = await empty.Start("requirements", "-f", "json", "-s", "PB");
        var state = await empty.Start("requirements", "--state", "proven");

        Assert.Equal(0, all.Exit);
        Assert.EndsWith(" 367 requirements.\n", all.Data, StringComparison.Ordinal);
        Assert.Null(json.Json["counts"]);
        Assert.Equal(57, ((Value.Items)json.Json["requirements"]!).Are.Length);
        Assert.All(((Value.Items)json.Json["requirements"]!).Are.Cast<Value.Fields>(), line => Assert.Null(line["state"]));
        Assert.Equal((3, ""), (state.Exit, state.Data));
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Folder));
    }

    [Fact]
    public async Task The_page_loads_nothing_and_takes_no_markup_from_a_document()
    {
        using var launch = await Launched();
        launch.Change("system: shop", "system: shop\ntitle: \"<script>alert(1)</script>\"");
        await launch.Run("check");

        var page = (await launch.Done("requirements", "-f", "html")).Data;
        using var empty = new Scratch();
        var bare = (await empty.Done("requirements", "-f", "html")).Data;

        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("GR-02", page, StringComparison.Ordinal);
        Assert.Contains("367 requirements.", bare, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_the_catalogue_does_not_have_is_warned_of_at_its_place_with_the_nearest_one()
    {
        using var launch = await Launch.Of(new() { Controls = "  b.met: { title: Also so, proves: [ GR-444, HOUSE-7 ], check: { file: facts.json } }" });

        var lint = await launch.Done("lint");
        var checkedIt = await launch.Run("check");

        Assert.Contains("warning: No requirement of the catalogue is called \"GR-444\"", lint.Data, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"GR-44\"?", lint.Data, StringComparison.Ordinal);
        Assert.Contains("\"HOUSE-7\"", lint.Data, StringComparison.Ordinal);
        Assert.Contains("leave it if it is a line of your own", lint.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Go, checkedIt.Exit);
    }

    /// <summary>What is said of the lines: the state and the controls of each.</summary>
    static Dictionary<string, (string State, string[] Controls)> Read(Ran requirements) => ((Value.Items)requirements.Json["requirements"]!).Are.Cast<Value.Fields>().ToDictionary(
        line => ((Value.Text)line["id"]!).Is,
        line => (((Value.Text)line["state"]!).Is, ((Value.Items)line["controls"]!).Are.Cast<Value.Fields>().Select(control => ((Value.Text)control["id"]!).Is).ToArray()));
}
