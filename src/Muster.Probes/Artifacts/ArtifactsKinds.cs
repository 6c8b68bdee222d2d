using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class ArtifactsKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [ArtifactChecksumsKind.Entry, ArtifactSbomKind.Entry, ArtifactVulnerabilitiesKind.Entry];
}
