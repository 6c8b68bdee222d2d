using System.Text;

namespace Muster.Readiness.Tests;

public class IncludeTests
{
    static Desk With(string include) => Desk.With($"muster: 1\nsystem: s\ninclude: {include}\n");

    [Theory]
    [InlineData("../x.yaml")]
    [InlineData("a/../../x.yaml")]
    [InlineData("/etc/x.yaml")]
    [InlineData("C:/x.yaml")]
    [InlineData("a\\x.yaml")]
    [InlineData("~/x.yaml")]
    [InlineData("file://x.yaml")]
    public void Nothing_outside_of_the_folder_is_read(string path) => Assert.Contains("leads out of the document's folder", With($"'{path}'").Error().Says, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_read_in_the_order_of_its_names_and_each_file_once()
    {
        var desk = With("[ more/, more/a.yaml ]");
        desk["more/b.yaml"] = "controls: { b: }";
        desk["more/a.yaml"] = "controls: { a: }\ninclude: b.yaml";
        desk["more/notes.txt"] = "not read: [";
        Assert.Equal(["a", "b"], desk.Document().Controls.Select(control => control.Id));
    }

    [Fact]
    public void A_circle_is_named()
    {
        var desk = With("a.yaml");
        desk["a.yaml"] = "include: b.yaml";
        desk["b.yaml"] = "include: a.yaml";
        Assert.Equal("The includes run in a circle: a.yaml → b.yaml → a.yaml.", desk.Error().Says);
    }

    [Fact]
    public void Number_size_and_depth_are_bounded()
    {
        var deep = With("0.yaml");
        for (var i = 0; i < 20; i++) deep[$"{i}.yaml"] = $"include: {i + 1}.yaml";
        Assert.Contains("nested deeper than 16", deep.Error().Says, StringComparison.Ordinal);
        var many = With("many/");
        for (var i = 0; i < 300; i++) many[$"many/{i}.yaml"] = "controls: {}";
        Assert.Contains("more than 200 files", many.Read().Problems[0].Says, StringComparison.Ordinal);
        var large = With("large/");
        for (var i = 0; i < 6; i++) large[$"large/{i}.yaml"] = "controls: {}\n" + new string('#', 1_900_000);
        Assert.Contains("larger than 8 MiB together", large.Read().Problems[0].Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none.yaml", "There is no \"none.yaml\"")]
    [InlineData("'pack:none@1'", "There is no pack \"none@1\"")]
    [InlineData("'pack:none'", "names no pack")]
    [InlineData("{ pack: none@1, wiht: {} }", "There is no key \"wiht\"")]
    [InlineData("[ [ a ] ]", "where a text was expected")]
    public void What_is_not_there_is_told(string include, string says) => Assert.Contains(With(include).Read().Problems, problem => problem.Says.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void An_included_file_has_no_gates()
    {
        var desk = With("a.yaml");
        desk["a.yaml"] = "gates: {}";
        Assert.Contains("There is no key \"gates\" in an included file", desk.Error().Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pack_brings_controls_for_a_target_of_the_document()
    {
        const string Pack = "pack: web@1\ntitle: Web\nneeds: { edge: url }\ncontrols: { web.up: { check: { http: edge } } }\n";
        var desk = Desk.With("muster: 1\nsystem: s\ninclude: { pack: web@1, with: { edge: api } }\ntargets: { api: https://a.test }\n");
        desk.Packs["web@1"] = Encoding.UTF8.GetBytes(Pack);
        var control = Assert.Single(desk.Document().Controls);
        Assert.Equal("Web", control.Section);
        Assert.Equal("""{"target":"api"}""", control.Cells[0].Parts[0].Steps[0].Parameters.ToString());
        desk["muster.yaml"] = "muster: 1\nsystem: s\ninclude: pack:web@1\ntargets: { api: https://a.test }\n";
        Assert.Contains(desk.Read().Problems, problem => problem.Says == "The pack \"web@1\" needs a target \"edge\" (url)." && problem.Place.Line == 3);
        desk.Packs["web@1"] = Encoding.UTF8.GetBytes(Pack.Replace("web@1", "web@2", StringComparison.Ordinal));
        Assert.Contains(desk.Read().Problems, problem => problem.Says.Contains("calls itself \"web@2\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("title: $(env:HOME)")]
    [InlineData("controls: { c: { check: { http: api, headers: { a: [ 'x$(file:k)' ] } } } }")]
    [InlineData("environments: { a: { values: { x: $(env:X) } } }")]
    public void A_secret_outside_of_targets_is_refused(string line) =>
        Assert.Contains("A secret stands outside of targets", Desk.With($"muster: 1\nsystem: s\ntargets: {{ api: 'https://u:$(env:P)@a.test' }}\n{line}\n").Error().Says, StringComparison.Ordinal);
}
