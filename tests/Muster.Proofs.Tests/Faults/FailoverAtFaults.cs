namespace Muster.Proofs.Tests;

/// <summary>A peer that is no server of PostgreSQL is neither a primary nor a standby.</summary>
sealed class FailoverAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["failover.drill"] = "failover.drill: { target: failing-db, standby: failing-db, kill: [ /bin/true ], wait: 1s, write_for: 200ms, watch: 100ms }",
    };

    public IReadOnlyDictionary<string, string> Targets { get; } = new Dictionary<string, string>
    {
        ["failing-db"] = "{ postgres: \"postgres://postgres@ADDRESS/shop?sslmode=disable\" }",
    };
}
