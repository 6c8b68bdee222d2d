namespace Muster.Readiness.Tests.Verdicts;

public class Line02Counts
{
    readonly Story _story = new(Given.Document(Given.Control("edge")));

    [Fact]
    public void A_run_of_the_same_question_environment_and_release_counts() => Assert.Equal(Verdict.Go, _story.Passes("edge", 0).Verdict(1));

    [Fact]
    public void A_run_of_another_question_does_not_count()
    {
        _story.Passes("edge", 0).Now(_story.Document.Edit("edge", control => control.Each(_ => Given.Part(target: "/elsewhere"))));

        Assert.Equal((State.Unproven, Why.OtherQuestion), _story.State("edge", 1));
        Assert.Equal(2, _story.Shown("edge", 1).Line);
    }

    [Fact]
    public void Editing_what_is_expected_judges_anew_what_was_seen()
    {
        _story.Passes("edge", 0).Now(_story.Document.Edit("edge", control => control.Expecting(("status", Given.Is(204)))));

        Assert.Equal(State.Failed, _story.State("edge", 1).Item1);
    }

    [Fact]
    public void Evidence_of_staging_never_satisfies_production()
    {
        _story.Passes("edge", 0, run => run with { Environment = "staging" });

        Assert.Equal((State.Unproven, Why.NeverRun), _story.State("edge", 1));
        Assert.Contains("another environment", _story.Shown("edge", 1).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_asked_elsewhere_is_not_called_a_changed_question() =>
        Assert.Equal((State.Unproven, Why.NeverRun), _story.Passes("edge", 0, environment: "staging").State("edge", 1));

    [Fact]
    public void Another_release_does_not_count()
    {
        _story.Passes("edge", 0).Releases("release two");

        Assert.Equal((State.Unproven, Why.OtherRelease), _story.State("edge", 1));
        Assert.Equal([new NotCounted("another release", 1)], _story.Decide(1).NotCounted);
    }

    [Fact]
    public void Changed_configuration_with_the_same_artifacts_is_another_release()
    {
        // The release's digest is over artifacts and shared configuration together, so it is the digest that must match, nothing beneath it.
        _story.Passes("edge", 0).Releases("release one, other configuration");

        Assert.Equal(Verdict.Undecided, _story.Verdict(1));
    }

    [Fact]
    public void Bound_to_the_environment_the_release_is_not_asked()
    {
        var story = new Story(Given.Document(Given.Control("drill").Each(part => part with { Binds = Binds.Environment }))).Passes("drill", 0).Releases("two");
        Assert.Equal(Verdict.Go, story.Verdict(1));

        Assert.Equal(Verdict.NoGo, story.Fails("drill", 0.5).Releases("three").Verdict(1));
        Assert.Equal(Verdict.Go, story.Passes("drill", 0.75).Releases("four").Verdict(1));
    }

    [Theory]
    [InlineData(Origin.Imported)]
    [InlineData(Origin.Attested)]
    [InlineData(Origin.DryRun)]
    [InlineData(Origin.Simulated)]
    public void An_origin_that_is_not_accepted_does_not_count(Origin origin)
    {
        _story.Passes("edge", 0, run => run with { Origin = origin });

        Assert.Equal((State.Unproven, Why.OriginNotAccepted), _story.State("edge", 1));
    }

    [Theory]
    [InlineData(Origin.Imported, Verdict.Go)]
    [InlineData(Origin.Attested, Verdict.Go)]
    [InlineData(Origin.DryRun, Verdict.Undecided)]
    [InlineData(Origin.Simulated, Verdict.Undecided)]
    public void A_dry_run_does_not_count_even_where_it_is_accepted(Origin origin, Verdict verdict)
    {
        var story = new Story(Given.Document(Given.Control("edge").Each(part => part with { Accepts = [origin] })));

        Assert.Equal(verdict, story.Passes("edge", 0, run => run with { Origin = origin }).Verdict(1));
    }

    [Theory]
    [InlineData(9, State.Unproven)]
    [InlineData(10, State.Met)]
    public void The_population_must_reach_the_checks_minimum(long population, State state)
    {
        var story = new Story(Given.Document(Given.Control("edge").Each(part => part with { LeastPopulation = 10 })));

        Assert.Equal(state, story.Passes("edge", 0, look: sight => sight with { Population = population }).State("edge", 1).Item1);
        Assert.Equal(state == State.Met ? 0 : 1, story.Decide(1).NotCounted.Length);
    }

    [Theory]
    [InlineData(2, State.Unproven)]
    [InlineData(3, State.Met)]
    public void A_check_may_only_raise_the_kinds_minimum(long population, State state)
    {
        var story = new Story(Given.Document(Given.Control("edge").Each(part => part with { LeastPopulation = 1, Steps = [part.Steps[0] with { LeastPopulation = 3 }] })));

        Assert.Equal(state, story.Passes("edge", 0, look: sight => sight with { Population = population }).State("edge", 1).Item1);
    }

    [Fact]
    public void A_fail_over_too_little_is_no_fail_but_nothing_is_proven_by_it()
    {
        _story.Passes("edge", 0).Fails("edge", 1, look: sight => sight with { Population = 0 });

        Assert.Equal((State.Unproven, Why.TooFew), _story.State("edge", 2));
    }

    [Fact]
    public void A_target_that_changed_while_it_was_looked_at_proves_nothing()
    {
        _story.Passes("edge", 0, look: sight => sight with { After = "10.0.0.2" });

        Assert.Equal((State.Unproven, Why.TargetChanged), _story.State("edge", 1));
        Assert.Equal("the target changed while it was looked at", Assert.Single(_story.Decide(1).NotCounted).Reason);
    }

    [Theory]
    [InlineData(5, State.Met)]
    [InlineData(5.001, State.Unproven)]
    public void A_clock_ahead_by_more_than_five_seconds_is_not_believed(double seconds, State state)
    {
        _story.Passes("edge", 1 + seconds / 3600, entered: 1);

        Assert.Equal(state, _story.State("edge", 2).Item1);
        if (state == State.Unproven) Assert.Equal(Why.ClockAhead, _story.State("edge", 2).Item2);
    }

    [Fact]
    public void A_clock_behind_only_makes_evidence_older()
    {
        _story.Passes("edge", 0, entered: 23);

        Assert.Equal(State.Met, _story.State("edge", 24).Item1);
        Assert.Equal((State.Unproven, Why.Stale), _story.State("edge", 24.1));
    }

    [Fact]
    public void An_undated_import_does_not_count()
    {
        _story.Passes("edge", 0, run => run with { Undated = true });

        Assert.Equal((State.Unproven, Why.Undated), _story.State("edge", 1));
        Assert.Equal([new NotCounted("undated", 1)], _story.Decide(1).NotCounted);
    }

    [Fact]
    public void What_is_about_the_release_counts_from_wherever_it_runs()
    {
        var story = new Story(Given.Document(Given.Control("coherent") with { AboutRelease = true })).Passes("coherent", 0, environment: "staging");

        Assert.Equal(Verdict.Go, story.Verdict(1));
        Assert.Equal("staging", story.Shown("coherent", 1).Parts[0].Environment);
        Assert.Equal(Verdict.NoGo, story.Fails("coherent", 0.5).Verdict(1));
    }

    [Fact]
    public void A_check_that_says_where_its_evidence_comes_from_takes_it_only_from_there()
    {
        var story = new Story(Given.Document(Given.Control("restored").Each(part => part with { In = "staging" }))).Passes("restored", 0, run => run with { Environment = "production" });
        Assert.Equal(Verdict.Undecided, story.Verdict(1));

        Assert.Equal(Verdict.Go, story.Passes("restored", 0).Verdict(1));
    }

    [Fact]
    public void A_gate_that_does_not_exist_has_no_verdict() => Assert.Contains("go-live", Assert.IsType<Judgement.None>(_story.Judge(0, "no-such")).Because, StringComparison.Ordinal);

    [Fact]
    public void A_time_before_the_newest_entry_has_no_verdict()
    {
        _story.Passes("edge", 1);

        Assert.IsType<Judgement.Given>(_story.Judge(1 - 5 / 3600d));
        Assert.IsType<Judgement.None>(_story.Judge(1 - 5.001 / 3600));
    }

    [Fact]
    public void Whatever_did_not_count_is_shown_with_how_often()
    {
        var story = new Story(Given.Document(Given.Control("a"), Given.Control("b").Each(part => part with { Accepts = [Origin.Live, Origin.Imported] })));
        story.Passes("a", 0, run => run with { Origin = Origin.DryRun }).Passes("a", 0, run => run with { Origin = Origin.DryRun }).Passes("b", 0, run => run with { Origin = Origin.Simulated });
        story.Passes("a", 1.1, entered: 1);
        story.SeesNothing("b", 0).SeesNothing("b", 0.5).Sees("b", 0, null, run => run with { Origin = Origin.Imported });

        Assert.Equal([new NotCounted("an origin that the control does not accept", 3), new("begun after its own entry", 1), new("nothing was seen", 3)], story.Decide(2).NotCounted);
    }

    [Fact]
    public void What_did_not_count_for_two_controls_is_added_up()
    {
        var story = new Story(Given.Document(Given.Control("a"), Given.Control("b"))).Passes("a", 0).Passes("b", 0).Passes("b", 0).Releases("two");

        Assert.Equal([new NotCounted("another release", 3)], story.Decide(1).NotCounted);
    }

    [Fact]
    public void Where_all_counts_nothing_is_listed() => Assert.Empty(_story.Passes("edge", 0).Decide(1).NotCounted);

    [Fact]
    public void A_control_that_is_looked_at_twice_is_counted_once()
    {
        var story = new Story(Given.Document(Given.Control("edge"), Given.States("s", "edge"))).Passes("edge", 0, run => run with { Undated = true });

        Assert.Equal([new NotCounted("undated", 1)], story.Decide(1).NotCounted);
    }

    [Fact]
    public void What_is_about_the_release_is_counted_once_in_each_environment()
    {
        var story = new Story(Given.Document(Given.Control("coherent") with { AboutRelease = true })).Passes("coherent", 0, run => run with { Undated = true });
        Assert.Equal([new NotCounted("undated", 1)], story.Decide(1).NotCounted);

        Assert.Equal([new NotCounted("undated", 2)], story.Passes("coherent", 0, run => run with { Undated = true }, environment: "staging").Decide(1).NotCounted);
    }

    [Fact]
    public void What_is_about_the_release_takes_a_check_that_names_its_place_only_from_there()
    {
        var about = Given.Control("coherent").Each(part => part with { In = "staging" }) with { AboutRelease = true };
        var story = new Story(Given.Document(about, Given.Control("elsewhere") with { Cells = [new Cell("", [Given.Part(target: "/coherent")])] })).Passes("elsewhere", 0);

        Assert.Equal(State.Unproven, story.State("coherent", 1).Item1);
    }

    [Fact]
    public void Only_runs_that_looked_at_too_little_are_counted_as_such()
    {
        var story = new Story(Given.Document(Given.Control("edge").Each(part => part with { LeastPopulation = 10 })));
        Story Over(long population) => story.Passes("edge", 0, look: sight => sight with { Population = population });
        Over(9);
        Over(10);
        Over(3).SeesNothing("edge", 0);

        Assert.Contains(new NotCounted("too little was looked at", 2), story.Decide(1).NotCounted);
    }

    [Fact]
    public void Too_little_is_what_the_document_says_before_what_the_kind_says_and_of_any_step()
    {
        var kinds = new KindCatalogue([new Kind { Name = "http", Says = "", Target = TargetShape.Url, Population = "responses", Example = "", LeastPopulation = 4 }]);
        NotCounted[] Lacking(Document document, params (string Step, long Population)[] seen)
        {
            var story = new Story(document).Passes("edge", 0, run => run with { Sights = [.. seen.Select(one => new Sight { Step = one.Step, Population = one.Population, Observation = Value.Of(("status", 200)) })] });
            return [.. Assert.IsType<Judgement.Given>(Judge.Decide(document, story.Release, story.Ledger(), "go-live", Given.Hour(1), kinds)).Decision.NotCounted];
        }

        Document Steps(params (string Name, long? Least)[] steps) => Given.Document(Given.Control("edge").Each(part => part with
        {
            Steps = [.. steps.Select(step => part.Steps[0] with { Name = step.Name, LeastPopulation = step.Least })],
        }));

        var few = new NotCounted("too little was looked at", 1);
        Assert.Equal([few], Lacking(Steps(("", null)), ("", 3)));
        Assert.Empty(Lacking(Steps(("", null)), ("", 4)));
        Assert.Empty(Lacking(Steps(("", 2)), ("", 3)));
        Assert.Equal([few], Lacking(Steps(("", 6)), ("", 5)));
        Assert.Equal([few], Lacking(Steps(("a", 1), ("b", 8)), ("a", 9), ("b", 7)));
    }

    [Fact]
    public void What_it_lacks_is_said_in_words()
    {
        string Because(Func<Story, Story> told) => told(new Story(Given.Document(Given.Control("edge")))).Shown("edge", 1).Because;

        Assert.Equal("never run", Because(story => story));
        Assert.Equal("seen for another release only", Because(story => story.Passes("edge", 0).Releases("two")));
        Assert.Equal("the evidence does not say when it was made", Because(story => story.Passes("edge", 0, run => run with { Undated = true })));
    }

    [Theory]
    [InlineData("few", Why.TooFew)]
    [InlineData("target", Why.TargetChanged)]
    [InlineData("release", Why.OtherRelease)]
    [InlineData("question", Why.OtherQuestion)]
    [InlineData("origin", Why.OriginNotAccepted)]
    [InlineData("undated", Why.Undated)]
    [InlineData("ahead", Why.ClockAhead)]
    public void It_is_line_2_that_decided_where_a_run_did_not_count(string what, Why why)
    {
        _ = what switch
        {
            "few" => _story.Passes("edge", 0, look: sight => sight with { Population = 0 }),
            "target" => _story.Passes("edge", 0, look: sight => sight with { After = "other" }),
            "release" => _story.Passes("edge", 0).Releases("two"),
            "question" => _story.Passes("edge", 0).Now(_story.Document.Edit("edge", control => control.Each(_ => Given.Part(target: "/elsewhere")))),
            "origin" => _story.Passes("edge", 0, run => run with { Origin = Origin.Imported }),
            "undated" => _story.Passes("edge", 0, run => run with { Undated = true }),
            _ => _story.Passes("edge", 0.9, entered: 0.5),
        };

        Assert.Equal((2, why), (_story.Shown("edge", 1).Line, _story.State("edge", 1).Item2));
    }

    [Fact]
    public void A_gate_of_many_controls_looks_at_each()
    {
        var story = new Story(Given.Document([.. Enumerable.Range(0, 150).Select(i => Given.Control("c" + i))]));
        for (var i = 0; i < 150; i++) story.Passes("c" + i, 0);

        Assert.Equal(Verdict.Go, story.Verdict(1));
    }

    [Fact]
    public void Why_there_is_no_verdict_is_said()
    {
        Assert.Contains("there is no gate no-such", Assert.IsType<Judgement.None>(_story.Judge(0, "no-such")).Because, StringComparison.Ordinal);
        Assert.Contains("is later than the time asked about", Assert.IsType<Judgement.None>(_story.Passes("edge", 1).Judge(0)).Because, StringComparison.Ordinal);
    }
}
