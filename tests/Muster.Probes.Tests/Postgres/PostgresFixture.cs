using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Postgres;

/// <summary>A real server for the tests of one class.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.Start(new(), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Questions to a real server.</summary>
static class Databases
{
    public static Task<Sight> Ask(this PostgresServer server, string kind, params (string, Value)[] parameters) => Probing.Look(kind, [("target", server.Connection), .. parameters]);

    /// <summary>What is usual, but for what is said.</summary>
    public static (string, Value)[] Or(this (string Name, Value)[] said, params (string Name, Value)[] usual) => [.. usual.Where(one => said.All(other => other.Name != one.Name)), .. said];

    public static Value.Fields Seen(this Sight sight) => sight.Observation ?? throw new InvalidOperationException($"nothing was seen: {sight.Blind}, {sight.Detail}");

    public static Value[] Items(this Value.Fields seen, string name) => [.. ((Value.Items)seen[name]!).Are];
}
