using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class FailoverKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [FailoverDrillKind.Entry];
}
