using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class CrashingKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [CrashRecoveryKind.Entry, LimitsEnforcedKind.Entry, RollbackDrillKind.Entry, PlaybookKind.Entry];
}
