namespace Muster.Readiness.Tests.Verdicts;

public class Line14BreakGlass
{
    static Story Failing(Document? document = null) => new Story(document ?? Given.Document(Given.Control("edge"))).Fails("edge", 0);

    [Fact]
    public void Two_people_in_named_roles_open_and_the_verdict_stays()
    {
        var decision = Failing().BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10).Decide(2);

        Assert.Equal(Verdict.NoGo, decision.Verdict);
        Assert.Equal(["ann", "eve"], decision.OpenedByBreakGlass!.People);
        Assert.Equal(Given.Hour(10), decision.OpenedByBreakGlass.Expires);
    }

    [Fact]
    public void Its_follow_up_is_a_condition()
    {
        var condition = Assert.Single(Failing().BreaksGlass("eve", 1, 48).BreaksGlass("ann", 1.5, 48).Decide(2).Conditions);

        Assert.Equal(("break-glass:go-live", Given.Hour(25.5), false), (condition.Id, condition.Due, condition.Overdue));
    }

    [Fact]
    public void Its_follow_up_is_due_at_its_expiry_if_that_is_sooner_and_ends_when_the_proof_is_there()
    {
        var story = Failing().BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10);
        Assert.Equal((Given.Hour(10), true), Assert.Single(story.Decide(11).Conditions) is var condition ? (condition.Due, condition.Overdue) : default);

        Assert.Equal(Verdict.Go, story.Passes("edge", 11).Verdict(12));
    }

    [Fact]
    public void It_ends_at_its_expiry()
    {
        var story = Failing().BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10);

        Assert.NotNull(story.Decide(9.999).OpenedByBreakGlass);
        Assert.Null(story.Decide(10).OpenedByBreakGlass);
    }

    [Fact]
    public void One_person_is_not_two() => Assert.Null(Failing().BreaksGlass("eve", 1, 10).BreaksGlass("eve", 1.5, 10).Decide(2).OpenedByBreakGlass);

    [Fact]
    public void A_role_that_is_not_named_does_not_count() => Assert.Null(Failing().BreaksGlass("eve", 1, 10).BreaksGlass("mia", 1.5, 10).Decide(2).OpenedByBreakGlass);

    [Fact]
    public void An_unknown_key_does_not_count() => Assert.Null(Failing().BreaksGlass("eve", 1, 10).BreaksGlass("stranger", 1.5, 10).Decide(2).OpenedByBreakGlass);

    [Theory]
    [InlineData("another reason", 10)]
    [InlineData("the shop is down", 11)]
    public void The_two_agree_on_reason_and_expiry(string because, double until) =>
        Assert.Null(Failing().BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, until, because).Decide(2).OpenedByBreakGlass);

    [Fact]
    public void Without_a_reason_it_does_not_count() => Assert.Null(Failing().BreaksGlass("eve", 1, 10, " ").BreaksGlass("ann", 1.5, 10, " ").Decide(2).OpenedByBreakGlass);

    [Fact]
    public void It_is_for_its_release() => Assert.Null(Failing().BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10).Releases("two").Decide(2).OpenedByBreakGlass);

    [Fact]
    public void Taken_back_it_does_not_count() => Assert.Null(Failing().BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10).Withdraws("ann", 1.6).Decide(2).OpenedByBreakGlass);

    [Fact]
    public void Never_under_override_never_on_the_gate() =>
        Assert.Null(Failing(Given.Document(Given.Control("edge")).Gate(gate => gate with { NeverOverride = true })).BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10).Decide(2).OpenedByBreakGlass);

    [Fact]
    public void Never_past_a_control_under_override_never()
    {
        var document = Given.Document(Given.Control("edge") with { NeverOverride = true }, Given.Control("other"));
        var story = Failing(document).Fails("other", 0).BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10);
        Assert.Null(story.Decide(2).OpenedByBreakGlass);

        Assert.NotNull(story.Passes("edge", 2).Decide(3).OpenedByBreakGlass);
    }

    static Story Broken(Story story, double at = 1, double until = 10, string because = "the shop is down") => story.BreaksGlass("eve", at, until, because).BreaksGlass("ann", at, until, because);

    [Fact]
    public void Of_several_the_one_that_lasts_longest_is_shown()
    {
        Assert.Equal(Given.Hour(12), Broken(Broken(Failing(), until: 10), until: 12).Decide(2).OpenedByBreakGlass!.Expires);
        Assert.Equal(Given.Hour(12), Broken(Broken(Failing(), until: 12), until: 10).Decide(2).OpenedByBreakGlass!.Expires);
        Assert.Equal("a flood", Broken(Broken(Failing()), because: "a flood").Decide(2).OpenedByBreakGlass!.Because);
        Assert.Equal("a flood", Broken(Broken(Failing(), because: "a flood")).Decide(2).OpenedByBreakGlass!.Because);
    }

    [Fact]
    public void Its_follow_up_is_overdue_only_after_its_deadline()
    {
        var story = Broken(Failing());

        Assert.False(Assert.Single(story.Decide(10).Conditions).Overdue);
        Assert.True(Assert.Single(story.Decide(10.001).Conditions).Overdue);
    }

    [Fact]
    public void Broken_again_the_first_deadline_stays_the_follow_ups() =>
        Assert.Equal(Given.Hour(10), Assert.Single(Broken(Broken(Failing()), at: 2, until: 30).Decide(3).Conditions).Due);

    [Fact]
    public void Its_follow_up_is_the_gates_owners_and_stays_for_another_release()
    {
        Assert.Equal("ann", Assert.Single(Broken(Failing()).Decide(2).Conditions).Owner);
        Assert.Equal("jon", Assert.Single(Broken(Failing(Given.Document(Given.Control("edge")).Gate(gate => gate with { Owner = "jon" }))).Releases("two").Decide(2).Conditions).Owner);
    }

    [Fact]
    public void Its_follow_up_ends_when_every_blocking_control_is_met_whatever_the_others_are()
    {
        var document = Given.Document(Given.Control("a"), Given.Control("b"), Given.Control("warned").Warn(), Given.Control("out") with { NotApplicable = new("no", "architect", Given.Hour(99)) });
        var story = Broken(new Story(document).Fails("a", 0).Fails("b", 0)).Passes("a", 2);
        Assert.Contains(story.Decide(3).Conditions, condition => condition.Id == "break-glass:go-live");

        Assert.Equal(["warned"], story.Passes("b", 2).Decide(3).Conditions.Select(condition => condition.Id));
    }

    [Fact]
    public void Where_nothing_blocks_whatever_warns_follows_it_up()
    {
        // Found by P4: else the day from which the control blocks would have ended the follow-up, with nothing seen anew.
        var story = Broken(new Story(Given.Document(Given.Control("warned").Warn(), Given.Control("also").Warn(), Given.Control("seen").Observe())).Passes("warned", 0));
        Assert.Contains(story.Decide(2).Conditions, condition => condition.Id == "break-glass:go-live");

        Assert.Empty(story.Passes("also", 2).Decide(3).Conditions);
    }

    [Fact]
    public void Where_nothing_even_warns_nothing_follows_it_up() =>
        Assert.Contains(Broken(new Story(Given.Document(Given.Control("seen").Observe())).Passes("seen", 0)).Decide(2).Conditions, condition => condition.Id == "break-glass:go-live");

    [Fact]
    public void An_opening_fixes_its_deadline()
    {
        var document = Given.Document(Given.Control("edge"), Given.Control("warned").Warn()).Gate(gate => gate with { Controls = ["warned"] });
        var story = Broken(new Story(document).Fails("warned", 0), until: 40).Decides(2);
        Assert.Equal(Given.Hour(25), story.Decide(3).Conditions[0].Due);

        story.Now(document.Gate(gate => gate with { ConditionsDue = TimeSpan.FromHours(30) })).Accepts("ann", document, 3);
        Assert.Equal((Given.Hour(25), false), story.Decide(25).Conditions[0] is var atDue ? (atDue.Due, atDue.Overdue) : default);
        Assert.Equal((Given.Hour(25), true), story.Decide(25.001).Conditions[0] is var after ? (after.Due, after.Overdue) : default);
    }

    [Fact]
    public void It_is_for_its_gate()
    {
        var document = Given.Document(Given.Control("edge"));
        document = document.Also(document.Gates[0] with { Name = "other" });

        Assert.Null(Broken(Failing(document)).Decide(2, "other").OpenedByBreakGlass);
    }

    [Fact]
    public void People_of_several_roles_need_one_that_the_gate_names()
    {
        var document = Given.Document(Given.Control("edge"));

        Assert.NotNull(Broken(Failing(document with { People = [Given.Person("ann", "architect", "owner"), Given.Person("eve", "on-call", "architect")] })).Decide(2).OpenedByBreakGlass);
    }
}
