using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class HostsKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [ContainerStateKind.Entry, HostStateKind.Entry];
}
