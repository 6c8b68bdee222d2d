using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>The kinds that put load on something.</summary>
static class LoadKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [LoadHttpKind.Entry, LoadCapacityKind.Entry, LoadCompareKind.Entry];
}
