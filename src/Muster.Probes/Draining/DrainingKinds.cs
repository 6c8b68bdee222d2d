using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class DrainingKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [DrainHttpKind.Entry, DrainWebsocketKind.Entry];
}
