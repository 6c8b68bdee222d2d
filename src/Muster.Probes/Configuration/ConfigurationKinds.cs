using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class ConfigurationKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [ConfigAssertionsKind.Entry];
}
