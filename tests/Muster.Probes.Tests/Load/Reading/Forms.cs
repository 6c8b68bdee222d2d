using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>Reads forms with files beside them.</summary>
static class Forms
{
    public const string Shop = "target: http://shop.internal:8080\n";

    public static LoadReading Read(string yaml, params (string Name, string Text)[] files) => Read(Parsed(yaml), files);

    public static LoadReading Read(LoadForm form, params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("forms");
        try
        {
            foreach (var (name, text) in files) File.WriteAllText(Path.Combine(folder.FullName, name), text);
            return LoadPlanReader.Read(form, new(folder.FullName), Raw);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static LoadForm Parsed(string yaml)
    {
        var (form, problems) = LoadForm.Parse(Encoding.UTF8.GetBytes(yaml), "load.yaml");
        Assert.True(form is not null, ProblemText.Render(problems));
        return form;
    }

    public static LoadPlan Plan(string yaml, params (string Name, string Text)[] files)
    {
        var reading = Read(yaml, files);
        Assert.True(reading.Plan is not null, ProblemText.Render(reading.Problems));
        return reading.Plan;
    }

    /// <summary>The one scenario of a form whose target is the shop.</summary>
    public static Scenario Scenario(string yaml, params (string Name, string Text)[] files) =>
        Assert.Single(Plan($"{Shop}scenarios:\n  one: {yaml}\n", files).Scenarios);

    public static Problem Wrong(string yaml, params (string Name, string Text)[] files)
    {
        var reading = Read($"{Shop}scenarios:\n  one: {yaml}\n", files);
        Assert.Null(reading.Plan);
        return Assert.Single(reading.Problems);
    }

    static System.Collections.Immutable.ImmutableArray<Threshold> Raw(Value value, System.Collections.Immutable.ImmutableArray<Scenario> scenarios, Action<string, string, string> wrong) =>
        value is Value.Fields metrics ? [.. metrics.Select(metric => new Threshold(metric.Key, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty, metric.Value.ToString()))] : [];
}
