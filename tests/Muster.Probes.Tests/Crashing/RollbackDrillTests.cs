using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Crashing;

public sealed class RollbackDrillTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<Sight> Drill(VectorStoreServer store, string[] back, string[] forward, params (string, Value)[] more) => Probing.Look(Stores.Options, "rollback.drill",
        (((string, Value)[])[.. store.Writing(), ("version", Value.Of(("get", "/version"), ("read", "/release"))), ("back", Value.Texts(back)), ("forward", Value.Texts(forward)), ("writes", 5), ("wait", 15)]).Or(more));

    [Fact]
    public async Task The_release_before_reads_what_this_one_wrote_and_this_one_what_that_wrote()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);

        var sight = await Drill(store, store.Deployment("previous", "--release", "1.3.0"), store.Deployment("current", "--release", "1.4.0"), ("from", "1.4.0"), ("to", "1.3.0"));

        var seen = Stores.Seen(sight);
        Stores.Holds(seen, ("complete", true), ("from", "1.4.0"), ("to", "1.3.0"), ("rolled_back", true), ("readable", true), ("rolled_forward", true), ("written", 10), ("lost", 0), ("altered", 0), ("cleaned", true));
        Assert.True(seen.Number("rollback_time") > 0 && seen.Number("forward_time") > 0);
        Assert.Equal(sight.Before, sight.After);
    }

    [Fact]
    public async Task A_release_whose_data_the_one_before_cannot_read_fails_and_runs_again_afterwards()
    {
        await using var store = await VectorStoreServer.Start(["--flaw", "new-format"], Cancel);

        var seen = Stores.Seen(await Drill(store, store.Deployment("previous", "--release", "1.3.0"), store.Deployment("current", "--flaw", "new-format"), ("wait", 3)));

        Stores.Holds(seen, ("complete", false), ("rolled_back", false), ("rolled_forward", true), ("lost", 0));
    }

    /// <summary>The naive check times a script that says it is done.</summary>
    [Fact]
    public async Task A_deployment_that_only_says_it_is_done_has_rehearsed_nothing()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        Probing.Blind(await Drill(store, ["/bin/echo", "rolled back in 3 s"], store.Deployment("current"), ("wait", 1)), Blind.NotCapable, "the release that runs is still 1.4.0");
    }

    [Fact]
    public async Task Ended_in_the_middle_this_release_runs_again()
    {
        await using var store = await VectorStoreServer.Start([], Cancel);
        var asked = new Asked("", "rollback.drill", Value.Of([.. store.Writing(), ("version", Value.Of(("get", "/version"), ("read", "/release"))), ("back", Value.Texts(store.Deployment("previous", "--release", "1.3.0", "--recovery", "4000"))),
            ("forward", Value.Texts(store.Deployment("current")))]))
        { Deadline = TimeSpan.FromSeconds(2) };

        var run = await Probing.Run(Stores.Options, Probing.Ask(asked));

        Assert.Equal(Blind.Deadline, run.Sights[0].Blind);
        using var http = new HttpClient { BaseAddress = new(store.Address) };
        await ServerProcess.Until(() => Ports.IsOpen(store.Port) && http.GetStringAsync("version", Cancel).GetAwaiter().GetResult().Contains("1.4.0", StringComparison.Ordinal), "this release does not run again", TimeSpan.FromSeconds(20), Cancel);
    }
}
