using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

/// <summary>A document's folder with reports in it, and the real runner over a release of one artifact, web.</summary>
sealed class ReportFolder : IDisposable
{
    public const string Web = ReportFixture.Artifact;
    public static readonly string Other = "sha256:" + new string('b', 64);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-");

    public string Path => _folder.FullName;

    public RunnerOptions Options => Probing.Options with { Folder = Path, Artifacts = ImmutableSortedDictionary<string, Digest>.Empty.Add("web", Digest.Parse(Web)) };

    public ReportFolder Write(string name, string text)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, name), text);
        return this;
    }

    public Task<Run> Run(string kind, string name, params ReadOnlySpan<(string, Value)> parameters) => Probing.Run(Options, Ask(kind, name, parameters));

    public static Ask Ask(string kind, string name, ReadOnlySpan<(string, Value)> parameters) => Probing.Ask(new Asked("", kind, Value.Of(parameters).With("target", name)));

    /// <summary>What the kind makes of one report by itself.</summary>
    public static async Task<Sight> Look(string kind, string text, params (string, Value)[] parameters)
    {
        using var folder = new ReportFolder().Write("report", text);
        return (await folder.Run(kind, "report", parameters)).Sights[0];
    }

    /// <summary>The kind's own rule over what was seen, read as a document's would be.</summary>
    public static Outcome Weighed(string kind, Sight sight)
    {
        var text = $"muster: 1\nsystem: shop\nenvironments: {{ local: {{}} }}\ncontrols: {{ a: {{ check: {{ {kind}: report }} }} }}\ngates: {{ go: {{ environment: local }} }}\n";
        var reading = DocumentReader.Read("muster.yaml", _ => new Fetched.File(Encoding.UTF8.GetBytes(text)), ProbeKinds.Catalogue, _ => null, _ => new Fetched.Missing());
        var step = reading.Document!.Controls[0].Cells[0].Parts[0].Steps[0];
        return Weigh.Of(step, sight, ProbeKinds.Find(kind)!.Kind, WeighingContext.Empty);
    }

    public static void Passes(string kind, Sight sight) => Assert.True(Weighed(kind, sight) is Outcome.Pass, $"{Weighed(kind, sight)} {sight.Detail} {sight.Observation}");

    public static void Fails(string kind, Sight sight, string says)
    {
        var fail = Assert.IsType<Outcome.Fail>(Weighed(kind, sight));
        Assert.Contains(says, fail.Says, StringComparison.Ordinal);
    }

    public static void IsUnproven(string kind, Sight sight, Why why) => Assert.Equal(why, Assert.IsType<Outcome.Unproven>(Weighed(kind, sight)).Why);

    public static double Number(Sight sight, string field) => ((Value.Number)sight.Observation![field]!).Is;

    public void Dispose() => _folder.Delete(recursive: true);
}
