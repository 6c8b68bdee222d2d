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
}
