using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class RestoringKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [PostgresRestoreDrillKind.Entry];
}
