namespace Muster.Readiness.Tests.Verdicts;

public class Line10Go
{
    readonly Story _story = new Story(Given.Document(Given.Control("edge"), Given.Control("warned").Warn()).Gate(gate => gate with { Criteria = [new("Edge", ["edge"]), new("Rest", ["warned"]), new("None", [])] }))
        .Passes("edge", 0).Passes("warned", 0);

    [Fact]
    public void Everything_is_met_and_nothing_left_open()
    {
        var decision = _story.Decide(1);

        Assert.Equal(Verdict.Go, decision.Verdict);
        Assert.Equal([10], decision.Reasons.Select(because => because.Line));
        Assert.Empty(decision.Conditions);
        Assert.Equal([Verdict.Go, Verdict.Go, Verdict.Undecided], decision.Criteria.Select(criterion => criterion.Verdict));
    }

    [Fact]
    public void Criteria_carry_what_is_under_them()
    {
        _story.Fails("edge", 0.5).Fails("warned", 0.5);
        Assert.Equal([new CriterionShown("Edge", 0, 1, Verdict.NoGo), new("Rest", 0, 1, Verdict.ConditionalGo), new("None", 0, 0, Verdict.Undecided)], _story.Decide(1).Criteria);
    }

    [Fact]
    public void The_same_inputs_give_the_same_bytes()
    {
        _story.Fails("edge", 0.5).Waives("edge", 0.6, 48).Decides(0.7);

        Assert.Equal(Statements.ToBytes(_story.Decide(1)), Statements.ToBytes(_story.Decide(1)));
        Assert.Equal(Statements.ToBytes(_story.Decide(1)), Statements.ToBytes(Statements.Read<Decision>(Statements.ToBytes(_story.Decide(1)))));
    }

    [Fact]
    public void A_pass_shows_when_its_kind_was_last_seen_failing()
    {
        Assert.Null(_story.Shown("edge", 1).Parts[0].KindSeenFailing);
        _story.Enters(new Fact.Proved("http", "f", true, "", "", Given.Hour(0.5)), 0.5).Enters(new Fact.Proved("http", "f", false, "", "", Given.Hour(0.8)), 0.8).Enters(new Fact.Proved("http", "f", true, "", "", Given.Hour(0.2)), 0.9);

        Assert.Equal(Given.Hour(0.5), _story.Shown("edge", 1).Parts[0].KindSeenFailing);
    }
}
