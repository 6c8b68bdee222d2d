using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class BackupsKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [BackupSetKind.Entry];
}
