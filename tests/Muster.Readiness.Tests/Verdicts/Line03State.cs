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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_a_tie_of_equals_the_entry_with_the_greater_digest_is_shown_whatever_came_first(bool twoOrigins)
    {
        var story = new Story(Given.Document(Given.Control("edge").Each(part => part with { Accepts = [Origin.Live, Origin.Imported] })));
        Run Second(Run run) => twoOrigins ? run with { Origin = Origin.Imported } : run;

        foreach (var see in new Func<Func<Run, Run>, Story>[] { edit => story.Passes("edge", 1, edit), edit => story.Sees("edge", 2, null, edit), edit => story.Fails("edge", 3, edit) })
        {
            var entries = new[] { see(run => run).Last.Id, see(Second).Last.Id, see(run => run).Last.Id };
            Assert.Equal(entries.MaxBy(id => id.Hex, StringComparer.Ordinal), story.Shown("edge", 4).Parts[0].Evidence);
        }
    }

    [Fact]
    public void Runs_of_two_origins_are_taken_together_by_their_start()
    {
        var story = new Story(Given.Document(Given.Control("edge").Each(part => part with { Accepts = [Origin.Live, Origin.Imported] })));
        Run Imported(Run run) => run with { Origin = Origin.Imported };
        story.Fails("edge", 0).Passes("edge", 1, Imported).Fails("edge", 2, Imported);
        Assert.Equal(State.Failed, story.State("edge", 9).Item1);
        Assert.Equal(State.Met, story.Passes("edge", 3).State("edge", 9).Item1);
        Assert.Equal((State.Failed, Origin.Imported), (story.Fails("edge", 4, Imported).State("edge", 9).Item1, story.Shown("edge", 9).Parts[0].Origin));
        Assert.Equal(State.Met, story.Passes("edge", 5).State("edge", 9).Item1);
    }

    [Fact]
    public void A_stale_pass_says_since_when()
    {
        var shown = _story.Passes("edge", 0).Shown("edge", 25);

        Assert.Equal("stale: seen 2026-03-02T08:00:00.000Z, fresh until 2026-03-03T08:00:00.000Z", shown.Because);
        Assert.True(shown.Stale);
    }

    [Fact]
    public void Of_two_cells_as_bad_as_each_other_the_first_is_named()
    {
        var control = new Control { Id = "outage", Cells = [new("[dep=db]", [Given.Part(target: "/db")]), new("[dep=bus]", [Given.Part(target: "/bus")])] };
        var story = new Story(Given.Document(control)).Fails("outage[dep=db]", 0).Fails("outage[dep=bus]", 0);

        Assert.Equal("[dep=db]: status: expected 200, saw 500", story.Shown("outage", 1).Because);
        Assert.Equal("[dep=db]:status", story.Shown("outage", 1).Parts[0].Compared[0].Name);
    }

    static Step Step(string name, string field = "ok") => new() { Name = name, Kind = "http", Parameters = Value.Of(("target", "/x")), Expect = new([new(field, Given.Is(true))]) };

    static Story Steps(params Sight[] sights) =>
        new Story(Given.Document(Given.Control("c", new Part { Steps = [Step("write"), Step("read"), Step("clean")] }))).Sees("c", 0, Value.Fields.Empty, run => run with { Sights = [.. sights] });

    static Sight Saw(string step, bool ok) => new() { Step = step, Observation = Value.Of(("ok", ok)), Population = 1 };

    [Fact]
    public void Of_several_steps_the_first_that_failed_is_named()
    {
        var shown = Steps(Saw("write", true), Saw("read", false), Saw("clean", false)).Shown("c", 1);

        Assert.Equal("read.ok: expected true, saw false", shown.Because);
        Assert.Equal(["write.ok", "read.ok", "clean.ok"], shown.Parts[0].Compared.Select(compared => compared.Name));
    }

    [Fact]
    public void Of_several_steps_that_were_not_seen_the_first_is_named_and_a_fail_goes_before_them()
    {
        Assert.Equal("read: an earlier step was not seen", Steps(Saw("write", true)).Shown("c", 1).Because);
        Assert.Equal("write: no connection, or it broke", Steps(new Sight { Step = "write", Blind = Blind.Unreachable }, Saw("read", true)).Shown("c", 1).Because);
        Assert.Equal((State.Failed, null), Steps(Saw("write", false)).State("c", 1));
    }

    [Fact]
    public void What_was_only_seen_in_part_has_no_known_target()
    {
        Assert.NotEqual(default, Steps(Saw("write", true), Saw("read", true), Saw("clean", true)).Shown("c", 1).Targets);
        Assert.Equal(default, Steps(Saw("write", true), new Sight { Step = "read", Blind = Blind.Deadline }).Shown("c", 1).Targets);
        Assert.Equal(default, _story.SeesNothing("edge", 0).Shown("edge", 1).Targets);
    }
}
