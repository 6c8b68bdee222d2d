using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

public partial class DocsTests
{
    static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    static readonly (string Key, string Text)[] Base =
    [
        ("muster:", "muster: 1\n"), ("system:", "system: shop\n"),
        ("environments:", "environments: { staging: { consent: [ active, destructive ] }, production: }\n"),
        ("targets:", "targets: { api: https://shop.test }\n"),
        ("people:", "people: { mia: { roles: [ architect ] }, jon: { roles: [ devops-lead ] } }\n"),
    ];

    public static TheoryData<string> Blocks() => [.. Yaml().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "document.md"))).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Every_example_of_the_language_reads(string block)
    {
        var desk = Desk.With(string.Concat(Base.Where(line => !("\n" + block).Contains("\n" + line.Key, StringComparison.Ordinal)).Select(line => line.Text)) + block);
        desk["keys/mia.pub"] = Desk.Pem(1);
        desk["keys/mia-2025.pub"] = Desk.Pem(3);
        desk["keys/ci.pub"] = Desk.Pem(2);
        desk["controls/more.yaml"] = "controls: { more: }\n";
        desk.Packs["web-edge@1"] = File.ReadAllBytes(Path.Combine(Root(), "packs", "web-edge@1.yaml"));
        var reading = desk.Read();
        Assert.True(reading.Problems.IsEmpty, ProblemText.Render(reading.Problems));
    }

    [Fact]
    public void The_web_edge_pack_needs_one_url()
    {
        var desk = Desk.With("muster: 1\nsystem: shop\ninclude: pack:web-edge@1\ntargets: { edge: https://shop.test }\nenvironments: { here: }\ngates: { edge: { environment: here } }\n");
        desk.Packs["web-edge@1"] = File.ReadAllBytes(Path.Combine(Root(), "packs", "web-edge@1.yaml"));
        var document = desk.Document();
        Assert.All(document.Controls, control => Assert.True(control.Title.Length > 0 && control.Fix is not null && control.Impact is not null && control.Cells.Length == 1));
        Assert.Equal(9, document.Gates[0].Controls.Length);
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
