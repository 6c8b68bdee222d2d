namespace Muster.Proofs.Tests;

sealed class PostgresAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["postgres.query"] = "postgres.query: \"postgres://shop:never-told@ADDRESS/shop\", sql: select 1",
    };
}
