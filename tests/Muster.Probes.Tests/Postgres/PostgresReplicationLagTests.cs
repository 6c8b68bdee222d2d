using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Postgres;

public sealed class PostgresReplicationLagTests : IAsyncLifetime
{
    PostgresServer _primary = null!, _standby = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _primary = await PostgresServer.Start(new(), Cancel);
        _standby = await _primary.Standby("one", Cancel);
        while (await _standby.Run("select count(*) from pg_stat_wal_receiver where status = 'streaming'", Cancel) != "1") Cancel.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
    }

    Task<Sight> Look(params (string, Value)[] more) => Probing.Look("postgres.replication_lag", more.Or(("target", _primary.Connection), ("replica", _standby.Connection), ("patience", 2)));

    [Fact]
    public async Task A_row_arrives_at_a_replica_that_follows_and_nothing_is_left_behind()
    {
        var first = (await Look()).Seen();
        var seen = (await Look()).Seen();

        Assert.Equal(Value.True, first["arrived"]);
        Assert.Equal(Value.True, seen["arrived"]);
        Assert.InRange(((Value.Number)seen["lag"]!).Is, 0, 2);
        Assert.Equal(Value.True, seen["in_recovery"]);
        Assert.Equal(Value.True, seen["same_system"]);
        Assert.Equal(Value.False, seen["replay_paused"]);
        Assert.Equal((Value)"streaming", seen["receiver"]);
        Assert.Equal((Value)"one", seen["slot"]);
        Assert.Equal(Value.True, seen["slot_active"]);
        Assert.Empty(seen.Items("idle_slots"));
        Assert.Equal("0", await _primary.Run("select count(*) from muster_heartbeat", Cancel));
    }

    [Fact]
    public async Task A_replay_that_is_paused_is_seen_though_the_link_streams()
    {
        await _standby.Run("select pg_wal_replay_pause()", Cancel);
        while (await _standby.Run("select pg_get_wal_replay_pause_state()", Cancel) != "paused") Cancel.ThrowIfCancellationRequested();

        var seen = (await Look()).Seen();
        await _standby.Run("select pg_wal_replay_resume()", Cancel);

        Assert.Equal(Value.False, seen["arrived"]);
        Assert.Equal(Value.True, seen["replay_paused"]);
        Assert.Equal((Value)"streaming", seen["receiver"]);
        Assert.Null(seen["lag"]);
        Assert.True(((Value.Number)seen["bytes_behind"]!).Is > 0);
        Assert.Equal(Value.True, (await Look()).Seen()["arrived"]);
    }

    /// <summary>Here the two usual questions say that all is well: received and replayed are equal.</summary>
    [Fact]
    public async Task A_link_that_is_broken_is_seen_though_the_replica_has_replayed_all_that_it_got()
    {
        await _primary.Admit(["host all all 127.0.0.1/32 scram-sha-256"], Cancel);
        await _standby.Set("primary_conninfo", "host=/nowhere", Cancel);
        while (await _standby.Run("select count(*) from pg_stat_wal_receiver where status = 'streaming'", Cancel) != "0") Cancel.ThrowIfCancellationRequested();

        var seen = (await Look()).Seen();

        Assert.Equal("t", await _standby.Run("select pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()", Cancel));
        Assert.Equal(Value.False, seen["arrived"]);
        Assert.NotEqual((Value)"streaming", seen["receiver"]);
        Assert.Equal(Value.Texts(["one"]), seen["idle_slots"]);
    }

    [Fact]
    public async Task A_server_of_its_own_is_no_replica_and_neither_is_one_of_another_cluster()
    {
        await using var other = await PostgresServer.Start(new(), Cancel);
        await using var theirs = await other.Standby("two", Cancel);

        Assert.Equal(Value.False, (await Look(("replica", other.Connection))).Seen()["in_recovery"]);
        var seen = (await Look(("replica", theirs.ConnectionAs("postgres", other.Password)))).Seen();

        Assert.Equal(Value.False, seen["same_system"]);
        Assert.Equal(Value.False, seen["arrived"]);
    }

    [Fact]
    public async Task A_role_that_may_write_no_heartbeat_is_told_what_to_make()
    {
        await _primary.Run("create role reader login password 'reader-password'", Cancel);

        Probing.Blind(await Look(("target", _primary.ConnectionAs("reader", "reader-password"))), Blind.NotAdmitted, "create table \"muster_heartbeat\"");
        Probing.Blind(await Look(("heartbeat", "a.b.c")), Blind.BadQuestion, "heartbeat");
        Probing.Blind(await Look(("target", _standby.Connection)), Blind.BadQuestion, "standby");
        Assert.Equal("0", await _primary.Run("select count(*) from pg_class where relname = 'muster_heartbeat'", Cancel));
    }

    [Fact]
    public async Task A_name_of_a_table_is_nothing_but_a_name()
    {
        var seen = (await Look(("heartbeat", "x (beat text); drop table kept; --"))).Seen();

        Assert.Equal(Value.True, seen["arrived"]);
        Assert.Equal("1", await _primary.Run("select count(*) from pg_class where relname = 'x (beat text); drop table kept; --'", Cancel));
    }
}
