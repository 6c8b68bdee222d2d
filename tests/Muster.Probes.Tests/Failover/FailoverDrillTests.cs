using Muster.Probes.Tests.Crashing;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Failover;

/// <summary>A real pair of PostgreSQL servers, whose primary is killed for real.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FailoverDrillTests : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-failover-test-");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Root => Path.Combine(_folder.FullName, "scratch");

    RunnerOptions Options => Probing.Options with { Folder = _folder.FullName, ScratchRoot = Root, MayRunCommands = true };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Assert.True(!Directory.Exists(Root) || Directory.GetDirectories(Root).Length == 0);
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    static (string, Value)[] Usual(StreamingPair pair) =>
    [
        ("target", pair.Primary.Connection), ("standby", pair.Standby.Connection), ("kill", Value.Of(("signal", "KILL"), ("pid_file", pair.PidFile))), ("promote", Value.Texts(pair.Promote)), ("write_for", 0.5), ("wait", 20), ("watch", 0.3), ("patience", 3),
    ];

    Task<Sight> Drill(StreamingPair pair, params (string, Value)[] more) => Drill(Options, pair, more);

    static Task<Sight> Drill(RunnerOptions options, StreamingPair pair, params (string Name, Value Value)[] more) =>
        Probing.Look(options, "failover.drill", [.. Usual(pair).Or(more).Where(one => one.Item2 is not Value.Nothing)]);

    [Fact]
    public async Task Under_synchronous_replication_the_standby_takes_over_with_every_acknowledged_write()
    {
        await using var pair = await StreamingPair.Start(synchronous: true, Cancel);

        var sight = await Drill(pair);

        var seen = Stores.Seen(sight);
        Stores.Holds(seen, ("complete", true), ("promoted", true), ("accepted", true), ("timeline_before", 1), ("timeline_after", 2), ("timeline_raised", true), ("lost", 0), ("phantom", 0), ("duplicated", 0), ("altered", 0), ("split_brain", false), ("cleaned", true));
        Assert.Equal("sync", seen["replication"].Text("sync_state"));
        Assert.Equal("streaming", seen["replication"].Text("state"));
        Assert.True(seen.Number("acknowledged") > 10 && seen.Number("promoted_after") <= seen.Number("accepted_after"));
        Assert.Equal(Value.Of(("primary", $"127.0.0.1:{pair.Standby.Port}"), ("other", $"127.0.0.1:{pair.Primary.Port}"), ("other_is", "down")), seen["left"]);
        Assert.Equal(sight.Before, sight.After);
        Assert.DoesNotContain(pair.Primary.Password, seen.ToString() + sight.Before, StringComparison.Ordinal);
        Assert.Equal("0", await pair.Standby.Run("select count(*) from pg_tables where tablename like 'muster%'", Cancel));
    }

    /// <summary>The naive check sees that the new primary takes writes.</summary>
    [Fact]
    public async Task An_asynchronous_standby_that_lags_loses_acknowledged_writes_and_that_is_seen()
    {
        await using var pair = await StreamingPair.Start(synchronous: false, Cancel);
        var sender = 0;
        var options = Options with { Telling = (_, says) => { if (says == "writing to the primary") sender = pair.HoldBack(CancellationToken.None).GetAwaiter().GetResult(); } };

        var seen = Stores.Seen(await Drill(options, pair, ("write_for", 2)));
        StreamingPair.EndSender(sender);

        Stores.Holds(seen, ("complete", false), ("promoted", true), ("accepted", true), ("timeline_raised", true), ("loss_within", false), ("phantom", 0));
        Assert.True(seen.Number("lost") > 0 && seen.Number("loss_age") > 0);
        Assert.StartsWith("lost: ", ((Value.Items)seen["wrong"]!).Are[0].Text(), StringComparison.Ordinal);
        Assert.Equal("async", seen["replication"].Text("sync_state"));
    }

    [Fact]
    public async Task An_asynchronous_standby_that_follows_loses_nothing_older_than_is_allowed_and_a_pair_is_made_again()
    {
        await using var pair = await StreamingPair.Start(synchronous: false, Cancel);

        var seen = Stores.Seen(await Drill(pair, ("allowed_loss", 0.4), ("start", Value.Texts(pair.StartFenced)), ("restore", Value.Texts(pair.Restore))));

        Stores.Holds(seen, ("complete", true), ("loss_within", true), ("split_brain", false), ("restored", true));
        Assert.Equal(("standby", $"127.0.0.1:{pair.Primary.Port}"), (seen["left"].Text("other_is"), seen["left"].Text("other")));
        Assert.Equal("t", await pair.Primary.Run("select pg_is_in_recovery()", Cancel));
    }

    [Fact]
    public async Task A_standby_that_is_never_promoted_fails()
    {
        await using var pair = await StreamingPair.Start(synchronous: false, Cancel);

        var seen = Stores.Seen(await Drill(pair, ("promote", Value.Null), ("wait", 1)));

        Stores.Holds(seen, ("complete", false), ("promoted", false), ("accepted", false), ("cleaned", false));
        Assert.Equal(("none", "standby"), (seen["left"].Text("primary"), seen["left"].Text("other_is")));
        Assert.Contains("was still a standby", seen.Text("said"), StringComparison.Ordinal);
    }

    /// <summary>All else of it is well: no write was lost, and the standby took over in time.</summary>
    [Fact]
    public async Task An_old_primary_that_takes_writes_again_is_a_split_brain()
    {
        await using var pair = await StreamingPair.Start(synchronous: false, Cancel);

        var seen = Stores.Seen(await Drill(pair, ("start", Value.Texts(pair.StartAgain)), ("watch", 15), ("allowed_loss", 0.3)));

        Stores.Holds(seen, ("complete", false), ("promoted", true), ("accepted", true), ("loss_within", true), ("split_brain", true));
        Assert.Equal("primary", seen["left"].Text("other_is"));
        Assert.Contains("takes writes again beside the new one", seen.Text("said"), StringComparison.Ordinal);
        Assert.Equal("0", await pair.Primary.Run("select count(*) from pg_tables where tablename like 'muster%'", Cancel));
    }

    [Fact]
    public async Task Clients_come_to_the_new_primary_only_if_the_address_they_use_leads_there()
    {
        await using var proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        await using (var pair = await StreamingPair.Start(synchronous: true, Cancel))
        {
            var (port, _) = await proxies.Add("stays", 0, $"127.0.0.1:{pair.Primary.Port}");
            var seen = Stores.Seen(await Drill(pair, ("service", Service(pair, port)), ("wait", 4)));

            Stores.Holds(seen, ("complete", false), ("promoted", true), ("accepted", false), ("lost", 0));
            Assert.Contains("no client's write came to it", seen.Text("said"), StringComparison.Ordinal);
        }

        await using (var pair = await StreamingPair.Start(synchronous: true, Cancel))
        {
            var (port, _) = await proxies.Add("moves", 0, $"127.0.0.1:{pair.Primary.Port}");
            var moved = $"{string.Join(' ', pair.Promote)} && curl -sf -o /dev/null -X POST {new Uri(proxies.Control, "/proxies/moves")} -d '{{ \"upstream\": \"127.0.0.1:{pair.Standby.Port}\" }}'";
            Stores.Holds(Stores.Seen(await Drill(pair, ("service", Service(pair, port)), ("promote", Value.Texts(["/bin/sh", "-c", moved])))), ("complete", true), ("accepted", true), ("lost", 0));
        }

        static Value Service(StreamingPair pair, int port) => Value.Of(("postgres", $"postgres://postgres@127.0.0.1:{port}/shop"), ("password", pair.Primary.Password));
    }

    [Fact]
    public async Task What_is_no_pair_or_is_not_killed_is_unproven_and_nothing_is_left_of_it()
    {
        await using var pair = await StreamingPair.Start(synchronous: false, Cancel);
        using var other = System.Diagnostics.Process.Start("sleep", ["600"]);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "other.pid"), other.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), Cancel);

        Probing.Blind(await Drill(pair, ("kill", Value.Texts(["true"])), ("restore", Value.Texts(["touch", "restored"]))), Blind.NotCapable, "true had no effect: the primary serves on");
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "restored")), "a pair that is whole was made anew");
        Probing.Blind(await Drill(pair, ("kill", Value.Of(("signal", "KILL"), ("pid_file", "other.pid")))), Blind.NotCapable, "had no effect");
        Probing.Blind(await Drill(pair, ("standby", pair.Primary.Connection)), Blind.NotReached, "is no standby");
        Probing.Blind(await Drill(pair, ("target", pair.Standby.Connection)), Blind.BadQuestion, "is a standby itself");
        Probing.Blind(await Drill(pair, ("service", pair.Standby.Connection)), Blind.NotReached, "leads to another server");
        Probing.Blind(await Probing.Look(Options with { MayRunCommands = false }, "failover.drill", Usual(pair)), Blind.NoConsent, "commands are not allowed");
        await pair.Standby.Run("select pg_wal_replay_pause()", Cancel);
        Probing.Blind(await Drill(pair, ("patience", 0.3)), Blind.NotReached, "did not come to the standby");
        await pair.Standby.Run("select pg_wal_replay_resume()", Cancel);
        await pair.Standby.Set("primary_conninfo", "host=/nowhere", Cancel);
        await ServerProcess.Until(() => pair.Standby.Run("select count(*) from pg_stat_wal_receiver where status = 'streaming'", Cancel).GetAwaiter().GetResult() == "0", "it streams on", TimeSpan.FromSeconds(10), Cancel);
        Probing.Blind(await Drill(pair), Blind.NotReached, "does not stream from a primary");

        Assert.Equal("0", await pair.Primary.Run("select count(*) from pg_tables where tablename like 'muster%'", Cancel));
    }

    [Fact]
    public async Task Whoever_is_stopped_in_the_middle_has_the_pair_restored_by_the_command_that_says_how()
    {
        await using var pair = await StreamingPair.Start(synchronous: false, Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var runner = new ProbeRunner(Options with { Telling = (_, says) => { if (says == "waiting for whoever takes over") stop.CancelAfter(200); } });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.Look(Probing.Ask("failover.drill", Usual(pair).Or([("promote", Value.Texts(["true"])), ("restore", Value.Texts(["touch", "restored"]))])), stop.Token));

        Assert.True(File.Exists(Path.Combine(_folder.FullName, "restored")));
    }

    [Theory]
    [InlineData("""{ "kill": { "signal": "TERM", "pid_file": "x" } }""", "another signal than KILL or QUIT")]
    [InlineData("""{ "standby": null }""", "the target that follows")]
    [InlineData("""{ "kill": null }""", "how the primary is killed")]
    [InlineData("""{ "writers": 0 }""", "nothing would be written")]
    [InlineData("""{ "wait": "2h" }""", "longer than 30 minutes")]
    [InlineData("""{ "start": { "signal": "HOP", "pid_file": "x" } }""", "knows no signal")]
    [InlineData("""{ "target": "postgres://" }""", "is no address of one PostgreSQL server")]
    public async Task A_question_that_cannot_be_asked_is_told_so(string more, string says)
    {
        (string, Value)[] usual = [("target", "postgres://postgres@127.0.0.1:1/shop"), ("standby", "postgres://postgres@127.0.0.1:1/shop"), ("kill", Value.Of(("signal", "KILL"), ("pid_file", "x")))];
        (string, Value)[] all = usual.Or([.. ((Value.Fields)Value.Parse(System.Text.Encoding.UTF8.GetBytes(more))).Select(field => (field.Key, field.Value))]);

        Probing.Blind(await Probing.Look(Options, "failover.drill", [.. all.Where(one => one.Item2 is not Value.Nothing)]), Blind.BadQuestion, says);
    }
}
