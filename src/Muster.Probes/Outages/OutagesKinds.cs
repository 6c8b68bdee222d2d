using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class OutagesKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [DependencyOutageKind.Entry];
}
