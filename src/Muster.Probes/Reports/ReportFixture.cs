using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Two reports in a folder of their own, one on which the kind must fail beside its passing twin.</summary>
static class ReportFixture
{
    /// <summary>The artifact that the reports of fixtures are about.</summary>
    public const string Artifact = "sha256:5a4f5d3e2c1b0a99887766554433221100ffeeddccbbaa998877665544332211";

    public static async Task<Proof> Of(Kind kind, string says, (string Name, string Text) sick, (string Name, string Text) well, FieldMatcher[] expect, CancellationToken cancel,
        Value.Fields? parameters = null, (string Name, string Text)? beside = null)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            foreach (var (name, text) in beside is { } other ? [sick, well, other] : (ReadOnlySpan<(string, string)>)[sick, well])
                File.WriteAllText(Path.Combine(folder.FullName, name), text);
            var options = new RunnerOptions { Release = default, Folder = folder.FullName, Artifacts = ImmutableSortedDictionary<string, Digest>.Empty.Add("web", Digest.Parse(Artifact)) };
            return new(kind.Name, says, await Look(sick.Name), await Look(well.Name));

            Task<Witnessed> Look(string name) => Stage.Look(options, kind, (parameters ?? Value.Fields.Empty).With("target", name), expect, cancel);
        }
        finally { folder.Delete(recursive: true); }
    }
}
