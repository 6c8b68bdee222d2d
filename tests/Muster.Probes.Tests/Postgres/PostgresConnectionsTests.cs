using Muster.Readiness;
using Muster.Servers;
using Npgsql;

namespace Muster.Probes.Tests.Postgres;

public sealed class PostgresConnectionsTests : IAsyncLifetime
{
    PostgresServer _server = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.Start(new() { Settings = ["max_connections=13", "superuser_reserved_connections=3", "max_wal_senders=0"] }, Cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task<NpgsqlConnection> Connect(string user = "postgres", string? password = null)
    {
        var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={_server.Port};Username={user};Password={password ?? _server.Password};Database=shop;Pooling=false");
        await connection.OpenAsync(Cancel);
        return connection;
    }

    [Fact]
    public async Task What_is_used_and_what_is_left_is_counted()
    {
        var idle = (await _server.Ask("postgres.connections")).Seen();
        await using var one = await Connect();
        await using var two = await Connect();
        await using var transaction = await two.BeginTransactionAsync(Cancel);
        await using (var command = new NpgsqlCommand("select 1", two)) await command.ExecuteScalarAsync(Cancel);
        var busy = (await _server.Ask("postgres.connections")).Seen();

        Assert.Equal((Value)10, idle["usable"]);
        Assert.Equal((Value)3, idle["reserved"]);
        Assert.Equal((Value)0, idle["used"]);
        Assert.Equal((Value)1, idle["left_at_peak"]);
        Assert.Equal((Value)2, busy["used"]);
        Assert.Equal((Value)0.8, busy["left_at_peak"]);
        Assert.Equal((Value)1, busy["idle_in_transaction"]);
        Assert.Equal(Value.True, busy["same_port"]);
    }

    [Fact]
    public async Task Pools_that_may_ask_for_more_than_there_is_leave_less_than_nothing()
    {
        var seen = (await _server.Ask("postgres.connections", ("pools", Value.Of(("api", 8), ("worker", 4))))).Seen();

        Assert.Equal((Value)12, seen["peak"]);
        Assert.Equal((Value)(-0.2), seen["left_at_peak"]);
    }

    [Fact]
    public async Task The_limit_of_a_role_counts_where_it_is_the_tightest()
    {
        await _server.Run("create role tight login password 'tight-password' connection limit 2", Cancel);
        await using var one = await Connect("tight", "tight-password");

        var seen = (await Probing.Look("postgres.connections", ("target", _server.ConnectionAs("tight", "tight-password")))).Seen();

        Assert.Equal((Value)"role", seen["least"]);
        Assert.Equal((Value)0.5, seen["left_at_peak"]);
    }

    [Fact]
    public async Task States_that_may_not_be_seen_are_not_observed()
    {
        await _server.Run("create role plain login password 'plain-password'", Cancel);
        await using var one = await Connect();

        var seen = (await Probing.Look("postgres.connections", ("target", _server.ConnectionAs("plain", "plain-password")))).Seen();

        Assert.Equal((Value)1, seen["used"]);
        Assert.Null(seen["idle_in_transaction"]);
    }

    [Fact]
    public async Task Over_a_time_the_most_is_kept_and_not_the_last()
    {
        Task<Sight> looking;
        await using (var one = await Connect())
        await using (var two = await Connect())
        {
            looking = _server.Ask("postgres.connections", ("window", 3));
            while (await _server.Run("select count(*) from pg_stat_activity where application_name = 'muster' and query like '%client backend%' and state like 'idle%'", Cancel) == "0") Cancel.ThrowIfCancellationRequested();
        }

        var seen = (await looking).Seen();

        Assert.True(((Value.Number)seen["peak"]!).Is >= 2);
        Assert.Equal((Value)0, seen["used"]);
        Assert.True(((Value.Number)seen["samples"]!).Is > 4);
    }

    [Fact]
    public async Task A_server_that_is_full_proves_nothing()
    {
        var held = new List<NpgsqlConnection>();
        for (var i = 0; i < 13; i++) held.Add(await Connect());

        var sight = await _server.Ask("postgres.connections");
        foreach (var connection in held) await connection.DisposeAsync();

        Probing.Blind(sight, Blind.Unreachable, "too many clients");
    }
}
