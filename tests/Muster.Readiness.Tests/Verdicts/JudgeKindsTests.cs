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

        Assert.Equal(State.Unproven, story.State("s0", 1).Item1);
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
}
