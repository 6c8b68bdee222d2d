namespace Muster.Readiness.Tests.Verdicts;

public class Line06NoGo
{
    static Document Chain => Given.Document(Given.Control("edge"))
        .Gate(gate => gate with { After = "rehearsal" })
        .Also(new Gate { Name = "rehearsal", Environment = "staging", Controls = ["edge"] });

    [Fact]
    public void A_blocking_control_failed()
    {
        var decision = new Story(Given.Document(Given.Control("edge"))).Fails("edge", 0).Decide(1);

        Assert.Equal(Verdict.NoGo, decision.Verdict);
        Assert.Equal([new Because(6, "edge", "status: expected 200, saw 500")], decision.Reasons);
    }

    [Fact]
    public void Each_fault_is_named_alone()
    {
        var decision = new Story(Given.Document(Given.Control("a"), Given.Control("b"), Given.Control("c"))).Passes("a", 0).Fails("b", 0).Passes("c", 0).Decide(1);

        Assert.Equal(["b"], decision.Reasons.Select(because => because.Subject));
        Assert.Equal((2, 3), (decision.BlockingMet, decision.Blocking));
    }

    [Fact]
    public void A_rejection_stands()
    {
        var decision = new Story(Given.Document(Given.Control("edge"))).Passes("edge", 0).Rejects("eve", 0.5).Decide(1);

        Assert.Equal(Verdict.NoGo, decision.Verdict);
        Assert.Equal([new Because(6, "eve", "rejected: not yet")], decision.Reasons);
    }

    [Fact]
    public void A_condition_past_its_deadline()
    {
        var story = new Story(Given.Document(Given.Control("edge"), Given.Control("warned").Warn()).Gate(gate => gate with { ConditionsDue = TimeSpan.FromHours(4) }));
        story.Passes("edge", 0).Fails("warned", 0).Decides(1);

        Assert.Equal(Verdict.ConditionalGo, story.Verdict(5));
        Assert.Equal(Verdict.NoGo, story.Verdict(5.001));
        Assert.Contains(story.Decide(6).Reasons, because => because is { Line: 6, Subject: "warned" });
    }

    [Fact]
    public void The_gate_before_is_NO_GO_for_this_release()
    {
        var story = new Story(Chain).Passes("edge", 0, environment: "staging").Decides(0, "rehearsal").Passes("edge", 0);
        Assert.Equal(Verdict.Go, story.Verdict(1));

        story.Fails("edge", 1, environment: "staging");
        Assert.Equal(Verdict.NoGo, story.Verdict(2));
        Assert.Equal([new Because(6, "rehearsal", "the gate before is NO-GO for this release")], story.Decide(2).Reasons);
    }

    [Fact]
    public void Another_releases_NO_GO_before_is_not_this_ones()
    {
        var story = new Story(Chain).Fails("edge", 0, environment: "staging").Releases("two").Passes("edge", 0, environment: "staging").Decides(0, "rehearsal").Passes("edge", 0);

        Assert.Equal(Verdict.Go, story.Verdict(1));
    }

    [Fact]
    public void The_gate_before_only_stale_is_not_NO_GO()
    {
        var story = new Story(Chain).Passes("edge", 0, environment: "staging").Decides(0, "rehearsal").Passes("edge", 30);

        Assert.Equal(Verdict.Go, story.Verdict(31));
    }

    [Fact]
    public void A_circle_of_gates_ends_and_opens_nothing()
    {
        var story = new Story(Chain.Gate(gate => gate with { After = "go-live" }, "rehearsal")).Passes("edge", 0).Passes("edge", 0, environment: "staging");

        Assert.Equal(Verdict.Undecided, story.Verdict(1));
    }
}
