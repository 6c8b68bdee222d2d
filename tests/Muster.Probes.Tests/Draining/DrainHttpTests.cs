using Muster.Readiness;
using Muster.Servers;
using static Muster.Probes.Tests.Draining.Drained;

namespace Muster.Probes.Tests.Draining;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DrainHttpTests(Drained world) : IClassFixture<Drained>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Task<Sight> Ask(params (string Name, Value Value)[] more)
    {
        (string Name, Value Value)[] usual =
        [
            ("target", world.Edge.Address), ("slow", "/slow?ms=300"), ("rate", 60), ("open", 3), ("before", 0.4), ("notice", 0.2), ("within", 4), ("served_by", "X-Instance"), ("stop", Terminate(world.Edge)), ("start", Begin(world.Edge)),
        ];
        return Probing.Look(world.Options, "drain.http", [.. usual.Where(one => more.All(other => other.Name != one.Name)), .. more.Where(one => one.Value is not Value.Nothing)]);
    }

    [Fact]
    public async Task An_instance_that_drains_fails_no_request_and_ends_in_order()
    {
        await world.With(null);

        var sight = await Ask();

        Assert.True(Of(sight, "/complete")!.Equals(Value.True), sight.Observation!.ToString());
        Assert.Equal((0, 0), (Number(sight, "/failed"), Number(sight, "/unsent")));
        Assert.InRange(Number(sight, "/in_flight"), 1, 3);
        Assert.Equal(Number(sight, "/in_flight"), Number(sight, "/finished"));
        Assert.Equal(["signal", "readiness turned"], Events(sight)[..2]);
        Assert.Equal(["exit", "last answer", "listener refused"], Events(sight)[2..].Order());
        Assert.InRange(Number(sight, "/back"), 0, 10);
        Assert.InRange(Number(sight, "/requests"), 20, 1000);
        Assert.True(world.Edge.Runs());
    }

    [Theory]
    [InlineData("ExitsAtOnce")]
    [InlineData("DropsRequests")]
    public async Task Requests_that_are_cut_off_are_counted_and_hidden_by_no_second_try(string flaw)
    {
        await world.With(flaw);

        var sight = await Ask();

        Assert.Equal(Value.False, Of(sight, "/complete"));
        Assert.InRange(Number(sight, "/failed"), 1, 1000);
        Assert.True(Number(sight, "/finished") < Number(sight, "/in_flight"));
    }

    [Fact]
    public async Task One_that_never_says_that_it_is_not_ready_refuses_whoever_comes()
    {
        await world.With("StaysReady");

        var sight = await Ask();

        Assert.Equal(Value.False, Of(sight, "/orderly"));
        Assert.Null(Of(sight, "/readiness_turned"));
        Assert.True(Number(sight, "/errors/refused") > 0);
    }

    [Fact]
    public async Task One_that_never_ends_is_killed_before_it_is_started_again_and_fails()
    {
        await world.With("NeverEnds");

        var sight = await Ask(("within", 1));

        Assert.Equal((Value.False, Value.True), (Of(sight, "/orderly"), Of(sight, "/killed")));
        Assert.Null(Of(sight, "/exit"));
    }

    [Fact]
    public async Task Behind_a_balancer_nothing_fails_at_any_time_while_one_of_two_goes()
    {
        await using var pair = await EdgePair.Start(Drained.Words, Cancel);

        // One after the other, as a rolling restart is.
        foreach (var edge in (EdgeProcess[])[pair.A, pair.B])
        {
            var sight = await Ask(("target", pair.Address), ("instance", edge.Address), ("stop", Terminate(edge)), ("start", Begin(edge)), ("open", 8));
            Assert.True(Of(sight, "/complete")!.Equals(Value.True), sight.Observation!.ToString());
            Assert.InRange(Number(sight, "/in_flight"), 1, 8);
        }

        await pair.Front.Reload(pair.Config(onlyB: true), Cancel);
        Probing.Blind(await Ask(("target", pair.Address), ("instance", pair.A.Address), ("stop", Terminate(pair.A)), ("start", Begin(pair.A))), Blind.NotReached, "nothing was open at the instance");
    }

    [Theory]
    [InlineData("""{ "slow": "/nowhere" }""", Blind.NotReached, "status_404")]
    [InlineData("""{ "slow": "/health/live" }""", Blind.NotReached, "any end lets such a request be answered")]
    [InlineData("""{ "readiness": "/nowhere" }""", Blind.NotReached, "answers 404")]
    [InlineData("""{ "rate": 0 }""", Blind.BadQuestion, "shows nothing")]
    [InlineData("""{ "stop": { "signal": "WHAT", "pid_file": "x" } }""", Blind.BadQuestion, "knows no signal")]
    [InlineData("""{ "stop": { "signal": "TERM", "pid_file": "no-such-file" } }""", Blind.Unreadable, "cannot be read")]
    public async Task Nothing_is_told_to_end_that_is_not_well_or_is_not_there(string more, Blind blind, string says)
    {
        await world.With(null);

        Probing.Blind(await Ask([.. ((Value.Fields)Value.Parse(System.Text.Encoding.UTF8.GetBytes(more))).Select(field => (field.Key, field.Value))]), blind, says);

        Assert.True(world.Edge.Runs());
    }

    [Fact]
    public async Task Whoever_is_stopped_in_the_middle_starts_it_again()
    {
        await world.With(null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var runner = new ProbeRunner(world.Options with { Telling = (_, says) => { if (says.Contains("TERM", StringComparison.Ordinal) || says.Contains("Terminate", StringComparison.Ordinal)) stop.CancelAfter(900); } });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.Look(Probing.Ask("drain.http", ("target", world.Edge.Address), ("slow", "/slow?ms=300"), ("notice", 0.2), ("stop", Terminate(world.Edge)), ("start", Begin(world.Edge)), ("within", 30)), stop.Token));

        await ServerProcess.Until(() => Ports.IsOpen(world.Edge.Port), "it was not started again", TimeSpan.FromSeconds(10), Cancel);
    }
}
