namespace Muster.Readiness.Tests.Verdicts;

public class Line08Held
{
    static readonly Document Plain = Given.Document(Given.Control("edge"));

    static Document Soaked => Plain.Gate(gate => gate with { After = "rehearsal", Soak = TimeSpan.FromHours(4) })
        .Also(new Gate { Name = "rehearsal", Environment = "staging", Controls = ["edge"] });

    static Story AfterRehearsal => new Story(Soaked).Passes("edge", 0, environment: "staging").Decides(0, "rehearsal").Passes("edge", 0);

    [Fact]
    public void While_the_soak_lasts_it_shows_what_it_would_be_and_until_when()
    {
        var decision = AfterRehearsal.Decide(3.999);

        Assert.Equal((Verdict.Held, (Verdict?)Verdict.Go, (DateTimeOffset?)Given.Hour(4)), (decision.Verdict, decision.WouldBe, decision.HeldUntil));
        Assert.Equal((8, "rehearsal"), (decision.Reasons[0].Line, decision.Reasons[0].Subject));
        Assert.Equal(Verdict.Go, AfterRehearsal.Verdict(4));
    }

    [Fact]
    public void A_later_opening_does_not_begin_the_soak_again() => Assert.Equal(Verdict.Go, AfterRehearsal.Decides(3, "rehearsal").Verdict(4));

    [Fact]
    public void A_NO_GO_between_breaks_the_soak() =>
        Assert.Equal(Given.Hour(6), AfterRehearsal.Decides(1, "rehearsal", decided => decided with { Verdict = Verdict.NoGo }).Decides(2, "rehearsal").Decide(4.5).HeldUntil);

    [Fact]
    public void A_HELD_between_does_not_break_the_soak() =>
        Assert.Equal(Verdict.Go, AfterRehearsal.Decides(1, "rehearsal", decided => decided with { Verdict = Verdict.Held }).Verdict(4));

    [Fact]
    public void A_fail_between_breaks_the_soak_even_if_no_verdict_saw_it()
    {
        var story = AfterRehearsal.Fails("edge", 1, environment: "staging").Passes("edge", 1.5, environment: "staging");
        Assert.Equal((Verdict.Held, (DateTimeOffset?)null), (story.Verdict(4.5), story.Decide(4.5).HeldUntil));

        story.Decides(2, "rehearsal");
        Assert.Equal(Given.Hour(6), story.Decide(4.5).HeldUntil);
        Assert.Equal(Verdict.Go, story.Verdict(6));
    }

    [Fact]
    public void A_freeze_holds_from_its_first_instant_to_before_its_last()
    {
        var story = new Story(Plain.Gate(gate => gate with { Freezes = [new(Given.Hour(2), Given.Hour(3), "holiday"), new(Given.Hour(5), Given.Hour(6), "audit")] })).Passes("edge", 0);

        Assert.Equal([Verdict.Go, Verdict.Held, Verdict.Held, Verdict.Go, Verdict.Held], new[] { 1.999, 2, 2.999, 3, 5 }.Select(hour => story.Verdict(hour)));
        Assert.Equal(Given.Hour(3), story.Decide(2).HeldUntil);
        Assert.Contains("holiday", story.Decide(2).Reasons[0].Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_soak_that_ends_within_a_freeze_is_held_until_the_freeze_ends()
    {
        var story = AfterRehearsal.Now(Soaked.Gate(gate => gate with { Freezes = [new(Given.Hour(3.5), Given.Hour(5), "holiday")] }));

        Assert.Equal(Given.Hour(5), story.Decide(2).HeldUntil);
    }

    [Fact]
    public void A_sign_off_is_missing()
    {
        var story = new Story(Plain.Signed(("architect", 1))).Passes("edge", 0);
        Assert.Equal((Verdict.Held, (DateTimeOffset?)null), (story.Verdict(1), story.Decide(1).HeldUntil));
        Assert.Equal([new RoleCount("architect", 1)], story.Decide(1).ToSign);

        Assert.Equal(Verdict.Go, story.Signs("mia", "architect", 1).Verdict(2));
    }

    [Fact]
    public void A_softening_since_the_last_opening_that_the_owner_has_not_accepted()
    {
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5).Now(Plain.Edit("edge", control => control.Each(part => part with { Fresh = TimeSpan.FromDays(9) })));
        var decision = story.Decide(1);
        Assert.Equal((Verdict.Held, (Verdict?)Verdict.Go), (decision.Verdict, decision.WouldBe));
        Assert.Equal([new SofteningShown("edge", "fresh was 24h and is 9d", false)], decision.Softenings);

        Assert.Equal(Verdict.Held, story.Accepts("mia", Plain, 1).Verdict(2));
        Assert.Equal(Verdict.Go, story.Accepts("ann", Plain, 2).Verdict(3));
        Assert.True(Assert.Single(story.Decide(3).Softenings).Accepted);
    }

    [Fact]
    public void An_acceptance_is_of_exactly_these_two_documents()
    {
        var softer = Plain.Edit("edge", control => control.Each(part => part with { Fresh = TimeSpan.FromDays(9) }));
        var softest = Plain.Edit("edge", control => control.Each(part => part with { Fresh = TimeSpan.FromDays(90) }));
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5).Now(softer).Accepts("ann", Plain, 1);

        Assert.Equal(Verdict.Held, story.Now(softest).Verdict(2));
    }

    [Fact]
    public void The_owner_is_the_one_of_the_opening_so_that_nobody_makes_themselves_owner()
    {
        var taken = Plain with { Owner = "eve" };
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5).Now(taken);
        Assert.Equal(Verdict.Held, story.Accepts("eve", Plain, 1).Verdict(2));

        Assert.Equal(Verdict.Go, story.Accepts("ann", Plain, 2).Verdict(3));
    }

    [Fact]
    public void An_opening_whose_document_is_gone_holds_since_nothing_can_be_compared()
    {
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5, edit: decided => decided with { Document = Digest.Of("gone"u8) });

        Assert.Equal(Verdict.Held, story.Verdict(1));
    }

    [Fact]
    public void A_tightening_holds_nothing()
    {
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5).Now(Plain.Edit("edge", control => control.Each(part => part with { Fresh = TimeSpan.FromHours(9) })));

        Assert.Equal(Verdict.Go, story.Verdict(1));
    }

    [Fact]
    public void NO_GO_is_never_hidden_behind_HELD()
    {
        var decision = new Story(Plain.Signed(("architect", 1))).Fails("edge", 0).Decide(1);

        Assert.Equal((Verdict.NoGo, (Verdict?)null), (decision.Verdict, decision.WouldBe));
        Assert.Equal([6, 8], decision.Reasons.Select(because => because.Line));
    }
}
