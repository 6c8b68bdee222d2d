namespace Muster.Readiness.Tests.Verdicts;

/// <summary>What counts of rehearsals: one that failed stands until a later one passes.</summary>
public class DrillingTests
{
    static Story Drilled() => new(Given.Document(Given.Drill("failover")));

    static (State, Why?) Of(Story story, double hour = 20) => story.State("failover", hour);

    [Fact]
    public void A_drill_that_somebody_else_witnessed_is_met() => Assert.Equal((State.Met, null), Of(Drilled().Drills("eve", "failover", 2, witness: "mia")));

    [Fact]
    public void A_newer_drill_that_nobody_witnessed_does_not_clear_one_that_failed() =>
        Assert.Equal(State.Failed, Of(Drilled().Drills("eve", "failover", 2, "failed", "mia").Drills("eve", "failover", 4)).Item1);

    [Fact]
    public void A_newer_drill_that_nobody_witnessed_leaves_an_older_pass_unproven() =>
        Assert.Equal(State.Unproven, Of(Drilled().Drills("eve", "failover", 2, witness: "mia").Drills("eve", "failover", 4)).Item1);

    [Fact]
    public void A_later_pass_clears_a_failure_and_an_earlier_one_does_not()
    {
        Assert.Equal((State.Met, null), Of(Drilled().Drills("eve", "failover", 2, "failed").Drills("eve", "failover", 4, witness: "mia")));
        Assert.Equal(State.Failed, Of(Drilled().Drills("eve", "failover", 2, witness: "mia").Drills("eve", "failover", 4, "failed")).Item1);
    }

    [Fact]
    public void Of_two_that_began_at_once_the_failure_decides() =>
        Assert.Equal(State.Failed, Of(Drilled().Drills("eve", "failover", 4, "failed").Drills("eve", "failover", 4, witness: "mia")).Item1);

    /// <summary>Whoever takes back his failure would have his older pass again.</summary>
    [Fact]
    public void A_failure_that_is_taken_back_counts_still_and_a_pass_that_is_does_not()
    {
        Assert.Equal(State.Failed, Of(Drilled().Drills("eve", "failover", 2, witness: "mia").Drills("eve", "failover", 4, "failed").Withdraws("eve", 5)).Item1);
        var story = Drilled().Drills("eve", "failover", 4);
        Assert.Equal(State.Unproven, Of(story.Withdraws("eve", 5)).Item1);
    }

    [Fact]
    public void A_drill_that_took_longer_than_there_was_time_for_it_does_not_count() =>
        Assert.Equal((State.Unproven, Why.OriginNotAccepted), Of(Drilled().Drills("eve", "failover", 4, witness: "mia", edit: fact => fact with { Started = fact.At - TimeSpan.FromMinutes(5) })));

    [Fact]
    public void A_drill_that_failed_is_not_the_second_of_two_that_are_asked_for()
    {
        Story Two() => new(Given.Document(Given.Drill("failover").Each(part => part with { LeastPopulation = 2 })));

        Assert.Equal((State.Unproven, Why.TooFew), Of(Two().Drills("eve", "failover", 2, "failed").Drills("eve", "failover", 4, witness: "mia")));
        Assert.Equal((State.Met, null), Of(Two().Drills("eve", "failover", 2, witness: "mia").Drills("eve", "failover", 4, witness: "mia")));
    }

    [Fact]
    public void Steps_and_deviations_are_counted_in_the_transcript_and_not_believed()
    {
        var document = Given.Document(Given.Drill("failover").Expecting(("outcome", Given.Is("passed")), ("witnessed", Given.Is(true)), ("steps", Given.Is(2))));
        Assert.Equal((State.Met, null), Of(new Story(document).Drills("eve", "failover", 4, witness: "mia", edit: fact => fact with { Seen = fact.Seen.With("steps", 40) })));
    }
}
