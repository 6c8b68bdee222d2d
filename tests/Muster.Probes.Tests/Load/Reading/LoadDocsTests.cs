using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public partial class LoadDocsTests
{
    static readonly (string Key, string Text)[] Base = [("target:", "target: https://shop.internal\n"), ("scenarios:", "scenarios: { one: { vus: 1, duration: 1m, get: / } }\n")];

    static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../.."));

    public static TheoryData<string> Blocks() => [.. Yaml().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "load.md"))).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Every_example_of_a_plan_reads(string block)
    {
        var whole = string.Concat(Base.Where(line => !("\n" + block).Contains("\n" + line.Key, StringComparison.Ordinal)).Select(line => line.Text)) + block;

        var reading = Forms.Read(whole, ("users.csv", "name,age\nmia,30\n"), ("cities.json", """[{"name":"Oslo"}]"""));

        Assert.True(reading.Plan is not null, ProblemText.Render(reading.Problems));
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
