using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The drills that restore a backup of files or of a Redis.</summary>
static class RestoringKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [RedisRestoreDrillKind.Entry, FilesRestoreDrillKind.Entry];
}
