using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The requirements that ship inside the executable: <c>catalogue/SYSTEM.yaml</c>. Read when somebody asks for them.</summary>
static class Catalogue
{
    static readonly string[] Names = ["observability-platform", "vector-database", "web-application", "graph-platform", "gpu-cloud"];
    static readonly Lazy<ImmutableArray<ModelSystem>> All = new(() => [.. Names.Select(Read)]);
    static readonly Lazy<ImmutableArray<string>> Known = new(() => [.. Requirements.Select(requirement => requirement.Id)]);

    public static ImmutableArray<ModelSystem> Systems => All.Value;

    public static IEnumerable<Requirement> Requirements => Systems.SelectMany(system => system.Requirements);

    public static IReadOnlyCollection<string> Ids() => Known.Value;

    static ModelSystem Read(string name)
    {
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream($"catalogue/{name}.yaml") ?? throw new InvalidOperationException($"the build left out catalogue/{name}.yaml");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ModelSystemReader.Read($"catalogue/{name}.yaml", bytes.ToArray(), out var problems) ?? throw new InvalidOperationException("the catalogue has mistakes\n" + ProblemText.Render(problems));
    }
}
