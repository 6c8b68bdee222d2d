using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The drills that restore a backup.</summary>
static class RestoringKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [PostgresRestoreDrillKind.Entry, RedisRestoreDrillKind.Entry, FilesRestoreDrillKind.Entry];
}
