namespace Muster.Readiness.Tests.Verdicts;

public class Line09Conditional
{
    [Fact]
    public void A_waiver_counts()
    {
        var decision = new Story(Given.Document(Given.Control("edge"))).Fails("edge", 0).Waives("edge", 1, 48).Decide(2);

        Assert.Equal(Verdict.ConditionalGo, decision.Verdict);
        Assert.Contains(decision.Reasons, because => because is { Line: 9, Subject: "edge" });
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("never run")]
    [InlineData("prose")]
    public void A_warn_control_is_not_met(string how)
    {
        var story = new Story(Given.Document(Given.Control("edge"), (how == "prose" ? Given.Prose("warned") : Given.Control("warned")).Warn())).Passes("edge", 0);
        if (how == "fails") story.Fails("warned", 0);

        Assert.Equal(Verdict.ConditionalGo, story.Verdict(1));
        Assert.Equal("warned", Assert.Single(story.Decide(1).Conditions).Control);
    }

    [Fact]
    public void A_condition_is_open_in_time()
    {
        var warned = Given.Document(Given.Control("edge"), Given.Control("warned").Warn());
        var story = new Story(warned).Passes("edge", 0).Fails("warned", 0).Decides(1).Now(warned.Edit("warned", control => control.Observe())).Accepts("ann", warned, 1.5);

        Assert.Equal(Verdict.ConditionalGo, story.Verdict(2));
        Assert.Contains(story.Decide(2).Reasons, because => because is { Line: 9, Subject: "warned" });
    }

    [Fact]
    public void What_makes_it_conditional_is_said_once_for_the_cause_and_once_for_the_condition()
    {
        var document = Given.Document(Given.Control("edge"), Given.Control("warned").Warn(), Given.Control("risky").Warn(), Given.Control("out").Warn() with { NotApplicable = new("no", "architect", Given.Hour(99)) });
        var story = new Story(document).Fails("edge", 0).Fails("warned", 0).Fails("risky", 0).Waives("edge", 1, 12).Waives("risky", 1, 14);

        Assert.Equal(
            [
                new Because(9, "edge", "waived until 2026-03-02T20:00:00.000Z: accepted for the launch"), new(9, "risky", "waived until 2026-03-02T22:00:00.000Z: accepted for the launch"),
                new(9, "warned", "status: expected 200, saw 500"),
                new(9, "edge", "a condition is open, due 2026-03-02T20:00:00.000Z"), new(9, "risky", "a condition is open, due 2026-03-02T22:00:00.000Z"), new(9, "warned", "a condition is open, due 2026-03-03T10:00:00.000Z"),
            ],
            story.Decide(2).Reasons);
    }
}
