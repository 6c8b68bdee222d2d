using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Crashing;

public sealed class PlaybookTests
{
    static readonly Value Watch = Value.Of(("synced", "wal_sync_on_write"), ("limit", "query_limit"), ("in_flight", "requests_in_flight"));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Value.Fields Step(string name, params ReadOnlySpan<(string, Value)> more) => new Value.Fields(Value.Of(more).Append(new("name", name)));

    static Value.Fields Set(string name, string setting, Value to, params ReadOnlySpan<(string, Value)> more) => Step(name, [("post", "/admin/settings"), ("json", Value.Of((setting, to))), .. more]);

    static Task<Sight> Play(string address, Value watch, params Value[] steps) => Probing.Look("playbook", ("target", address), ("watch", watch), ("play", Value.List(steps)), ("operator", "mia"), ("incident", "INC-7"));

    [Fact]
    public async Task Each_step_is_recorded_in_order_with_who_and_when_and_the_figures_before_and_after()
    {
        await using var store = await VectorStoreServer.Start(["--sync", "0"], Cancel);

        var sight = await Play(store.Address, Watch, Step("take down"), Set("safety first", "wal_sync_on_write", 1, ("becomes", Value.Of(("synced", 1)))), Set("bound queries", "query_limit", 10, ("lowers", Value.Texts(["limit"])), ("record", Value.Texts(["in_flight"]))));

        var seen = Stores.Seen(sight);
        Stores.Holds(seen, ("complete", true), ("operator", "mia"), ("incident", "INC-7"), ("names", Value.Texts(["take down", "safety first", "bound queries"])), ("recorded", 13));
        var steps = ((Value.Items)seen["steps"]!).Are;
        Assert.Equal(["recorded", "done", "done"], steps.Select(step => step.Text("outcome")));
        Assert.Equal((0, 1), (steps[1].Number("before", "synced"), steps[1].Number("after", "synced")));
        Assert.Equal((1000, 10), (steps[2].Number("before", "limit"), steps[2].Number("after", "limit")));
        Assert.All(steps, step => Assert.Equal("mia", step.Text("by")));
        Assert.True(steps[0].Time("began") <= steps[1].Time("began") && steps[1].Time("began") <= steps[2].Time("began"));
    }

    [Fact]
    public async Task A_step_that_does_not_do_what_it_is_for_fails_those_behind_it_are_not_reached_and_things_are_put_back()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);

        var seen = Stores.Seen(await Play(store.Address, Watch, Set("read-only", "read_only", true, ("lowers", Value.Texts(["limit"])), ("within", 0.2)), Step("never"), Set("put back", "read_only", false, ("always", true))));

        Stores.Holds(seen, ("complete", false), ("failed_step", "read-only"), ("names", Value.Texts(["put back"])));
        Assert.Contains("was to fall", ((Value.Text)seen["because"]!).Is, StringComparison.Ordinal);
        Assert.Equal(["failed", "not reached", "done"], ((Value.Items)seen["steps"]!).Are.Select(step => step.Text("outcome")));
        using var http = new HttpClient { BaseAddress = new(store.Address) };
        Assert.Contains("read_only 0", await http.GetStringAsync("metrics", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_so_already_or_cannot_fall_shows_nothing()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await Play(store.Address, Watch, Set("safety first", "wal_sync_on_write", 1, ("becomes", Value.Of(("synced", 1))))), Blind.NotCapable, "synced is 1 before it already");
        Probing.Blind(await Play(store.Address, Watch, Set("bound", "query_limit", 5, ("lowers", Value.Texts(["in_flight"])))), Blind.NotCapable, "cannot be lowered");
    }

    /// <summary>The naive check sees it higher afterwards.</summary>
    [Fact]
    public async Task What_rises_by_itself_is_raised_by_no_step()
    {
        var (total, changed) = (0, 0);
        await using var site = LoopbackSite.Start();
        site.Route("/metrics", _ => new(200, $"served_total {Interlocked.Increment(ref total)}\n")).Route("/admin/settings", _ => { Interlocked.Increment(ref changed); return new(200); });

        Probing.Blind(await Play(site.Address.AbsoluteUri, Value.Of(("served", "served_total")), Set("serve more", "workers", 4, ("raises", Value.Texts(["served"]))), Set("put back", "workers", 1, ("always", true))), Blind.NotCapable, "served rises by itself before it");

        Assert.Equal(1, changed); // What puts back is done all the same.
    }

    [Fact]
    public async Task What_puts_back_and_can_show_nothing_is_done_all_the_same()
    {
        await using var store = await VectorStoreServer.Start(["--sync", "0"], Cancel);

        Probing.Blind(await Play(store.Address, Watch, Set("read-only", "read_only", true), Set("safety first", "wal_sync_on_write", 1), Set("again", "wal_sync_on_write", 1, ("becomes", Value.Of(("synced", 1))), ("always", true)), Set("put back", "read_only", false, ("always", true))), Blind.NotCapable, "synced is 1 before it already");

        using var http = new HttpClient { BaseAddress = new(store.Address) };
        Assert.Contains("read_only 0", await http.GetStringAsync("metrics", Cancel), StringComparison.Ordinal);
    }

    /// <summary>Both are alone: were the playbook to wait until the other is over, it would wait for ever.</summary>
    [Fact]
    public async Task It_is_rehearsed_during_a_load_that_has_the_turn()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        var load = new Asked("load", "load.http", Value.Of(("target", store.Address), ("vus", "2"), ("duration", "3s"), ("get", "/collections")));
        var play = new Asked("play", "playbook", Value.Of(("target", store.Address), ("watch", Watch), ("play", Value.List([Step("take down")])))) { During = "load" };

        var run = await Probing.Run(Stores.Options, Probing.Ask(load, play));

        Stores.Holds(Stores.Seen(run.Sights[1]), ("complete", true), ("names", Value.Texts(["take down"])));
    }

    [Fact]
    public async Task A_metric_that_is_not_exported_cannot_be_taken_down()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await Play(store.Address, Value.Of(("gone", "nobody_exports_this")), Step("take down")), Blind.Unreadable, "has no nobody_exports_this");
    }

    [Fact]
    public async Task A_lever_makes_it_destructive_and_is_pulled()
    {
        await using var store = await VectorStoreServer.Start(["--release", "1.4.1"], Cancel);
        (string, Value)[] asked = [("target", store.Address), ("watch", Watch), ("levers", Value.Of(("roll back", Value.Texts(store.Deployment("previous", "--release", "1.4.0"))))),
            ("play", Value.List([Step("roll back", ("pull", "roll back"), ("within", 15)), Step("verify", ("get", "/version"), ("read", "/release"), ("is", "1.4.0"))]))];

        Probing.Blind(await Probing.Look(Stores.Options with { Consent = _ => [Hazard.Active] }, "playbook", asked), Blind.NoConsent, "destructive");
        Probing.Blind(await Probing.Look(Stores.Options with { MayRunCommands = false }, "playbook", asked), Blind.NoConsent, "commands are not allowed");
        Stores.Holds(Stores.Seen(await Probing.Look(Stores.Options, "playbook", asked)), ("complete", true), ("names", Value.Texts(["roll back", "verify"])));
    }

    [Theory]
    [InlineData("""[ { "name": "a", "post": "/x", "pull": "y" } ]""", "two actions")]
    [InlineData("""[ { "post": "/x" } ]""", "without a name")]
    [InlineData("""[ { "name": "a" }, { "name": "a" } ]""", "two steps of one name")]
    [InlineData("""[ { "name": "a", "lowers": [ "unknown" ] } ]""", "not watched")]
    [InlineData("""[ { "name": "a", "pull": "unknown" } ]""", "has no \"unknown\"")]
    [InlineData("""[ { "name": "a", "lower": [ "limit" ] } ]""", "a key that there is none of: lower")]
    [InlineData("""[ { "name": "a", "within": "soon" } ]""", "no time up to")]
    [InlineData("[]", "no list of 1 to 50 steps")]
    public async Task Steps_that_cannot_be_read_are_refused_before_anything_is_done(string steps, string says) =>
        Probing.Blind(await Probing.Look("playbook", ("target", "http://127.0.0.1:1"), ("watch", Watch), ("play", Value.Parse(System.Text.Encoding.UTF8.GetBytes(steps)))), Blind.BadQuestion, says);

    [Fact]
    public void Whatever_steps_are_written_they_are_read_or_refused() => Fuzz.Damage(
        [.. ((string[])["""[{"name":"a","post":"/x","json":{"b":1},"lowers":["limit"],"becomes":{"synced":1},"within":"2s"}]""", """[{"name":"a","pull":"l","status":204,"always":true},{"name":"b","get":"/y","read":"/z","is":3}]"""]).Select(System.Text.Encoding.UTF8.GetBytes)],
        bytes =>
        {
            Value steps;
            try { steps = Value.Parse(bytes); }
            catch (Exception none) when (none is System.Text.Json.JsonException or InvalidOperationException) { return; } // No JSON is no list.
            try { PlaybookStep.All(new Given(new Asked("", "playbook", Value.Of(("play", steps), ("levers", Value.Of(("l", Value.Texts(["/bin/true"]))))))), ["limit", "synced"]); }
            catch (Unseen refused) { Assert.Equal(Blind.BadQuestion, refused.Blind); }
        }, 4);
}
