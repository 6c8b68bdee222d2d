using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class ChaosKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [ChaosExperimentKind.Entry];
}
