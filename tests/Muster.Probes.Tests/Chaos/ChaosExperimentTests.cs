using System.Text;
using Muster.Probes.Tests.Outages;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Chaos;

/// <summary>A real service and a real cache behind a proxy of faults; what is claimed of the service, and what comes of it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ChaosExperimentTests(ProxiedEdge world) : IClassFixture<ProxiedEdge>, IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-chaos-test-");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Root => Path.Combine(_folder.FullName, "scratch");

    string Journal => Path.Combine(_folder.FullName, "reports", "journal.json");

    RunnerOptions Options => Probing.Options with { ScratchRoot = Root, Folder = _folder.FullName, MayRunCommands = true };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Assert.True(!Directory.Exists(Root) || Directory.GetDirectories(Root).Length == 0);
        using var http = new HttpClient();
        var proxies = await http.GetStringAsync(new Uri(world.Proxies.Control, "/proxies"), CancellationToken.None);
        Assert.DoesNotContain("muster_", proxies, StringComparison.Ordinal);
        Assert.DoesNotContain("\"enabled\":false", proxies, StringComparison.Ordinal);
        _folder.Delete(recursive: true);
    }

    static Value.Fields Http(string path, params ReadOnlySpan<(string, Value)> beside) => new Value.Fields(Value.Of(beside).Append(new("http", Value.Of(("get", path)))));

    static Value.Fields Fault(string name, params ReadOnlySpan<(string, Value)> more) => new Value.Fields(Value.Of(more).Append(new("name", name)));

    /// <summary>The cache hangs or is away, and whoever needs it says so.</summary>
    static Value.Fields Cache(string fault) => Fault("cache away", ("proxy", "redis"), ("fault", fault), ("effect", Http("/needs/redis")));

    (string Name, Value Value)[] Usual =>
    [
        ("target", world.Edge.Address), ("through", world.Proxies.Control.AbsoluteUri), ("steady", Value.Of(("alive", Http("/health/live", ("expect", Value.Of(("status", 200))))))), ("method", Value.List([Cache("stop")])),
        ("within", 4), ("hold", 0.4), ("every", 0.1), ("back_within", 5), ("patience", 1), ("journal", "reports/journal.json"),
    ];

    Task<Sight> Run(params (string Name, Value Value)[] more) => Probing.Look(Options, "chaos.experiment", More(more));

    (string, Value)[] More((string Name, Value Value)[] more) => [.. Usual.Where(one => more.All(other => other.Name != one.Name)), .. more.Where(one => one.Value is not Value.Nothing)];

    static Value.Fields Seen(Sight sight) => sight.Observation ?? throw new InvalidOperationException($"nothing seen: {sight.Blind}, {sight.Detail}");

    static void Holds(Value.Fields seen, params ReadOnlySpan<(string Name, Value Value)> fields)
    {
        foreach (var (name, value) in fields) Assert.True(value.Equals(seen[name]), $"{name} is {seen[name]} and not {value} in {seen}");
    }

    /// <summary>Our own reader of journals, as it reads those of the tool.</summary>
    async Task<Value.Fields> Imported() => Seen(await Probing.Look(Options, "chaostoolkit", ("target", "reports/journal.json")));

    [Theory]
    [InlineData("stop")]
    [InlineData("hang")]
    [InlineData("latency")]
    public async Task A_steady_state_that_outlives_a_fault_holds_before_during_and_after(string fault)
    {
        var sight = await Run(("method", Value.List([Cache(fault)])));

        var seen = Seen(sight);
        Holds(seen, ("complete", true), ("met_before", true), ("held", true), ("met_after", true), ("during_unmet", 0), ("recovered", true), ("rolled_back", true), ("rollbacks", 1), ("failed_rollbacks", 0), ("actions", 1));
        Assert.True(((Value.Number)seen["during_checks"]!).Is >= 3);
        var bit = (Value.Fields)Assert.Single(((Value.Items)seen["faults"]!).Are);
        Assert.Equal(("holds", "holds"), (bit.Text("before"), bit.Text("after")));
        Assert.NotEqual("holds", bit.Text("during"));
        Assert.Equal(1, sight.Population);
        Assert.Equal(sight.Before, sight.After);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/needs/redis")]
    public async Task The_journal_that_is_written_is_read_back_equal(string steady)
    {
        var seen = Seen(await Run(("steady", Value.Of(("claimed", Http(steady)))), ("title", "Nobody notices that the cache is away")));

        var read = await Imported();
        foreach (var name in (string[])["title", "status", "deviated", "met_before", "met_after", "hypothesis_probes", "during_checks", "during_unmet", "activities", "actions", "failed_activities", "rollbacks", "failed_rollbacks"])
            Assert.True(seen[name]!.Equals(read[name]), $"{name}: {seen[name]} was written, {read[name]} is read");
        Assert.Equal(0, read["rollbacks_left"]);
        Assert.Equal(steady == "/health/live" ? "completed" : "failed", read.Text("status"));
        var journal = Value.Parse(await File.ReadAllBytesAsync(Journal, Cancel));
        foreach (var key in (string[])["chaoslib-version", "platform", "node", "experiment", "start", "status", "deviated", "steady_states", "run", "rollbacks", "end", "duration"]) Assert.NotNull(((Value.Fields)journal)[key]);
        Assert.Equal(Probing.Release.ToString(), journal.Text("experiment", "configuration", "release"));
        Assert.All(journal.Items("run").Concat(journal.Items("rollbacks")), run => Assert.Equal("succeeded", run.Text("status")));
    }

    /// <summary>The naive experiment looks before and after.</summary>
    [Fact]
    public async Task What_is_lost_only_during_the_fault_fails_though_it_holds_before_and_after()
    {
        var seen = Seen(await Run(("steady", Value.Of(("alive", Http("/health/live")), ("cart", Http("/needs/redis"))))));

        Holds(seen, ("complete", false), ("met_before", true), ("held", false), ("met_after", true), ("recovered", true), ("deviated", true), ("status", "failed"));
        Assert.StartsWith("cart: status: expected between 200 and 299, saw 503", Assert.Single(((Value.Items)seen["broken"]!).Are).Text(), StringComparison.Ordinal);
        Assert.Equal(0, ((Value.Items)seen["checks"]!).Are.Single(check => check.Text("name") == "alive").Number("unmet"));
    }

    [Fact]
    public async Task What_is_lost_for_no_longer_than_is_tolerated_holds()
    {
        Holds(Seen(await Run(("steady", Value.Of(("cart", Http("/needs/redis")))), ("tolerate", 20))), ("complete", true), ("held", true), ("deviated", false));
        Holds(Seen(await Run(("steady", Value.Of(("cart", Http("/needs/redis")))), ("tolerate", 0.2))), ("complete", false), ("held", false), ("recovered", true));
    }

    [Fact]
    public async Task A_fault_whose_effect_nobody_sees_is_unproven_and_taken_back()
    {
        await using var direct = await EdgeProcess.Start("b", ["--dependency", $"redis=127.0.0.1:{world.Redis.Port}"], Cancel);

        Probing.Blind(await Run(("target", direct.Address), ("within", 0.5)), Blind.NotReached, "\"cache away\" had no effect that was seen");
        Holds(await Imported(), ("status", "aborted"), ("failed_activities", 1), ("rollbacks", 1), ("met_before", true));
    }

    [Fact]
    public async Task Without_a_look_at_its_effect_a_fault_is_believed_only_by_what_its_proxy_counted()
    {
        var hang = Value.List([Fault("redis", ("fault", "hang"))]);
        Probing.Blind(await Run(("method", hang), ("within", 0.5)), Blind.NotReached, "its proxy met nobody");

        var seen = Seen(await Run(("method", hang), ("steady", Value.Of(("cart", Http("/needs/redis")))), ("tolerate", 20)));

        Holds(seen, ("complete", true));
        Assert.True(((Value.Items)seen["faults"]!).Are[0].Number("counted", "withheld_bytes") > 0);
    }

    [Fact]
    public async Task A_system_that_does_not_come_back_fails()
    {
        await using var stuck = await EdgeProcess.Start("b", [.. world.Words, "--flaw", "NeverRecovers"], Cancel);

        var seen = Seen(await Run(("target", stuck.Address), ("steady", Value.Of(("ready", Http("/health/ready")))), ("tolerate", 30), ("back_within", 0.6)));

        Holds(seen, ("complete", false), ("held", true), ("recovered", false), ("met_after", false), ("deviated", true), ("rolled_back", true));
        Assert.StartsWith("ready: status: expected between 200 and 299, saw 503", seen.Text("left"), StringComparison.Ordinal);
        Assert.Null(seen["time_to_recover"]);
        Holds(await Imported(), ("status", "failed"), ("met_after", false), ("deviated", true));
    }

    [Fact]
    public async Task Nothing_is_done_where_the_steady_state_does_not_hold_before()
    {
        Probing.Blind(await Run(("steady", Value.Of(("page", Http("/nowhere"))))), Blind.NotReached, "page: status: expected between 200 and 299, saw 404");
        Holds(await Imported(), ("met_before", false), ("actions", 0), ("status", "failed"));
    }

    [Fact]
    public async Task A_rollback_that_fails_is_no_complete_experiment()
    {
        var seen = Seen(await Run(("rollbacks", Value.List([Value.Texts(["/bin/sh", "-c", "test -e tried || { touch tried; exit 3; }"])]))));

        Holds(seen, ("complete", false), ("held", true), ("rolled_back", false), ("rollbacks", 2), ("failed_rollbacks", 1));
        Holds(await Imported(), ("failed_rollbacks", 1));
    }

    [Fact]
    public async Task Faults_are_added_one_to_another_and_taken_back_in_turn()
    {
        var pid = (await world.Redis.Run(ProxiedEdge.Password, ["INFO", "server"], Cancel)).Split('\n').Single(line => line.StartsWith("process_id:", StringComparison.Ordinal))["process_id:".Length..].Trim();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "redis.pid"), pid, Cancel);
        var marks = Fault("a mark is set", ("take_away", Value.Texts(["touch", "mark"])), ("give_back", Value.Texts(["rm", "mark"])), ("effect", Value.Of(("command", Value.Texts(["test", "-e", "mark"])), ("expect", Value.Of(("exit_code", 0))))));
        var paused = Fault("cache paused", ("pid_file", "redis.pid"), ("effect", Http("/needs/redis")));

        var seen = Seen(await Run(("method", Value.List([marks, paused]))));

        Holds(seen, ("complete", true), ("actions", 2), ("rollbacks", 2));
        Assert.Equal(["holds"], ((Value.Items)seen["faults"]!).Are.Where(fault => fault.Text("name") == "a mark is set").Select(fault => fault.Text("during")));
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "mark")));
        Assert.Equal(["back: cache paused", "back: a mark is set"], Value.Parse(await File.ReadAllBytesAsync(Journal, Cancel)).Items("rollbacks").Select(one => one.Text("activity", "name")));
    }

    [Fact]
    public async Task Any_toxic_of_the_proxy_is_a_fault()
    {
        var slow = Fault("redis", ("toxic", Value.Of(("type", "latency"), ("stream", "downstream"), ("attributes", Value.Of(("latency", 400))))), ("effect", Http("/needs/redis", ("expect", Value.Of(("duration", "at most 300ms"))))));

        Holds(Seen(await Run(("method", Value.List([slow])))), ("complete", true));
    }

    [Fact]
    public async Task Checks_of_other_kinds_are_asked_of_the_documents_other_targets_and_no_secret_is_written()
    {
        await using var metrics = LoopbackSite.Start();
        metrics.Otherwise = _ => SiteResponse.Json(200, """{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": { "job": "shop", "muster_index": "0" }, "value": [ 1700000000, "1" ] } ] } }""");
        var others = Value.Of(("cache", Value.Of(("redis", world.Redis.Address), ("password", ProxiedEdge.Password))), ("metrics", Value.Of(("address", metrics.Address.AbsoluteUri))));
        var steady = Value.Of(("port", Value.Of(("tcp", $"127.0.0.1:{world.Redis.Port}"))), ("kept", Value.Of(("redis.config", "cache"), ("expect", Value.Of(("version", Value.Of(("present", true))))))),
            ("up", Value.Of(("prometheus.query", "metrics"), ("query", "up"), ("expect", Value.Of(("value", 1))))), ("program", Value.Of(("command", Value.Texts(["true"])))));

        var sight = await Run(("others", others), ("steady", steady));

        Holds(Seen(sight), ("complete", true), ("hypothesis_probes", 4));
        Assert.DoesNotContain(ProxiedEdge.Password, await File.ReadAllTextAsync(Journal, Cancel) + sight.Observation + sight.Before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_stopped_in_the_middle_takes_everything_back_and_the_journal_says_so()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var runner = new ProbeRunner(Options with { Telling = (_, says) => { if (says == "the steady state, during") stop.CancelAfter(200); } });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.Look(Probing.Ask("chaos.experiment", More([("hold", 30), ("rollbacks", Value.List([Value.Texts(["touch", "rolled-back"])]))])), stop.Token));

        Assert.True(File.Exists(Path.Combine(_folder.FullName, "rolled-back")));
        Holds(await Imported(), ("status", "interrupted"), ("rollbacks", 2), ("failed_rollbacks", 0), ("met_before", true));
    }

    /// <summary>What stands on the disk while the faults are on is all that is left of one who is killed then.</summary>
    [Fact]
    public async Task What_a_killed_muster_did_is_undone_by_the_next_start()
    {
        string? record = null, journal = null;
        var options = Options with
        {
            Telling = (_, says) =>
            {
                if (says != "the steady state, during") return;
                record = File.ReadAllText(Directory.GetFiles(Root, ScratchRecord.Name, SearchOption.AllDirectories).Single());
                journal = File.ReadAllText(Journal);
            },
        };
        Seen(await Probing.Look(options, "chaos.experiment", More([("rollbacks", Value.List([Value.Texts(["touch", "rolled-back"])]))])));
        File.Delete(Path.Combine(_folder.FullName, "rolled-back"));
        using var http = new HttpClient();
        using (var body = new StringContent("""{ "enabled": false }""")) await http.PostAsync(new Uri(world.Proxies.Control, "/proxies/redis"), body, Cancel);
        var folder = Directory.CreateDirectory(Path.Combine(Root, "1-abc")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, ScratchRecord.Name), record!.Replace($"\"id\":{Environment.ProcessId}", "\"id\":4000000", StringComparison.Ordinal), Cancel);

        var left = Assert.Single(await Scratches.Clean(Options, Cancel));

        Assert.Equal(2, left.Undone.Length);
        Assert.Empty(left.Open);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "rolled-back")));
        Assert.Contains("\"status\":\"interrupted\"", journal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "steady": {} }""", "no map of 1 to 50 checks")]
    [InlineData("""{ "steady": { "a": { "nobody": "x" } } }""", "names no kind: nobody")]
    [InlineData("""{ "steady": { "a": { "http": { "get": "/" }, "expect": { "colour": "red" } } } }""", "no field \"colour\"")]
    [InlineData("""{ "steady": { "a": { "http": { "fetch": "/" } } } }""", "no parameter \"fetch\"")]
    [InlineData("""{ "steady": { "a": { "tcp": "" } } }""", "needs a target")]
    [InlineData("""{ "steady": { "a": { "crash.recovery": "x", "kill": [ "true" ] } } }""", "does more than look")]
    [InlineData("""{ "steady": { "a": { "junit": "report.xml" } } }""", "does more than look")]
    [InlineData("""{ "method": [] }""", "no list of 1 to 20 faults")]
    [InlineData("""{ "method": [ { "proxy": "redis" } ] }""", "a fault without a name")]
    [InlineData("""{ "method": [ { "name": "a", "take_away": [ "true" ], "give_back": [ "true" ] } ] }""", "no \"effect\"")]
    [InlineData("""{ "method": [ { "name": "redis" }, { "name": "redis" } ] }""", "two faults of one name")]
    [InlineData("""{ "method": [ { "name": "redis" }, { "name": "b", "proxy": "redis" } ] }""", "several faults on the proxy redis")]
    [InlineData("""{ "method": [ { "name": "redis", "toxic": { "type": "nobody" } } ] }""", "invalid toxic type")]
    [InlineData("""{ "method": [ { "name": "a", "kill": [ "true" ] } ] }""", "a key that there is none of: kill")]
    [InlineData("""{ "journal": "../journal.json" }""", "leads out of the document's folder")]
    [InlineData("""{ "rollbacks": "x" }""", "no list of at most 20")]
    [InlineData("""{ "patience": 0 }""", "no time to answer")]
    public async Task A_question_that_cannot_be_asked_is_told_so_before_anything_is_done(string more, string says)
    {
        var sight = await Run([.. ((Value.Fields)Value.Parse(Encoding.UTF8.GetBytes(more))).Select(field => (field.Key, field.Value))]);

        Assert.Null(sight.Observation);
        Assert.Contains(says, sight.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public async Task It_needs_leave_for_commands_and_consent_to_what_destroys()
    {
        var method = ("method", (Value)Value.List([Fault("a", ("take_away", Value.Texts(["true"])), ("give_back", Value.Texts(["true"])), ("effect", Http("/needs/redis")))]));
        Probing.Blind(await Probing.Look(Options with { MayRunCommands = false }, "chaos.experiment", More([method])), Blind.NoConsent, "commands are not allowed");
        Probing.Blind(await Probing.Look(Options with { Consent = _ => [Hazard.Active] }, "chaos.experiment", More([])), Blind.NoConsent, "destructive");
    }

    [Fact]
    public void Whatever_an_experiment_is_written_as_it_is_read_or_refused() => Fuzz.Damage(
        [Encoding.UTF8.GetBytes("""{"steady":{"a":{"http":{"get":"/"},"expect":{"status":200,"duration":"at most 1s"}},"b":{"tcp":"x"}},"method":[{"name":"a","proxy":"r","fault":"hang","effect":{"http":{"get":"/y"}}}],"rollbacks":[["true"]],"hold":"2s","target":"http://127.0.0.1:1","through":"http://127.0.0.1:1"}"""),
         Encoding.UTF8.GetBytes("""{"steady":{"b":{"tcp":"x"}},"method":[{"name":"r","toxic":{"type":"bandwidth","stream":"upstream","attributes":{"rate":1}}},{"name":"b","pid_file":"x.pid","effect":{"tcp":"y"}},{"name":"c","take_away":["true"],"give_back":{"signal":"CONT","pid_file":"x"},"effect":{"tcp":"y"}}],"target":{"url":"http://127.0.0.1:1","through":"http://127.0.0.1:1"}}""")],
        bytes =>
        {
            Value written;
            try { written = Value.Parse(bytes); }
            catch (Exception none) when (none is System.Text.Json.JsonException or InvalidOperationException) { return; } // No JSON is no question.
            if (written is not Value.Fields fields) return;
            using var lines = new HttpLines();
            // Nobody is asked yet: what a fault would be done with is only read.
            try { ChaosPlan.Read(new("", "chaos.experiment", fields), new ProbeContext(Options, lines, static _ => { }, new Ask(new Question("here", []), "", []))).Faults(Cancel).GetAwaiter().GetResult(); }
            catch (Unseen refused) { Assert.True(refused.Blind is Blind.BadQuestion or Blind.Refused or Blind.Unreadable or Blind.Unreachable, $"{refused.Blind}: {refused.Message}"); }
        }, 4);
}
