namespace Muster.Readiness.Tests.Verdicts;

/// <summary>What a verdict says is different from the last opening.</summary>
public class ChangesTests
{
    static readonly Document Plain = Given.Document(Given.Control("edge"), Given.Control("warned").Warn());

    static Story Opened() => new Story(Plain).Passes("edge", 0).Passes("warned", 0).Decides(1);

    [Fact]
    public void Before_any_opening_nothing_has_changed()
    {
        var decision = new Story(Plain).Fails("edge", 0).Decides(1).Passes("edge", 2).Decide(3);

        Assert.Empty(decision.Changes);
        Assert.Null(decision.LastOpened);
    }

    [Fact]
    public void With_nothing_changed_nothing_is_told()
    {
        Assert.Empty(Opened().Decide(2).Changes);
        Assert.Equal(Given.Hour(1), Opened().Decide(2).LastOpened);
    }

    [Fact]
    public void A_control_in_another_state_is_told_with_both() =>
        Assert.Equal(["edge was met and is failed", "warned was met and is unproven", "warned is a new condition"], Opened().Fails("edge", 2).SeesNothing("warned", 2).Decide(3).Changes);

    [Fact]
    public void An_unmeasured_control_that_fails_now_is_told_too()
    {
        var prose = Given.Document(Given.Control("edge"), Given.Prose("warned").Warn());
        var measured = Given.Document(Given.Control("edge"), Given.Control("warned").Warn());
        var story = new Story(prose).Passes("edge", 0).Decides(1).Now(measured).Fails("warned", 2);

        Assert.Contains("warned was unmeasured and is failed", story.Decide(3).Changes);
    }

    [Fact]
    public void It_is_the_last_opening_that_counts_and_not_a_verdict_since()
    {
        var story = Opened().Fails("edge", 2).Decides(2.5);

        Assert.Equal(["edge was met and is failed"], story.Decide(3).Changes);
        Assert.Empty(story.Passes("edge", 4).Decides(5).Decide(6).Changes);
    }

    [Fact]
    public void Where_the_statement_of_the_opening_is_gone_states_are_not_compared() =>
        Assert.Empty(new Story(Plain).Passes("edge", 0).Passes("warned", 0).Decides(1, edit: decided => decided with { Statement = default }).Fails("edge", 2).Decide(3).Changes);

    [Fact]
    public void Another_release_is_told_with_both()
    {
        var story = Opened();
        var before = story.Release.Short;

        Assert.Contains($"the release was {before} and is {story.Releases("two").Release.Short}", story.Decide(2).Changes);
    }

    [Fact]
    public void An_edited_document_is_told_with_each_control_that_is_new_edited_or_gone()
    {
        var after = Given.Document(Given.Control("edge") with { Title = "The edge" }, Given.Control("fresh"));

        Assert.Equal(
            [$"the document was {Plain.Digest.Short} and is {after.Digest.Short}", "edge was edited", "fresh is new", "warned was removed", "warned is a new condition"],
            new Story(Plain).Passes("edge", 0).Fails("warned", 0).Decides(1, edit: decided => decided with { Open = ["warned due 2026-04-01T00:00:00.000Z"] }).Now(after).Decide(2).Changes
                .Concat(Opened().Passes("edge", 2).Fails("warned", 3).Decide(4).Changes.Where(change => change.EndsWith("condition", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_document_that_is_gone_is_said_to_be_gone()
    {
        var story = Opened().Decides(2, edit: decided => decided with { Document = Digest.Of("gone"u8) });

        Assert.Equal($"the document was {Digest.Of("gone"u8).Short} and is {Plain.Digest.Short}; the earlier one is no longer there to compare", Assert.Single(story.Decide(3).Changes));
    }

    [Fact]
    public void A_condition_of_the_opening_is_not_new() =>
        Assert.Empty(new Story(Plain).Passes("edge", 0).Fails("warned", 0).Decides(1).Decide(2).Changes);
}
