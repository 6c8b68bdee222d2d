namespace Muster.Readiness.Tests.Verdicts;

public class Line07Undecided
{
    [Fact]
    public void An_empty_set() => Assert.Equal([new Because(7, "go-live", "the gate's set is empty: nothing is left to prove")], new Story(Given.Document()).Decide(0).Reasons);

    [Fact]
    public void A_blocking_control_unproven()
    {
        var story = new Story(Given.Document(Given.Control("edge")));
        Assert.Equal(Verdict.Undecided, story.Verdict(1));
        Assert.Equal([new Because(7, "edge", "never run")], story.Decide(1).Reasons);

        Assert.Equal(Verdict.Go, story.Passes("edge", 0).Verdict(1));
    }

    [Fact]
    public void A_blocking_control_unmeasured() => Assert.Equal(Verdict.Undecided, new Story(Given.Document(Given.Control("edge"), Given.Prose("mesh"))).Passes("edge", 0).Verdict(1));

    [Fact]
    public void A_control_that_the_gate_names_and_the_document_lacks() =>
        Assert.Equal([new Because(7, "gone", "the gate names it, and the document has no such control")],
            new Story(Given.Document(Given.Control("edge")).Gate(gate => gate with { Controls = ["edge", "gone"] })).Passes("edge", 0).Decide(1).Reasons);

    [Fact]
    public void A_fail_beside_it_is_NO_GO_and_both_are_named()
    {
        var decision = new Story(Given.Document(Given.Control("a"), Given.Control("b"))).Fails("b", 0).Decide(1);

        Assert.Equal(Verdict.NoGo, decision.Verdict);
        Assert.Equal([(6, "b"), (7, "a")], decision.Reasons.Select(because => (because.Line, because.Subject)));
    }

    [Fact]
    public void The_gate_before_never_opened_for_this_release()
    {
        var document = Given.Document(Given.Control("edge"))
            .Gate(gate => gate with { After = "rehearsal" })
            .Also(new Gate { Name = "rehearsal", Environment = "staging", Controls = ["edge"], Sign = [new("architect", 1)] });
        var story = new Story(document).Passes("edge", 0, environment: "staging").Passes("edge", 0);
        Assert.Equal([new Because(7, "rehearsal", "the gate before never opened for this release")], story.Decide(1).Reasons);

        story.Decides(1, "rehearsal"); // HELD: a verdict that does not open
        Assert.Equal(Verdict.Undecided, story.Verdict(2));

        story.Decides(2, "rehearsal", decided => decided with { Verdict = Verdict.Go, Release = Digest.Of("another"u8) });
        Assert.Equal(Verdict.Undecided, story.Verdict(3));

        story.Decides(3, "rehearsal", decided => decided with { Verdict = Verdict.Go, Standing = true });
        Assert.Equal(Verdict.Undecided, story.Verdict(4));

        story.Decides(4, "rehearsal", decided => decided with { Verdict = Verdict.ConditionalGo });
        Assert.Equal(Verdict.Go, story.Verdict(5));
    }

    [Fact]
    public void The_day_after_launch_stale_evidence_is_undecided() => Assert.Equal(Verdict.Undecided, new Story(Given.Document(Given.Control("edge"))).Passes("edge", 0).Decides(1).Verdict(24.5));

    /// <summary>"No violation" is no proof: what is only ever observed never counts, so a gate of nothing else has nothing to go by.</summary>
    [Fact]
    public void A_gate_of_nothing_but_observed_controls_proves_nothing()
    {
        var story = new Story(Given.Document(Given.Control("edge").Observe(), Given.Control("data").Observe())).Passes("edge", 0).Fails("data", 0);
        Assert.Equal(Verdict.Undecided, story.Verdict(1));

        Assert.Equal(Verdict.Go, new Story(Given.Document(Given.Control("edge").Observe(), Given.Control("data"))).Passes("data", 0).Verdict(1));
        var later = Given.Control("edge") with { Modes = [new(Mode.Observe), new(Mode.Block, Given.Hour(5))] };
        Assert.Equal(Verdict.Go, new Story(Given.Document(later)).Passes("edge", 0).Verdict(6));
    }
}
