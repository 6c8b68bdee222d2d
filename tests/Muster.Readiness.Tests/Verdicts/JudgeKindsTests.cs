namespace Muster.Readiness.Tests.Verdicts;

/// <summary>The two kinds that no probe looks at.</summary>
public class JudgeKindsTests
{
    readonly Story _story = new(Given.Document(Given.Control("a") with { Section = "Data", Tags = ["t"] }, Given.Control("b.x"), Given.States("s", "a", "b.*")));

    [Fact]
    public void States_is_met_when_all_that_it_selects_are() => Assert.Equal((State.Met, null), _story.Passes("a", 0).Passes("b.x", 0).State("s", 1));

    [Fact]
    public void States_is_failed_when_one_is() => Assert.Equal("failed: b.x", _story.Passes("a", 0).Fails("b.x", 0).Shown("s", 1).Because);

    [Fact]
    public void States_is_unproven_while_one_is_and_none_failed()
    {
        Assert.Equal((State.Unproven, Why.NotSeen), _story.Passes("a", 0).State("s", 1));
        Assert.Equal("not proven: b.x", _story.Shown("s", 1).Because);
    }

    [Fact]
    public void A_waived_control_is_still_failed_when_looked_at_from_elsewhere() =>
        Assert.Equal(State.Failed, _story.Passes("a", 0).Fails("b.x", 0).Waives("b.x", 0.5, 48).State("s", 1).Item1);

    [Theory]
    [InlineData("section:Data", true)]
    [InlineData("section:Other", false)]
    [InlineData("tag:t", true)]
    [InlineData("tag:u", false)]
    [InlineData("all", true)]
    [InlineData("a.*", false)]
    public void Selectors_are_those_of_gates_and_nothing_selected_proves_nothing(string selector, bool met)
    {
        var story = new Story(Given.Document(Given.Control("a") with { Section = "Data", Tags = ["t"] }, Given.States("s", selector))).Passes("a", 0);

        Assert.Equal(met ? (State.Met, null) : (State.Unproven, Why.TooFew), story.State("s", 1));
    }

    [Fact]
    public void A_circle_of_states_is_unproven()
    {
        var story = new Story(Given.Document(Given.States("s", "t"), Given.States("t", "s")));

        Assert.Equal(State.Unproven, story.State("s", 1).Item1);
        Assert.Equal(State.Unproven, story.State("t", 1).Item1);
    }

    [Fact]
    public void A_chain_of_states_is_bounded()
    {
        var chain = Enumerable.Range(0, 5000).Select(i => Given.States("s" + i, "s" + (i + 1))).Append(Given.Control("s5000")).ToArray();
        var story = new Story(Given.Document(chain).Gate(gate => gate with { Controls = ["s0", "s4999"] })).Passes("s5000", 0);

        Assert.Equal((State.Unproven, Why.NotSeen), story.State("s0", 1));
        Assert.Equal(State.Met, story.State("s4999", 1).Item1);
    }

    [Fact]
    public void What_is_properly_out_of_the_set_is_not_looked_at()
    {
        var story = new Story(Given.Document(Given.Control("a"), Given.Control("b") with { NotApplicable = new("no", "architect", Given.Hour(5)) }, Given.States("s", "all"))).Passes("a", 0);

        Assert.Equal(State.Met, story.State("s", 1).Item1);
        Assert.Equal(State.Unproven, story.State("s", 6).Item1);
    }

    static readonly Document Rota = Given.Document(Given.Attestation("rota", "The rota is staffed", "devops-lead"));

    static Story Attested(string signer = "key-jon", Func<Fact.Attested, Fact.Attested>? edit = null, double hour = 0)
    {
        var story = new Story(Rota);
        var fact = new Fact.Attested(Asks.Of(Rota, Rota.Controls[0], "production")[0].Question.Digest, "rota", "production", story.Release, "The rota is staffed", "devops-lead", Given.Hour(hour));
        return story.Enters(edit is null ? fact : edit(fact), 0, signer);
    }

    [Fact]
    public void An_attestation_by_a_person_in_the_role_counts_while_fresh()
    {
        Assert.Equal((State.Unproven, Why.NeverRun), new Story(Rota).State("rota", 1));
        Assert.Equal("attested by jon as devops-lead", Attested().Shown("rota", 24).Because);
        Assert.Equal((State.Unproven, Why.Stale), Attested().State("rota", 24.01));
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("wrong person")]
    [InlineData("role")]
    [InlineData("statement")]
    [InlineData("release")]
    [InlineData("clock")]
    public void An_attestation_that_anything_speaks_against_does_not_count(string what)
    {
        var story = what switch
        {
            "stranger" => Attested("key-stranger"),
            "wrong person" => Attested("key-mia"),
            "role" => Attested(edit: fact => fact with { Role = "architect" }),
            "statement" => Attested(edit: fact => fact with { Statement = "The rota is empty" }),
            "release" => Attested(edit: fact => fact with { Release = default }),
            _ => Attested(hour: 0.01),
        };

        Assert.Equal((State.Unproven, Why.OriginNotAccepted), story.State("rota", 1));
        Assert.Equal(1, Assert.Single(story.Decide(1).NotCounted).Count);
    }

    [Fact]
    public void Of_another_environment_or_question_it_is_none()
    {
        Assert.Equal((State.Unproven, Why.NeverRun), Attested(edit: fact => fact with { Environment = "staging" }).State("rota", 1));
        Assert.Equal((State.Unproven, Why.NeverRun), Attested(edit: fact => fact with { Question = default }).State("rota", 1));
    }

    [Fact]
    public void Its_author_takes_it_back() => Assert.Equal(State.Unproven, Attested().Withdraws("jon", 0.5).State("rota", 1).Item1);

    [Fact]
    public void The_newest_word_is_shown()
    {
        var story = Attested();
        var first = (Fact.Attested)story.Last.Fact;

        Assert.Equal(Given.Hour(3), story.Enters(first with { At = Given.Hour(3) }, 3, "key-jon").Shown("rota", 4).Parts[0].SeenAt);
        Assert.Equal(Given.Hour(3), story.Enters(first with { At = Given.Hour(2) }, 4, "key-jon").Shown("rota", 4).Parts[0].SeenAt);
    }

    [Fact]
    public void An_attestation_that_counts_stands_beside_one_that_does_not()
    {
        var story = Attested();
        story.Enters(story.Last.Fact, 0.5, "key-mia");

        Assert.Equal(State.Met, story.State("rota", 1).Item1);
        Assert.Equal([new NotCounted("an attestation that its role, release, time or author does not bear out", 1)], story.Decide(1).NotCounted);
    }

    [Fact]
    public void It_is_shown_with_its_entry_its_time_and_until_when_it_is_fresh()
    {
        var story = Attested();
        var (shown, part) = (story.Shown("rota", 1), story.Shown("rota", 1).Parts[0]);

        Assert.Equal((story.Last.Id, "production", Origin.Attested), (part.Evidence, part.Environment, part.Origin));
        Assert.Equal((Given.Hour(0), Given.Hour(24)), (part.SeenAt, part.FreshUntil));
        Assert.Equal([new Compared("signed", "true", "true", true)], part.Compared);
        Assert.NotEqual(default, shown.Targets);
        Assert.Empty(story.Decide(1).NotCounted);
    }

    [Fact]
    public void Signed_by_a_clock_five_seconds_ahead_it_counts() => Assert.Equal(State.Met, Attested(hour: 5 / 3600d).State("rota", 1).Item1);

    [Fact]
    public void Signed_by_a_clock_further_ahead_it_does_not() => Assert.Equal(State.Unproven, Attested(hour: 5.001 / 3600).State("rota", 1).Item1);

    [Fact]
    public void What_it_is_expected_to_say_may_fail()
    {
        var document = Given.Document(Given.Attestation("rota", "The rota is staffed", "devops-lead").Expecting(("by", Given.Is("mia"))));
        var story = Attested().Now(document);

        Assert.Equal((State.Failed, null), story.State("rota", 1));
        Assert.Equal("by: expected mia, saw jon", story.Shown("rota", 1).Because);
    }

    [Fact]
    public void Bound_to_the_environment_it_outlives_the_release()
    {
        var bound = Given.Document(Rota.Controls[0].Each(part => part with { Binds = Binds.Environment }));

        Assert.Equal(State.Unproven, Attested().Releases("two").State("rota", 1).Item1);
        Assert.Equal(State.Met, Attested().Now(bound).Releases("two").State("rota", 1).Item1);
    }

    [Fact]
    public void Where_two_must_say_so_one_who_says_it_twice_is_one()
    {
        var two = Given.Document(Rota.Controls[0].Each(part => part with { LeastPopulation = 2 }));
        two = two with { People = two.People.Add(Given.Person("zoe", "devops-lead")) };
        var story = Attested().Now(two);
        story.Enters(story.Last.Fact, 0.5, "key-jon");
        Assert.Equal((State.Unproven, Why.TooFew), story.State("rota", 1));

        Assert.Equal(State.Met, story.Enters(story.Last.Fact, 0.5, "key-zoe").State("rota", 1).Item1);
    }

    [Fact]
    public void Where_two_must_say_so_one_person_with_two_keys_is_one()
    {
        var two = Given.Document(Rota.Controls[0].Each(part => part with { LeastPopulation = 2 }));
        two = two with { People = [.. two.People.Select(one => one.Name == "jon" ? one with { KeyId = "key-jon-new", Former = [new("key-jon", Given.Hour(1))] } : one)] };
        var story = Attested().Now(two);
        story.Enters(story.Last.Fact, 2, "key-jon-new");

        Assert.Equal((State.Unproven, Why.TooFew), story.State("rota", 3));
    }

    [Fact]
    public void Where_two_must_say_so_a_stale_word_does_not_stand_beside_a_fresh_one()
    {
        var two = Given.Document(Rota.Controls[0].Each(part => part with { LeastPopulation = 2 }));
        two = two with { People = two.People.Add(Given.Person("zoe", "devops-lead")) };
        var story = Attested().Now(two);
        story.Enters((Fact.Attested)story.Last.Fact with { At = Given.Hour(23) }, 23, "key-zoe");

        Assert.Equal(State.Met, story.State("rota", 24).Item1);
        Assert.Equal((State.Unproven, Why.TooFew), story.State("rota", 24.5));
        Assert.Equal(State.Unproven, story.State("rota", 48).Item1);
    }

    [Fact]
    public void States_shows_what_it_saw_and_how_old_the_oldest_of_it_is()
    {
        var part = _story.Passes("a", 0).Passes("b.x", 0.5).Shown("s", 1).Parts[0];

        Assert.Equal("all that is expected was seen", part.Because);
        Assert.Equal([new Compared("all_met", "true", "true", true)], part.Compared);
        Assert.Equal((Given.Hour(0), "production", null), (part.SeenAt, part.Environment, part.Why));
    }

    [Fact]
    public void States_lists_the_met_the_failed_and_the_rest_by_id()
    {
        Control Lists(string id, string[] of, params (string Field, Matcher Matcher)[] fields) => Given.States(id, of).Expecting(fields);
        Matcher Exactly(params string[] ids) => Given.Is(Value.Texts(ids));
        var document = Given.Document(Given.Control("d"), Given.Control("c"), Given.Control("b"), Given.Control("a"), Given.Prose("p"),
            Lists("s", ["a", "b", "c", "d", "p"], ("met", Exactly("c", "d")), ("failed", Exactly("a", "b")), ("unproven", Exactly("p"))),
            Lists("none failed", ["b", "a", "c"], ("failed", new Matcher.Count(Given.Is(0)))),
            Lists("none met", ["c", "p"], ("met", new Matcher.Count(Given.Is(0)))),
            Lists("mine", ["mine", "d"], ("met", new Matcher.Contains(Operand.Of("mine")))));
        var story = new Story(document).Passes("d", 0).Passes("c", 0).Fails("b", 0).Fails("a", 0);

        Assert.Equal((State.Met, null), story.State("s", 1));
        Assert.Equal("failed: a, b", story.Shown("none failed", 1).Because);
        Assert.Equal("met: expected count 0, saw [\"c\"]", story.Shown("none met", 1).Because);
        Assert.Equal(State.Failed, story.State("mine", 1).Item1); // it never looks at itself
    }

    [Fact]
    public void All_met_is_known_to_be_false_once_one_failed_beside_what_is_unproven() =>
        Assert.Equal((State.Failed, null), _story.Fails("a", 0).State("s", 1));

    [Fact]
    public void Whoever_made_the_evidence_beneath_a_states_check_does_not_sign_it_off()
    {
        var document = Given.Document(Given.Control("a"), Given.States("s", "a")).Gate(gate => gate with { Controls = ["s"], Sign = [new("architect", 1)] });
        var story = new Story(document).Passes("a", 0, signer: "key-mia").Signs("mia", "architect", 0.5);

        Assert.Equal("mia made evidence of s", Assert.Single(story.Decide(1).SignOffs).WhyNot);
    }

    [Fact]
    public void Another_target_beneath_a_states_check_voids_a_sign_off()
    {
        var document = Given.Document(Given.Control("a"), Given.States("s", "a")).Gate(gate => gate with { Controls = ["s"], Sign = [new("architect", 1)] });
        var story = new Story(document).Passes("a", 0).Signs("mia", "architect", 0.5);
        Assert.Equal(Verdict.Go, story.Verdict(1));

        Assert.Equal("s looks at another target", Assert.Single(story.Passes("a", 0.7, look: sight => sight with { Before = "10.9.9.9", After = "10.9.9.9" }).Decide(1).SignOffs).WhyNot);
    }

    [Fact]
    public void A_chain_of_a_hundred_is_followed_and_one_more_is_not()
    {
        Story Chain(int length)
        {
            var chain = Enumerable.Range(0, length - 1).Select(i => Given.States("s" + i, "s" + (i + 1))).Append(Given.Control("s" + (length - 1))).ToArray();
            return new Story(Given.Document(chain).Gate(gate => gate with { Controls = ["s0"] })).Passes("s" + (length - 1), 0);
        }

        Assert.Equal(State.Met, Chain(100).State("s0", 1).Item1);
        Assert.Equal((State.Unproven, Why.NotSeen), Chain(101).State("s0", 1));
    }

    [Fact]
    public void A_circle_of_triggers_excuses_nothing_and_ends()
    {
        Control Waiting(string id, string on) => Given.Prose(id) with { Deferred = new("later", "architect", Given.Hour(99), Given.States("x", on).Cells[0].Parts[0]) };
        var story = new Story(Given.Document(Waiting("a", "b"), Waiting("b", "a")));

        Assert.All(story.Decide(1).Controls, control => Assert.Null(control.Out));
    }

    [Fact]
    public void A_long_chain_of_triggers_is_bounded()
    {
        var chain = Enumerable.Range(0, 5000).Select(i => Given.Prose("a" + i) with { Deferred = new("later", "architect", Given.Hour(99), Given.States("x", "a" + (i + 1)).Cells[0].Parts[0]) }).ToArray();

        Assert.Null(new Story(Given.Document(chain).Gate(gate => gate with { Controls = ["a0"] })).Shown("a0", 1).Out);
    }

    [Fact]
    public void Only_an_attestation_of_exactly_that_statement_and_role_counts_where_the_check_names_both()
    {
        var unsaid = Given.Document(Rota.Controls[0].Each(part => part with { Steps = [part.Steps[0] with { Parameters = Value.Of(("target", "The rota is staffed")) }] }));
        var question = Asks.Of(unsaid, unsaid.Controls[0], "production")[0].Question.Digest;

        Assert.Equal(State.Unproven, Attested(edit: fact => fact with { Question = question }).Now(unsaid).State("rota", 1).Item1);
    }

    [Fact]
    public void Why_nothing_is_proven_is_said()
    {
        Assert.Equal("nobody has attested it", new Story(Rota).Shown("rota", 1).Because);
        Assert.Equal("attested, but not so that it counts", Attested("key-mia").Shown("rota", 1).Because);
        Assert.Equal("0 controls, at least 1 needed", new Story(Given.Document(Given.Control("a"), Given.States("s", "gone"))).Passes("a", 0).Shown("s", 1).Because);
    }

    [Fact]
    public void States_over_too_few_controls_is_unproven()
    {
        var story = new Story(Given.Document(Given.Control("a"), Given.Control("b.x"), Given.States("s", "a", "b.*").Each(part => part with { LeastPopulation = 3 }))).Passes("a", 0).Passes("b.x", 0);
        Assert.Equal((State.Unproven, Why.TooFew), story.State("s", 1));

        Assert.Equal(State.Met, story.Now(story.Document.Edit("s", control => control.Each(part => part with { LeastPopulation = 2 }))).State("s", 1).Item1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void How_old_the_oldest_is_counts_what_failed_and_what_is_not_proven_too(bool failed)
    {
        _story.Passes("a", 1);
        _ = failed ? _story.Fails("b.x", 0.5) : _story.SeesNothing("b.x", 0.5);

        Assert.Equal(Given.Hour(0.5), _story.Shown("s", 2).Parts[0].SeenAt);
    }

    [Fact]
    public void What_names_no_controls_selects_none()
    {
        var document = Given.Document(Given.Control("a"), Given.States("s", "a").Each(part => part with { Steps = [part.Steps[0] with { Parameters = Value.Of(("target", 5)) }] }));

        Assert.Equal((State.Unproven, Why.TooFew), new Story(document).Passes("a", 0).State("s", 1));
    }

    [Fact]
    public void A_single_selector_may_stand_without_a_list()
    {
        var document = Given.Document(Given.Control("a"), Given.States("s").Each(part => part with { Steps = [part.Steps[0] with { Parameters = Value.Of(("target", "a")) }] }));

        Assert.Equal(State.Met, new Story(document).Passes("a", 0).State("s", 1).Item1);
    }

    [Fact]
    public void All_that_is_unproven_is_listed_by_id()
    {
        var story = new Story(Given.Document(Given.Control("b"), Given.Control("a"), Given.States("s", "a", "b")));

        Assert.Equal("not proven: a, b", story.Shown("s", 1).Because);
    }
}
