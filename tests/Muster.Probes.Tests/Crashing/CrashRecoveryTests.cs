using System.Globalization;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Crashing;

/// <summary>The store of vectors, killed for real: well, and with each of its flaws.</summary>
public sealed class CrashRecoveryTests
{
    static readonly Value Search = Value.Of(("post", "/collections/known/search"), ("json", Value.Of(("vector", Value.List([1, 0])), ("limit", 1))), ("read", "/points/0/id"), ("is", "a"));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task Known(VectorStoreServer store)
    {
        using var http = new HttpClient { BaseAddress = new(store.Address) };
        async Task Put(string path, string json) => (await http.PutAsync(path, new StringContent(json), Cancel)).EnsureSuccessStatusCode();
        await Put("collections/known", """{ "dimension": 2 }""");
        await Put("collections/known/points", """{ "points": [ { "id": "a", "vector": [ 1, 0 ] }, { "id": "b", "vector": [ 9, 9 ] } ] }""");
        (await http.PostAsync("snapshot", null, Cancel)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_store_that_is_on_the_device_before_it_answers_loses_nothing_though_it_is_killed_while_it_writes_and_while_it_recovers()
    {
        await using var store = await VectorStoreServer.Start(["--recovery", "300"], Cancel);
        await Known(store);

        var sight = await store.Crash(("kills", 2), ("in_recovery", true), ("smoke", Value.List([Search])), ("same", Value.List([Value.Of(("get", "/collections/known/points"))])), ("profile", Value.Of(("get", "/version"), ("read", "/format"))));

        var seen = Stores.Seen(sight);
        Stores.Holds(seen, ("complete", true), ("recovered", true), ("kills", 2), ("kills_in_recovery", 1), ("lost", 0), ("loss_seen", false), ("phantom", 0), ("duplicated", 0), ("altered", 0), ("changed", 0), ("opened_early", false),
            ("shown", "process death"), ("loss_bound", 1), ("profile", "2"), ("cleaned", true), ("same_queries", 1));
        Assert.True(seen.Number("acknowledged") > 5 && seen.Number("interrupted") > 0 && seen.Number("recovery_time") is > 0.2 and < 20, seen.ToString());
        Assert.Equal(sight.Before, sight.After);
        Assert.Equal(2, sight.Population);
    }

    [Theory]
    [InlineData("loses", "lost")]
    [InlineData("doubles", "duplicated")]
    [InlineData("phantom", "phantom")]
    [InlineData("alters", "altered")]
    public async Task Each_way_to_replay_a_log_wrongly_is_told_from_the_others(string flaw, string field)
    {
        await using var store = await VectorStoreServer.Start(["--flaw", flaw], Cancel);

        var seen = Stores.Seen(await store.Crash());

        Stores.Holds(seen, ("complete", false), ("recovered", true));
        Assert.Equal([field], ((string[])["lost", "duplicated", "phantom", "altered"]).Where(name => seen.Number(name) > 0));
        Assert.Contains(((Value.Items)seen["wrong"]!).Are, one => ((Value.Text)one).Is.StartsWith(field, StringComparison.Ordinal));
    }

    /// <summary>The naive check counts before and after.</summary>
    [Fact]
    public async Task One_write_lost_and_one_there_twice_leave_the_count_as_it_was_and_are_both_found()
    {
        await using var store = await VectorStoreServer.Start(["--flaw", "lucky"], Cancel);

        var seen = Stores.Seen(await store.Crash());

        Assert.Equal(seen.Number("lost"), seen.Number("duplicated"));
        Stores.Holds(seen, ("complete", false), ("lost", 1));
    }

    [Fact]
    public async Task A_relaxed_profile_loses_a_tail_which_is_seen_and_is_within_what_is_allowed()
    {
        await using var store = await VectorStoreServer.Start(["--sync", "0", "--flush", "200"], Cancel);

        var seen = Stores.Seen(await store.Crash(("allowed_loss", 0.8), ("kills", 3)));

        Stores.Holds(seen, ("complete", true), ("loss_seen", true), ("loss_within", true), ("phantom", 0), ("duplicated", 0));
        Assert.InRange(seen.Number("loss_age"), 0.0001, 0.8);
    }

    [Fact]
    public async Task The_same_loss_is_a_failure_where_none_is_allowed()
    {
        await using var store = await VectorStoreServer.Start(["--sync", "0", "--flush", "10000"], Cancel);
        Stores.Holds(Stores.Seen(await store.Crash()), ("complete", false), ("loss_seen", true), ("loss_within", false));
    }

    /// <summary>Killed within a second, such a store has lost nothing that is older than a second: the naive check lets it pass.</summary>
    [Fact]
    public async Task A_store_that_writes_nothing_down_does_not_pass_for_one_that_may_lose_half_a_second()
    {
        await using var store = await VectorStoreServer.Start(["--sync", "0", "--flush", "60000", "--checkpoint", "60000"], Cancel);

        var seen = Stores.Seen(await store.Crash(("allowed_loss", 0.5), ("write_for", 0.1)));

        Stores.Holds(seen, ("complete", false), ("loss_within", false));
        Assert.True(seen.Number("loss_age") > 0.5);
    }

    [Fact]
    public async Task Where_a_loss_is_allowed_and_none_was_seen_nothing_is_shown_of_how_much_is_lost()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await store.Crash(("allowed_loss", 0.2)), Blind.NotCapable, "it was not seen that a kill can lose anything here");
    }

    [Fact]
    public async Task One_that_opens_before_it_has_recovered_is_caught_by_the_known_answers()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        await Known(store);
        store.SetUp("--flaw", "opens-early", "--recovery", "700");

        Stores.Holds(Stores.Seen(await store.Crash(("smoke", Value.List([Search])))), ("complete", false), ("opened_early", true), ("recovered", true), ("lost", 0));
    }

    [Fact]
    public async Task What_was_there_before_and_is_another_now_is_told_though_every_write_is_there()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        await Known(store);

        // The start of the process is what no restart keeps.
        var seen = Stores.Seen(await store.Crash(("same", Value.List([Value.Of(("get", "/collections/known/count"), ("read", "/count")), Value.Of(("get", "/version"), ("read", "/started"))]))));

        Stores.Holds(seen, ("complete", false), ("changed", 1), ("lost", 0), ("same_queries", 2));
    }

    [Fact]
    public async Task A_store_that_does_not_come_back_has_failed_and_is_not_merely_unproven()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Stores.Holds(Stores.Seen(await store.Crash(("start", Value.Texts(["/bin/true"])), ("wait", 1))), ("complete", false), ("recovered", false), ("kills", 1));
    }

    [Fact]
    public async Task A_kill_without_effect_shows_nothing()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await store.Crash(("kill", Value.Texts(["/bin/true"])), ("pid_file", store.PidFile)), Blind.NotCapable, "had no effect");
    }

    /// <summary>The naive check sees the process of the file die, and everything there again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stale_file_that_names_an_innocent_process_shows_nothing_of_the_store_though_that_process_dies(bool bySignal)
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        using var innocent = System.Diagnostics.Process.Start("sleep", ["60"]);
        var file = store.PathOf("stale.pid");
        File.WriteAllText(file, innocent.Id.ToString(CultureInfo.InvariantCulture));

        var sight = bySignal
            ? await store.Crash(("kill", Value.Of(("signal", "KILL"), ("pid_file", file))))
            : await store.Crash(("kill", Value.Texts(["/bin/kill", "-KILL", innocent.Id.ToString(CultureInfo.InvariantCulture)])), ("pid_file", file));

        Probing.Blind(sight, Blind.NotCapable, "no writer lost its connection");
        Assert.True(innocent.WaitForExit(5000));
    }

    [Fact]
    public async Task A_command_that_kills_is_believed_only_with_the_process_that_it_must_end()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await store.Crash(("kill", Value.Texts(Killing(store)))), Blind.BadQuestion, "pid_file");
    }

    static string[] Killing(VectorStoreServer store)
    {
        var script = store.PathOf("kill.sh");
        File.WriteAllText(script, $"kill -9 $(cat '{store.PidFile}')\n");
        return ["/bin/sh", script];
    }

    /// <summary>A stop in order cannot be told from a kill by the writers' connections: both end.</summary>
    [Fact]
    public async Task What_a_command_ended_is_not_shown_as_a_crash_and_does_not_hold_by_itself()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);

        var seen = Stores.Seen(await store.Crash(("kill", Value.Texts(Killing(store))), ("pid_file", store.PidFile), ("kills", 2), ("in_recovery", true)));

        Stores.Holds(seen, ("recovered", true), ("kills", 2), ("kills_in_recovery", 1), ("shown", "end by command"));
        Assert.Contains(CrashRecoveryKind.Declaration.Holds, field => field.Key == "shown" && !field.Value.Equals(seen["shown"]));
    }

    [Fact]
    public async Task What_is_said_of_its_profile_does_not_stand_in_for_what_the_store_shows()
    {
        await using var server = await RedisServer.Start(["appendonly yes", "appendfsync everysec", "pidfile redis.pid"], Cancel);
        await using var killed = new Killed(Path.GetDirectoryName(server.PathOf("redis.conf"))!, server.PathOf("redis.pid"), "setsid redis-server redis.conf </dev/null >/dev/null 2>&1 &");

        var sight = await Probing.Look(Stores.Options, "crash.recovery", ("target", server.Address), ("kill", killed.Kill), ("start", killed.Start), ("kills", 1), ("write_for", 0.2), ("wait", 30), ("in_recovery", false), ("profile", "every write is synced"));

        Stores.Holds(Stores.Seen(sight), ("profile", "appendonly yes, appendfsync everysec"));
    }

    [Fact]
    public async Task Kills_while_it_recovers_do_not_lower_the_bound_of_a_loss()
    {
        await using var store = await VectorStoreServer.Start(["--recovery", "300"], Cancel);
        Stores.Holds(Stores.Seen(await store.Crash(("kills", 4), ("write_for", 0.1), ("in_recovery", true))), ("kills", 4), ("kills_in_recovery", 2), ("loss_bound", 0.75));
    }

    [Fact]
    public async Task A_place_that_cannot_be_taken_away_is_named_as_left_behind()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        var seen = Stores.Seen(await store.Crash(without: ["clean"]));

        Stores.Holds(seen, ("cleaned", false), ("left", "what /collections/crash/points wrote and /collections/crash made"));
    }

    [Fact]
    public async Task What_was_there_under_another_s_hand_is_not_taken_away()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        await Known(store);

        Probing.Blind(await store.Crash(["prepare"], ("read", Value.Of(("get", "/collections/known/points"), ("items", "/points"))), ("clean", Value.Of(("delete", "/collections/known")))), Blind.BadQuestion, "not empty");

        using var http = new HttpClient { BaseAddress = new(store.Address) };
        Assert.Contains("known", await http.GetStringAsync("collections", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_asked_to_end_is_not_crashed_and_the_question_is_refused()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await store.Crash(("kill", Value.Of(("signal", "TERM"), ("pid_file", store.PidFile)))), Blind.BadQuestion, "another signal than KILL");
    }

    [Fact]
    public async Task A_place_that_holds_what_others_wrote_is_none_to_compare()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        await Known(store);
        Probing.Blind(await store.Crash(("read", Value.Of(("get", "/collections/known/points"), ("items", "/points")))), Blind.BadQuestion, "not empty");
    }

    [Fact]
    public async Task Smoke_queries_that_do_not_hold_before_anything_is_killed_show_nothing_afterwards()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await store.Crash(("smoke", Value.List([Search]))), Blind.Unreadable, "before anything was killed");
    }

    [Fact]
    public async Task It_needs_the_consent_to_destroy_and_the_leave_for_commands()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        (string, Value)[] asked = [.. store.Writing(), ("kill", Value.Of(("signal", "KILL"), ("pid_file", store.PidFile))), ("start", Value.Texts(store.StartCommand))];
        Probing.Blind(await Probing.Look(Stores.Options with { Consent = _ => [Hazard.Active] }, "crash.recovery", asked), Blind.NoConsent, "destructive");
        Probing.Blind(await Probing.Look(Stores.Options with { MayRunCommands = false }, "crash.recovery", asked), Blind.NoConsent, "commands are not allowed");
    }

    [Fact]
    public async Task Ended_in_the_middle_it_starts_what_it_killed_and_takes_its_place_away()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        store.SetUp("--recovery", "1500");
        var root = Directory.CreateTempSubdirectory("muster-crash-test-").FullName;
        var asked = new Asked("", "crash.recovery", new([.. Value.Of([.. store.Writing(), ("kill", Value.Of(("signal", "KILL"), ("pid_file", store.PidFile))), ("start", Value.Texts(store.StartCommand)), ("kills", 50), ("write_for", 0.2)])])) { Deadline = TimeSpan.FromSeconds(1.5) };

        var run = await Probing.Run(Stores.Options with { ScratchRoot = root }, Probing.Ask(asked));

        Assert.Equal(Blind.Deadline, run.Sights[0].Blind);
        using var http = new HttpClient { BaseAddress = new(store.Address) };
        await ServerProcess.Until(() => Ports.IsOpen(store.Port) && http.GetAsync("ready", Cancel).GetAwaiter().GetResult().IsSuccessStatusCode, "it was not started again", TimeSpan.FromSeconds(20), Cancel);
        await ServerProcess.Until(() => !http.GetStringAsync("collections", Cancel).GetAwaiter().GetResult().Contains("crash", StringComparison.Ordinal), "its place is still there", TimeSpan.FromSeconds(10), Cancel);
        await ServerProcess.Until(() => !Directory.EnumerateFileSystemEntries(root).Any(), "its scratch folder is still there", TimeSpan.FromSeconds(10), Cancel);
        Directory.Delete(root);
    }

    [Fact]
    public void Whatever_a_program_prints_is_read_as_lines_or_not_at_all() => Fuzz.Damage(
        [.. ((string[])["a 1\nb 2\n", "a\n\n  b\t2 3\r\n", ""]).Select(System.Text.Encoding.UTF8.GetBytes)],
        bytes => Assert.All(CommandKeeper.Parse(System.Text.Encoding.UTF8.GetString(bytes)), kept => Assert.False(string.IsNullOrWhiteSpace(kept.Id))));

    [Fact]
    public void A_record_tells_lost_phantom_twice_and_altered_and_counts_none_of_them_twice()
    {
        var record = new WriteRecord(TimeProvider.System);
        var entries = Enumerable.Range(0, 6).Select(_ => record.Begin()).ToArray();
        foreach (var entry in entries[..4]) record.Settle(entry, acknowledged: true);
        record.Settle(entries[4], acknowledged: false);
        Kept Whole(int i) => new(entries[i].Id, entries[i].Digest);

        var first = record.Compare([Whole(0), Whole(0), new(entries[1].Id, "other"), Whole(3), Whole(4), Whole(5), new("nobody", "")], TimeProvider.System.GetTimestamp());
        var second = record.Compare([Whole(0), Whole(1), Whole(3)], TimeProvider.System.GetTimestamp());

        Assert.Equal([entries[2].Id], first.Lost.Select(one => one.Id));
        Assert.Equal([entries[4].Id, "nobody"], first.Phantom);
        Assert.Equal([entries[0].Id], first.Duplicated);
        Assert.Equal([entries[1].Id], first.Altered);
        // The one that nobody had acknowledged was there, and so has to stay.
        Assert.Equal([entries[5].Id], second.Lost.Select(one => one.Id));
        Assert.Equal(4, record.Acknowledged);
        Assert.Equal(1, record.Unknown);
        // It had to stay from the moment on at which it was read: how long ago that was is how old its loss is.
        Assert.True(Assert.Single(second.Lost).Age > TimeSpan.Zero);
        Assert.Equal("6", record.Attempted.ToString(CultureInfo.InvariantCulture));
    }
}
