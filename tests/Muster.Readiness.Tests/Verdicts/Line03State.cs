namespace Muster.Readiness.Tests.Verdicts;

public class Line03State
{
    readonly Story _story = new(Given.Document(Given.Control("edge")));

    [Fact]
    public void Met_when_the_newest_run_is_a_fresh_pass() => Assert.Equal((State.Met, null), _story.Fails("edge", 0).Passes("edge", 1).State("edge", 2));

    [Fact]
    public void Failed_when_the_newest_run_is_a_fail() => Assert.Equal((State.Failed, null), _story.Passes("edge", 0).Fails("edge", 1).State("edge", 2));

    [Fact]
    public void A_fail_and_then_an_error_stays_failed() => Assert.Equal(State.Failed, _story.Fails("edge", 0).SeesNothing("edge", 1).State("edge", 2).Item1);

    [Fact]
    public void A_fail_long_ago_stays_failed() => Assert.Equal(State.Failed, _story.Fails("edge", 0).State("edge", 24 * 400).Item1);

    [Fact]
    public void An_older_pass_that_arrives_later_clears_nothing() =>
        Assert.Equal(State.Failed, _story.Fails("edge", 2).Passes("edge", 1, entered: 3).State("edge", 4).Item1);

    [Fact]
    public void An_older_fail_that_arrives_later_takes_nothing_from_a_later_pass() =>
        Assert.Equal(State.Met, _story.Passes("edge", 2).Fails("edge", 1, entered: 3).State("edge", 4).Item1);

    [Fact]
    public void A_pass_and_then_an_error_is_unproven() => Assert.Equal((State.Unproven, Why.Blind), _story.Passes("edge", 0).SeesNothing("edge", 1).State("edge", 2));

    [Fact]
    public void An_error_and_then_a_pass_is_met() => Assert.Equal((State.Met, null), _story.SeesNothing("edge", 0).Passes("edge", 1).State("edge", 2));

    [Fact]
    public void A_pass_between_a_fail_and_an_error_clears_the_fail_but_proves_nothing() =>
        Assert.Equal((State.Unproven, Why.Blind), _story.Fails("edge", 0).Passes("edge", 1).SeesNothing("edge", 2).State("edge", 3));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_a_tie_the_fail_is_later_than_the_pass(bool passFirst)
    {
        _ = passFirst ? _story.Passes("edge", 1).Fails("edge", 1) : _story.Fails("edge", 1).Passes("edge", 1);

        Assert.Equal(State.Failed, _story.State("edge", 2).Item1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_a_tie_the_error_is_later_than_the_pass(bool passFirst)
    {
        _ = passFirst ? _story.Fails("edge", 0).Passes("edge", 1).SeesNothing("edge", 1) : _story.Fails("edge", 0).SeesNothing("edge", 1).Passes("edge", 1);

        Assert.Equal((State.Unproven, Why.Blind), _story.State("edge", 2));
    }

    [Fact]
    public void A_pass_is_fresh_to_the_millisecond()
    {
        _story.Passes("edge", 0);

        Assert.Equal((State.Met, null), _story.State("edge", 24));
        Assert.Equal((State.Unproven, Why.Stale), _story.State("edge", 24 + 1 / 3600_000d));
        Assert.True(_story.Shown("edge", 25).Stale);
    }

    [Fact]
    public void Never_run_is_unproven() => Assert.Equal((State.Unproven, Why.NeverRun), _story.State("edge", 0));

    [Fact]
    public void Prose_is_unmeasured() => Assert.Equal((State.Unmeasured, null), new Story(Given.Document(Given.Prose("mesh"))).State("mesh", 0));

    [Fact]
    public void A_proposal_that_nobody_reviewed_stays_unproven_whatever_it_saw() =>
        Assert.Equal((State.Unproven, Why.Unreviewed), new Story(Given.Document(Given.Control("edge") with { Unreviewed = true })).Passes("edge", 0).State("edge", 1));

    [Fact]
    public void Under_all_a_control_is_its_worst_check()
    {
        var story = new Story(Given.Document(Given.Control("edge", Given.Part("a", "/a"), Given.Part("b", "/b"), Given.Part("c", "/c"))));

        Assert.Equal(State.Unproven, story.Passes("edge/a", 0).State("edge", 1).Item1);
        Assert.Equal(State.Failed, story.Fails("edge/b", 0).State("edge", 1).Item1);
        Assert.Equal(State.Met, story.Passes("edge/b", 0.5).Passes("edge/c", 0.5).State("edge", 1).Item1);
    }

    [Fact]
    public void Under_any_a_control_is_its_best_check_and_names_it()
    {
        var story = new Story(Given.Document(Given.Control("edge", Given.Part("a", "/a"), Given.Part("b", "/b")) with { Combine = Combine.Any }));

        Assert.Equal(State.Unproven, story.Fails("edge/a", 0).State("edge", 1).Item1);
        Assert.Equal(State.Failed, story.Fails("edge/b", 0).State("edge", 1).Item1);
        Assert.Equal(State.Met, story.Passes("edge/b", 0.5).State("edge", 1).Item1);
        Assert.StartsWith("b: ", story.Shown("edge", 1).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_is_its_worst_cell()
    {
        var control = new Control { Id = "outage", Cells = [new("[dep=db]", [Given.Part(target: "/db")]), new("[dep=bus]", [Given.Part(target: "/bus")])] };
        var story = new Story(Given.Document(control)).Passes("outage[dep=db]", 0);

        Assert.Equal(State.Unproven, story.State("outage", 1).Item1);
        Assert.Equal(State.Met, story.Passes("outage[dep=bus]", 0).State("outage", 1).Item1);
        Assert.Equal(State.Failed, story.Fails("outage[dep=db]", 0.5).State("outage", 1).Item1);
    }

    [Fact]
    public void A_failed_control_says_what_was_expected_and_what_was_seen()
    {
        var shown = _story.Fails("edge", 0).Shown("edge", 1);

        Assert.Equal("status: expected 200, saw 500", shown.Because);
        Assert.Equal([new Compared("status", "200", "500", false)], shown.Parts[0].Compared);
        Assert.Equal(_story.Last.Id, shown.Parts[0].Evidence);
        Assert.Equal(3, shown.Line);
    }
}
