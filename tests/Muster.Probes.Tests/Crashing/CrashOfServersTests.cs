using System.Globalization;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Crashing;

/// <summary>Real servers, killed for real: PostgreSQL, Redis under its profiles, NATS JetStream, and any store by two programs.</summary>
public sealed class CrashOfServersTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<Sight> Crash(Value target, Killed killed, params (string, Value)[] more) =>
        Probing.Look(Stores.Options, "crash.recovery", (((string, Value)[])[("target", target), ("kill", killed.Kill), ("start", killed.Start), ("kills", 1), ("write_for", 0.5), ("wait", 30), ("in_recovery", false)]).Or(more));

    static Killed Redis(RedisServer server) => new(Path.GetDirectoryName(server.PathOf("redis.conf"))!, server.PathOf("redis.pid"), "setsid redis-server redis.conf </dev/null >/dev/null 2>&1 &");

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    public async Task Redis_with_an_append_only_file_loses_nothing_when_its_process_dies(string profile)
    {
        await using var server = await RedisServer.Start(["appendonly yes", $"appendfsync {profile}", "pidfile redis.pid", "requirepass redis-pass-1"], Cancel);
        await using var killed = Redis(server);
        await server.Run("redis-pass-1", ["SET", "known", "as it was"], Cancel);

        var sight = await Crash(Value.Of(("redis", server.Address), ("password", "redis-pass-1")), killed, ("kills", 2), ("smoke", Value.List([Value.Of(("command", Value.Texts(["GET", "known"])), ("is", "as it was"))])));

        Stores.Holds(Stores.Seen(sight), ("complete", true), ("lost", 0), ("kills", 2), ("opened_early", false), ("profile", $"appendonly yes, appendfsync {profile}"), ("cleaned", true));
        Assert.DoesNotContain("redis-pass-1", sight.Observation!.ToString(), StringComparison.Ordinal);
        Assert.Equal("(empty array)", (await server.Run("redis-pass-1", ["KEYS", "muster*"], Cancel)).Trim() is { Length: > 0 } said ? said : "(empty array)");
    }

    [Fact]
    public async Task Redis_that_keeps_nothing_loses_all_of_it_and_that_is_seen()
    {
        await using var server = await RedisServer.Start(["appendonly no", "save \"\"", "pidfile redis.pid"], Cancel);
        await using var killed = Redis(server);

        var seen = Stores.Seen(await Crash(server.Address, killed, ("allowed_loss", 0.3)));

        Stores.Holds(seen, ("complete", false), ("loss_seen", true), ("loss_within", false), ("profile", "appendonly no, no snapshots"));
        Assert.True(seen.Number("lost") >= seen.Number("acknowledged"));
    }

    [Fact]
    public async Task PostgreSQL_has_every_acknowledged_transaction_again_and_its_table_is_gone_afterwards()
    {
        await using var server = await PostgresServer.Start(new(), Cancel);
        await server.Run("create table known (n int); insert into known values (42)", Cancel);
        await using var killed = new Killed(server.Folder.Path, Path.Combine(server.Data, "postmaster.pid"), Postgres(server));

        var sight = await Crash(server.Connection, killed, ("kills", 2), ("smoke", Value.List([Value.Of(("sql", "select n from known"), ("is", 42))])), ("same", Value.List([Value.Of(("sql", "select count(*) from known"))])));

        var seen = Stores.Seen(sight);
        Stores.Holds(seen, ("complete", true), ("lost", 0), ("kills", 2), ("phantom", 0), ("duplicated", 0), ("opened_early", false), ("changed", 0), ("cleaned", true));
        Assert.Contains("synchronous_commit on", ((Value.Text)seen["profile"]!).Is, StringComparison.Ordinal);
        Assert.Equal("0", await server.Run("select count(*) from pg_tables where tablename like 'muster%'", Cancel));
        Assert.DoesNotContain(server.Password, seen.ToString() + sight.Before, StringComparison.Ordinal);
    }

    /// <summary>Its children need a moment to see that their parent is gone; until then another is refused.</summary>
    static string Postgres(PostgresServer server) => string.Create(CultureInfo.InvariantCulture, $$"""
        (
          i=0
          while [ $i -lt 100 ]; do
            from=$(date +%s)
            {{(server.Folder.User is { } user ? $"setpriv --reuid={user} --regid={user} --clear-groups " : "")}}/usr/lib/postgresql/15/bin/postgres -D '{{server.Data}}' -p {{server.Port}} -k '{{server.Folder.Path}}' -c listen_addresses=127.0.0.1
            if [ $(($(date +%s) - from)) -gt 1 ]; then exit; fi
            i=$((i+1))
            sleep 0.1
          done
        ) </dev/null >/dev/null 2>&1 &
        """);

    [Fact]
    public async Task JetStream_has_every_acknowledged_message_again()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream, "server_name: bus", "pid_file: \"nats.pid\""], Cancel);
        await using var killed = new Killed(Path.GetDirectoryName(server.PathOf("nats.conf"))!, server.PathOf("nats.pid"), "setsid nats-server -c nats.conf </dev/null >/dev/null 2>&1 &");

        var sight = await Crash(server.Address, killed, ("kills", 2));

        Stores.Holds(Stores.Seen(sight), ("complete", true), ("lost", 0), ("kills", 2), ("phantom", 0), ("duplicated", 0), ("profile", "storage file, replicas 1"), ("cleaned", true));
        Assert.Equal(sight.Before, sight.After);
    }

    [Fact]
    public async Task JetStream_in_memory_loses_its_stream_which_is_seen_as_a_loss()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream, "server_name: bus", "pid_file: \"nats.pid\""], Cancel);
        await using var killed = new Killed(Path.GetDirectoryName(server.PathOf("nats.conf"))!, server.PathOf("nats.pid"), "setsid nats-server -c nats.conf </dev/null >/dev/null 2>&1 &");

        Stores.Holds(Stores.Seen(await Crash(server.Address, killed, ("storage", "memory"))), ("complete", false), ("recovered", true), ("loss_seen", true));
    }

    [Theory]
    [InlineData("sleep 0.02; lives || exit 1; echo \"$id $d\" >> kept; echo $id", true)]
    // Each write is kept when the next one comes: whenever the kill is, the last one that was acknowledged is not.
    [InlineData("sleep 0.02; lives || exit 1; if [ \"$held\" ]; then echo \"$held\" >> kept; fi; held=\"$id $d\"; echo $id", false)]
    public async Task Any_store_is_asked_by_two_programs(string write, bool keeps)
    {
        var folder = Directory.CreateTempSubdirectory("muster-crash-test-").FullName;
        try
        {
            await using var killed = new Killed(folder, Path.Combine(folder, "store.pid"), "setsid sleep 600 </dev/null >/dev/null 2>&1 &\necho $! > store.pid");
            using (var start = System.Diagnostics.Process.Start("/bin/sh", [Path.Combine(folder, "start-again.sh")])) await start.WaitForExitAsync(Cancel);
            File.WriteAllText(Path.Combine(folder, "write.sh"), $"cd {folder}\np=$(cat store.pid)\nlives() {{ [ -d /proc/$p ] && ! grep -q ') Z' /proc/$p/stat; }}\nwhile read id d; do {write}; done\n");
            File.WriteAllText(Path.Combine(folder, "read.sh"), $"cd {folder}\ncat kept 2>/dev/null || true\n");

            var seen = Stores.Seen(await Crash("http://127.0.0.1:1", killed, ("writers", 4), ("write", Value.Texts(["/bin/sh", Path.Combine(folder, "write.sh")])), ("read", Value.Texts(["/bin/sh", Path.Combine(folder, "read.sh")]))));

            Stores.Holds(seen, ("recovered", true), ("phantom", 0), ("duplicated", 0));
            Assert.True(seen.Number("acknowledged") > 3);
            Stores.Holds(seen, ("complete", keeps), ("loss_seen", !keeps), ("cleaned", false), ("left", "what the program of \"write\" wrote"));
        }
        finally { Directory.Delete(folder, recursive: true); }
    }
}
