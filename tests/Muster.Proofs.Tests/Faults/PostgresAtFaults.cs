namespace Muster.Proofs.Tests;

sealed class PostgresAtFaults : IAskedAtFaults
{
    const string Peer = "\"postgres://shop:never-told@ADDRESS/shop\"";

    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["postgres.query"] = $"postgres.query: {Peer}, sql: select 1",
        ["postgres.migrations"] = $"postgres.migrations: {Peer}, folder: db/migrations",
        ["postgres.tls"] = $"postgres.tls: {Peer}",
        ["postgres.connections"] = $"postgres.connections: {Peer}",
        ["postgres.backup_freshness"] = $"postgres.backup_freshness: {Peer}, report: db/info.json",
        ["postgres.replication_lag"] = "postgres.replication_lag: database, replica: database",
        ["postgres.grants"] = $"postgres.grants: {Peer}, allowed: {{ orders: [ SELECT ] }}",
    };

    public IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string> { ["db/migrations/1_orders.up.sql"] = "", ["db/info.json"] = "[]" };

    public IReadOnlyDictionary<string, string> Targets { get; } = new Dictionary<string, string> { ["database"] = $"{{ postgres: {Peer} }}" };
}
