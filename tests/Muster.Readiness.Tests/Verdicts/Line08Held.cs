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

    [Fact]
    public void Time_alone_does_not_lift_what_people_must_do()
    {
        var frozen = Plain.Signed(("architect", 1)).Gate(gate => gate with { Freezes = [new(Given.Hour(0), Given.Hour(9), "holiday")] });
        var story = new Story(frozen).Passes("edge", 0);
        Assert.Equal((Verdict.Held, (DateTimeOffset?)null), (story.Verdict(1), story.Decide(1).HeldUntil));

        Assert.Equal(Given.Hour(9), story.Signs("mia", "architect", 1).Decide(1).HeldUntil);
    }

    [Fact]
    public void How_many_sign_offs_are_missing_is_said()
    {
        string Missing(int count) => Assert.Single(new Story(Plain.Signed(("architect", count))).Passes("edge", 0).Decide(1).Reasons, because => because.Line == 8).Says;

        Assert.Equal(("one sign-off is missing", "3 sign-offs are missing"), (Missing(1), Missing(3)));
    }

    [Theory]
    [InlineData(4, 5, 5)]
    [InlineData(3, 4, 4)]
    [InlineData(4.5, 5, 4)]
    public void A_soak_that_ends_as_a_freeze_begins_is_held_on_and_one_that_ends_with_it_is_not(double from, double to, double until) =>
        Assert.Equal(Given.Hour(until), AfterRehearsal.Now(Soaked.Gate(gate => gate with { Freezes = [new(Given.Hour(from), Given.Hour(to), "holiday")] })).Decide(2).HeldUntil);

    [Fact]
    public void A_fail_that_began_with_the_opening_breaks_the_soak() =>
        Assert.Null(AfterRehearsal.Fails("edge", 0, entered: 1, environment: "staging").Passes("edge", 1.5, environment: "staging").Decide(2).HeldUntil);

    [Fact]
    public void A_pass_since_the_opening_does_not_break_the_soak() => Assert.Equal(Given.Hour(4), AfterRehearsal.Passes("edge", 2, environment: "staging").Decide(3).HeldUntil);

    [Fact]
    public void The_newest_fail_of_any_control_of_the_gate_before_breaks_the_soak_and_one_before_its_opening_does_not()
    {
        var document = Given.Document(Given.Control("a"), Given.Control("b"), Given.Control("warned").Warn(), Given.Prose("prose").Warn(), Given.States("all", "a", "b"))
            .Gate(gate => gate with { Controls = ["a"], After = "rehearsal", Soak = TimeSpan.FromHours(4) }).Also(new Gate { Name = "rehearsal", Environment = "staging", Controls = ["a", "b", "warned", "prose", "all"] });
        Story Passing(Story story, double hour) => story.Passes("a", hour, environment: "staging").Passes("b", hour, environment: "staging");
        var story = Passing(new Story(document).Fails("a", -2, entered: 0, environment: "staging").Fails("b", -3, entered: 0, environment: "staging"), -1).Decides(0, "rehearsal").Passes("a", 0).Fails("warned", 1, environment: "staging");
        Assert.Equal(Given.Hour(4), story.Decide(2).HeldUntil);

        Assert.Null(Passing(story.Fails("b", 1, environment: "staging"), 1.5).Decide(2).HeldUntil);
    }

    [Fact]
    public void An_acceptance_is_of_this_gate_and_of_the_document_of_the_opening()
    {
        var softer = Plain.Edit("edge", control => control.Each(part => part with { Fresh = TimeSpan.FromDays(9) }));
        Story Softened() => new Story(Plain).Passes("edge", 0).Decides(0.5).Now(softer);
        Fact.Accepted Accepted(string gate, Document from) => new(gate, from.Digest, softer.Digest, "seen", Given.Hour(1));

        Assert.Equal(Verdict.Held, Softened().Enters(Accepted("other", Plain), 1, "key-ann").Verdict(2));
        Assert.Equal(Verdict.Held, Softened().Enters(Accepted("go-live", softer), 1, "key-ann").Verdict(2));
        Assert.Equal(Verdict.Go, Softened().Enters(Accepted("go-live", Plain), 1, "key-ann").Verdict(2));
        Assert.Equal(Verdict.Held, Softened().Enters(Accepted("go-live", Plain), 1, "key-ann").Withdraws("ann", 1.5).Verdict(2));
    }

    [Fact]
    public void The_gates_own_owner_as_the_opening_had_it_goes_before_the_documents_and_may_be_a_role()
    {
        var owned = Plain.Gate(gate => gate with { Owner = "devops-lead" });
        Story Taken() => new Story(owned).Passes("edge", 0).Decides(0.5).Now(Plain.Gate(gate => gate with { Owner = "eve" }));

        Assert.Equal([Verdict.Held, Verdict.Held, Verdict.Go], new[] { "ann", "eve", "jon" }.Select(who => Taken().Accepts(who, owned, 1).Verdict(2)));
    }

    [Fact]
    public void Where_the_opening_had_no_owner_nobody_accepts()
    {
        var unowned = Plain with { Owner = "" };

        Assert.Equal(Verdict.Held, new Story(unowned).Passes("edge", 0).Decides(0.5).Now(Plain).Accepts("ann", unowned, 1).Verdict(2));
    }

    [Fact]
    public void CONDITIONAL_GO_is_held_too_and_says_so()
    {
        var decision = new Story(Given.Document(Given.Control("edge"), Given.Control("warned").Warn()).Signed(("architect", 1))).Passes("edge", 0).Decide(1);

        Assert.Equal((Verdict.Held, (Verdict?)Verdict.ConditionalGo), (decision.Verdict, decision.WouldBe));
        Assert.Equal([8, 9, 9], decision.Reasons.Select(because => because.Line));
    }
}
