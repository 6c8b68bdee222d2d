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

    [Fact]
    public void A_control_shows_the_criterion_that_it_stands_in()
    {
        Assert.Equal(["Edge", "Rest"], _story.Decide(1).Controls.Select(control => control.Criterion));
        Assert.Null(new Story(Given.Document(Given.Control("edge"))).Shown("edge", 1).Criterion);
    }

    [Fact]
    public void A_criterion_is_undecided_while_a_blocking_control_is_not_proven_and_leaves_out_what_is_out_of_the_set()
    {
        var document = Given.Document(Given.Control("a"), Given.Control("b"), Given.Control("c").Observe(), Given.Control("d") with { NotApplicable = new("no", "architect", Given.Hour(9)) })
            .Gate(gate => gate with { Criteria = [new("All", ["a", "b", "d"]), new("Look", ["c"]), new("Out", ["d"])] });
        var story = new Story(document).Passes("a", 0).Fails("c", 0);

        Assert.Equal([new CriterionShown("All", 1, 2, Verdict.Undecided), new("Look", 0, 1, Verdict.Go), new("Out", 0, 0, Verdict.Undecided)], story.Decide(1).Criteria);
    }

    [Fact]
    public void A_verdict_carries_what_it_was_decided_over()
    {
        var document = _story.Document with { Title = "Shop launch" };
        var decision = _story.Now(document).Decide(1);

        Assert.Equal(("shop", "Shop launch", "go-live", "production", 2L, false), (decision.System, decision.Title, decision.Gate, decision.Environment, decision.Over, decision.Standing));
        Assert.Equal((1, 1), (decision.BlockingMet, decision.Blocking));
    }

    [Fact]
    public void A_control_is_shown_as_the_document_says_it()
    {
        var control = Given.Control("edge") with { Title = "The edge", Section = "Edge", Owner = "eve", Severity = "high", Impact = "outage", Estimate = new(TimeSpan.FromHours(1), TimeSpan.FromHours(2)) };
        var shown = new Story(Given.Document(control.Each(part => part with { Steps = [part.Steps[0] with { Loosens = ["status between 200 and 299"] }] }))).Passes("edge", 0).Shown("edge", 1);

        Assert.Equal(("The edge", "Edge", "eve", "high", "outage", control.Estimate), (shown.Title, shown.Section, shown.Owner, shown.Severity, shown.Impact, shown.Estimate));
        Assert.Equal((false, false, (string?)null, 3), (shown.Waived, shown.Stale, shown.Fix, shown.Line));
        var part = shown.Parts[0];
        Assert.Equal(("edge", "http", "production", Origin.Live), (part.Name, part.Kind, part.Environment, part.Origin));
        Assert.Equal((Given.Hour(0), Given.Hour(24)), (part.SeenAt, part.FreshUntil));
        Assert.Equal(["status between 200 and 299"], part.Loosens);
        Assert.Equal("all that is expected was seen", part.Because);
    }

    [Fact]
    public void What_is_not_met_says_how_to_mend_it_and_the_documents_own_words_go_first()
    {
        string? Fix(Func<Story, Story> told, Control? control = null) => told(new Story(Given.Document(control ?? Given.Control("edge")))).Shown("edge", 1).Fix;

        Assert.Equal("see the runbook", Fix(story => story.Fails("edge", 0), Given.Control("edge") with { Fix = "see the runbook" }));
        Assert.Null(Fix(story => story.Passes("edge", 0), Given.Control("edge") with { Fix = "see the runbook" }));
        string?[] all =
        [
            Fix(story => story), Fix(story => story, Given.Prose("edge")), Fix(story => story.Fails("edge", 0)), Fix(story => story.SeesNothing("edge", 0)),
            Fix(story => story.Passes("edge", 0), Given.Control("edge") with { Unreviewed = true }), Fix(story => story.Sees("edge", 0, Value.Of(("other", 1)))),
            Fix(story => story.Sees("edge", 0, Value.Of(("status", "x"))), Given.Control("edge", Given.Part(expects: new Matcher.Is(new(Reference: "gone.x"), Shape.Any)))),
            Fix(story => story.Passes("edge", 0, run => run with { Origin = Origin.Imported })),
        ];
        Assert.Equal("Ask it: muster check edge", all[0]);
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[5], Fix(story => story.Passes("edge", 0), Given.Control("edge").Expecting()));
    }
}
