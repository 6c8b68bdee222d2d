using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class PostgresKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [PostgresQueryKind.Entry, PostgresMigrationsKind.Entry, PostgresBackupFreshnessKind.Entry, PostgresTlsKind.Entry, PostgresConnectionsKind.Entry, PostgresGrantsKind.Entry, PostgresReplicationLagKind.Entry];
}
