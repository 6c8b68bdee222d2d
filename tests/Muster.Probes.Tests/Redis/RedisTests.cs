using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Redis;

/// <summary>Against a real Redis 7 with users of its own.</summary>
public sealed class RedisTests : IAsyncLifetime
{
    const string Keeper = "keeper-password-1", Relay = "relay-password-1", Hub = "hub-password-1", Worker = "worker-password-1";
    static readonly string[] Lines =
    [
        $"requirepass {Keeper}", $"user relay on >{Relay} resetchannels &notify.user.* +publish", $"user hub on >{Hub} resetchannels &notify.user.* +subscribe +psubscribe",
        $"user worker on >{Worker} ~* resetchannels +@all -monitor", "maxmemory 64mb", "maxmemory-policy allkeys-lru", "appendonly yes",
    ];

    RedisServer _server = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await RedisServer.Start(Lines, Cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    Value.Fields Target(bool keeper = true)
    {
        var target = Value.Of(("redis", _server.Address), ("users", Value.Of(("relay", Relay), ("hub", Hub), ("worker", Worker))));
        return keeper ? target.With("password", Keeper) : target;
    }

    Task<Sight> Acl(string user, string what, string of, bool keeper = true, params (string, Value)[] more) => Probing.Look("redis.acl", [("target", Target(keeper)), ("as", user), (what, of), .. more]);

    static (Value?, Value?) Told(Sight sight) => (sight.Observation?["allowed"], sight.Observation?["reason"]);

    [Fact]
    public async Task Each_user_may_what_its_rules_say_and_nobody_may_anything()
    {
        Assert.Equal((Value.True, ""), Told(await Acl("relay", "publish", "notify.user.1")));
        Assert.Equal((Value.False, "NOPERM"), Told(await Acl("relay", "publish", "billing")));
        Assert.Equal((Value.True, ""), Told(await Acl("relay", "publish", "notify.user.1", keeper: false, ("live", true))));
        Probing.Blind(await Acl("relay", "publish", "notify.user.1", keeper: false), Blind.NotCapable, "ACL DRYRUN");
        Assert.Equal((Value.False, "NOPERM"), Told(await Acl("relay", "subscribe", "notify.user.1")));
        Assert.Equal((Value.True, ""), Told(await Acl("hub", "psubscribe", "notify.user.*")));
        Assert.Equal((Value.False, "NOPERM"), Told(await Acl("hub", "psubscribe", "notify.user.1*"))); // the pattern must stand in the rule as it is
        Assert.Equal((Value.False, "NOPERM"), Told(await Acl("worker", "publish", "notify.user.1")));
        Assert.Equal((Value.True, ""), Told(await Acl("worker", "command", "SET shop:basket:1 x")));
        Assert.Equal((Value.False, "NOAUTH"), Told(await Acl("nobody", "publish", "notify.user.1")));
        Assert.Equal("", (await _server.Run(Keeper, ["GET", "shop:basket:1"], Cancel)).Trim()); // tried, and not done
    }

    [Fact]
    public async Task A_user_with_the_wrong_password_shows_nothing()
    {
        var sight = await Probing.Look("redis.acl", ("target", Target().With("users", Value.Of(("relay", "another password")))), ("as", "relay"), ("publish", "x"));

        Probing.Blind(sight, Blind.NotAdmitted, "WRONGPASS");
        Assert.DoesNotContain("another password", sight.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_matrix_holds_and_a_user_that_got_MONITOR_is_named()
    {
        var may = Value.Of(("relay", Value.Texts(["publish notify.user.1"])), ("hub", Value.Texts(["subscribe notify.user.1", "psubscribe notify.user.*"])));
        Task<Sight> Look() => Probing.Look("redis.acl_matrix", ("target", Target()), ("may", may));

        var well = await Look();
        await _server.Run(Keeper, ["ACL", "SETUSER", "worker", "+monitor"], Cancel);
        await _server.Run(Keeper, ["ACL", "SETUSER", "hub", "-subscribe"], Cancel);
        var sick = await Look();

        Assert.Equal((20, (Value)0, (Value)3), (well.Population, well.Observation!["wrong"], well.Observation["allowed"]));
        Assert.Equal(Value.Items.Empty, well.Observation["against_rule"]);
        Assert.Equal(Value.Texts(["worker: monitor"]), sick.Observation!["wrongly_allowed"]);
        Assert.Equal(Value.Texts(["hub: subscribe notify.user.1"]), sick.Observation["wrongly_refused"]);
        Assert.Equal(well.Before, sick.After);
    }

    [Fact]
    public async Task How_it_runs_is_seen_and_what_is_broken_shows()
    {
        await using var replica = await RedisServer.Start([$"requirepass {Keeper}", $"masterauth {Keeper}", FormattableString.Invariant($"replicaof 127.0.0.1 {_server.Port}")], Cancel);
        Task<Sight> Look(RedisServer server) => Probing.Look("redis.config", ("target", Value.Of(("redis", server.Address), ("password", Keeper))));
        await ServerProcess.Until(() => Look(_server).GetAwaiter().GetResult().Observation!["replicas"]!.Equals((Value)1), "the replica is not online", TimeSpan.FromSeconds(20), Cancel);

        var seen = (await Look(_server)).Observation!;
        var follower = (await Look(replica)).Observation!;
        await _server.Run(Keeper, ["CONFIG", "SET", "requirepass", ""], Cancel);
        var open = (await Look(_server)).Observation;

        Assert.Equal((Value.True, (Value)(64 * 1024 * 1024), "allkeys-lru", Value.True), (seen["auth_required"], seen["memory_limit"], ((Value.Text)seen["eviction"]!).Is, seen["append_only"]));
        Assert.Equal((Value.True, Value.False), (seen["saved_well"], seen["default_user_open"]));
        Assert.Equal(("slave", Value.True), (((Value.Text)follower["role"]!).Is, follower["link_up"]));
        Assert.Equal((Value.False, Value.True), (open!["auth_required"], open["default_user_open"]));
    }

    [Fact]
    public void Damaged_answers_are_read_or_refused()
    {
        byte[][] whole = [Encoding.UTF8.GetBytes("*3\r\n$5\r\nhello\r\n:42\r\n*1\r\n+OK\r\n"), Encoding.UTF8.GetBytes("-NOPERM no\r\n"), Encoding.UTF8.GetBytes("$-1\r\n"), Encoding.UTF8.GetBytes("*-1\r\n")];
        Fuzz.Damage(whole, bytes =>
        {
            var stream = new MemoryStream(bytes);
            try { new RedisReader((into, _) => Task.FromResult(stream.Read(into.Span))).Read(Cancel).GetAwaiter().GetResult(); }
            catch (Unseen) { return; } // Refused, which is an answer.
        });
    }
}
