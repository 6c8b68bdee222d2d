using System.Text;
using Muster.Readiness;
using Muster.Servers;
using static Muster.Probes.Tests.Draining.Drained;

namespace Muster.Probes.Tests.Draining;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DrainWebsocketTests(Drained world) : IClassFixture<Drained>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Task<Sight> Ask(params (string Name, Value Value)[] more)
    {
        (string Name, Value Value)[] usual =
        [
            ("target", world.Edge.Address.Replace("http:", "ws:", StringComparison.Ordinal)), ("path", "/ws?session={session}"), ("sockets", 4), ("rate", 20), ("before", 0.4), ("finish", 0.8), ("refuse_within", 0.5), ("within", 4), ("served_by", "X-Instance"),
            ("stop", Terminate(world.Edge)), ("start", Begin(world.Edge)),
        ];
        return Probing.Look(world.Options, "drain.websocket", [.. usual.Where(one => more.All(other => other.Name != one.Name)), .. more.Where(one => one.Value is not Value.Nothing)]);
    }

    [Fact]
    public async Task An_instance_that_drains_takes_nobody_new_lets_the_open_ones_go_on_and_closes_each()
    {
        await world.With(null);

        var sight = await Ask();

        Assert.True(Of(sight, "/complete")!.Equals(Value.True), sight.Observation!.ToString());
        Assert.Equal(Value.Of(("1001", 4)), Of(sight, "/codes"));
        Assert.Equal((4, 0, 0, 0), (Number(sight, "/open"), Number(sight, "/lost"), Number(sight, "/doubled"), Number(sight, "/left_open")));
        Assert.True(Number(sight, "/refused_after") < Number(sight, "/first_close"));
        Assert.InRange(Number(sight, "/first_close"), 1.0, 4);
        Assert.True(Number(sight, "/answered") >= 4 * 20);
        Assert.Equal("signal", Events(sight)[0]);
        Assert.Equal(4, Number(sight, "/kept"));
    }

    [Theory]
    [InlineData("ExitsAtOnce", "/abnormal", 4)]
    [InlineData("ClosesAtOnce", "/cut_short", 4)]
    [InlineData("CutsSockets", "/codes/1006", 4)]
    [InlineData("KeepsTaking", "/still_taken", null)]
    [InlineData("NeverEnds", "/left_open", 4)]
    [InlineData("LosesMessages", "/lost", null)]
    [InlineData("DoublesMessages", "/doubled", null)]
    public async Task Each_flaw_is_seen_for_what_it_is(string flaw, string field, int? exactly)
    {
        await world.With(flaw);

        var sight = await Ask(("within", flaw == "NeverEnds" ? 1.5 : 4));

        Assert.Equal(Value.False, Of(sight, "/complete"));
        if (exactly is { } count) Assert.Equal(count, Number(sight, field));
        else Assert.InRange(Number(sight, field), 1, 10_000);
    }

    [Fact]
    public async Task Sessions_keep_to_their_instance_and_come_back_at_the_other_where_they_were()
    {
        await using var pair = await EdgePair.Start(Drained.Words, Cancel);
        (string, Value)[] asked =
        [
            ("target", pair.Address), ("instance", pair.A.Address), ("stop", Terminate(pair.A)), ("start", Begin(pair.A)), ("sockets", 12), ("reconnect", true), ("resumes", "/last"), ("others", Value.Texts([pair.A.Address, pair.B.Address])),
        ];

        var well = await Ask(asked);

        Assert.True(Of(well, "/complete")!.Equals(Value.True), well.Observation!.ToString());
        Assert.InRange(Number(well, "/open"), 1, 11);
        Assert.Equal(Number(well, "/open"), Number(well, "/returned"));
        Assert.Equal((0, 0, 0, 0, 0), (Number(well, "/forgotten"), Number(well, "/strayed"), Number(well, "/wrong_taken"), Number(well, "/disturbed"), Number(well, "/lost")));
        Assert.True(Number(well, "/wrong_refused") > 0 && Number(well, "/elsewhere") > 0);

        foreach (var edge in (EdgeProcess[])[pair.A, pair.B]) await edge.Restart([.. pair.Words, "--flaw", "TakesAnySession", "--flaw", "ForgetsSessions"], Cancel);
        var sick = await Ask(asked);
        Assert.Equal(Value.False, Of(sick, "/complete"));
        Assert.True(Number(sick, "/wrong_taken") > 0 && Number(sick, "/forgotten") > 0);

        // A drain with nothing open at the one that goes: whoever counts failures alone sees none.
        await pair.Front.Reload(pair.Config(onlyB: true), Cancel);
        Probing.Blind(await Ask(asked), Blind.NotReached, "was open at the instance a when it was to be told to end");
        Assert.True(pair.A.Runs());
    }

    [Theory]
    [InlineData("""{ "send": "hello" }""", Blind.BadQuestion, "exactly one {n}")]
    [InlineData("""{ "path": "/ws", "reconnect": true }""", Blind.BadQuestion, "name no {session}")]
    [InlineData("""{ "path": "/ws" }""", Blind.NotReached, "the answer is 400")]
    [InlineData("""{ "codes": [ 7 ] }""", Blind.BadQuestion, "is no close code")]
    [InlineData("""{ "sockets": 0 }""", Blind.BadQuestion, "shows nothing")]
    [InlineData("""{ "served_by": null, "others": [ "http://127.0.0.1:1" ] }""", Blind.BadQuestion, "needs served_by")]
    public async Task Nothing_is_told_to_end_that_is_not_well_or_asked_well(string more, Blind blind, string says)
    {
        await world.With(null);

        Probing.Blind(await Ask([.. ((Value.Fields)Value.Parse(Encoding.UTF8.GetBytes(more))).Select(field => (field.Key, field.Value))]), blind, says);

        Assert.True(world.Edge.Runs());
    }

    [Fact]
    public void No_answer_breaks_the_counting_of_messages()
    {
        var session = new DrainSession("s", "no. {n} of many", TimeProvider.System);
        for (var i = 0; i < 20; i++) session.Next();

        Fuzz.Damage([.. ((string[])["no. 7 of many", "no. 99999999999999999999 of many", "7"]).Select(Encoding.UTF8.GetBytes)], bytes => session.Hear(Encoding.UTF8.GetString(bytes)));

        Assert.InRange(session.Answered, 1, 20);
        Assert.False(session.Hear("no. 21 of many"));
        Assert.False(session.Hear("7"));
    }

    [Fact]
    public void What_was_passed_over_is_lost_and_what_was_sent_just_before_the_closing_is_nobodys_loss()
    {
        var clock = new FakeClock();
        var session = new DrainSession("s", "{n}", clock);
        foreach (var _ in Enumerable.Range(0, 4)) session.Next();
        Assert.True(session.Hear("1") && session.Hear("3") && session.Hear("3"));

        Assert.Equal(1, session.Lost(clock.GetTimestamp(), TimeSpan.FromSeconds(1), takenUp: false));
        Assert.Equal(2, session.Lost(clock.GetTimestamp(), TimeSpan.FromSeconds(1), takenUp: true));
        Assert.Equal(["4"], session.Trailing());
        Assert.Equal((1, 2, 3), (session.Doubled, session.Answered, session.Last));
    }
}
