using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class CredentialsKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [DefaultLoginKind.Entry];
}
