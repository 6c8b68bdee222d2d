namespace Muster.Readiness.Tests.Verdicts;

public class Line13Rejection
{
    static readonly Document Plain = Given.Document(Given.Control("edge"));
    readonly Story _story = new Story(Plain).Passes("edge", 0).Rejects("eve", 1);

    [Fact]
    public void A_rejection_and_a_re_run_is_still_a_rejection() => Assert.Equal(Verdict.NoGo, _story.Passes("edge", 2).Verdict(3));

    [Fact]
    public void Its_author_withdraws_it() => Assert.Equal(Verdict.Go, _story.Withdraws("eve", 2).Verdict(3));

    [Fact]
    public void Nobody_else_withdraws_it() => Assert.Equal(Verdict.NoGo, _story.Withdraws("mia", 2).Verdict(3));

    [Fact]
    public void It_is_for_its_release() => Assert.Equal(Verdict.Go, _story.Releases("two").Passes("edge", 2).Verdict(3));

    [Fact]
    public void It_is_for_its_gate()
    {
        var document = Plain.Also(Plain.Gates[0] with { Name = "other" });

        Assert.Equal(Verdict.Go, new Story(document).Passes("edge", 0).Rejects("eve", 1).Verdict(2, "other"));
    }

    [Fact]
    public void An_unknown_key_rejects_nothing_and_is_counted()
    {
        var decision = new Story(Plain).Passes("edge", 0).Rejects("stranger", 1).Decide(2);

        Assert.Equal(Verdict.Go, decision.Verdict);
        Assert.Equal(new NotCounted("a rejection by a key that belongs to nobody in the document", 1), Assert.Single(decision.NotCounted));
    }

    [Fact]
    public void Dropping_the_person_does_not_drop_the_veto()
    {
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5).Rejects("eve", 1).Now(Plain with { People = [.. Plain.People.Where(person => person.Name != "eve")] });

        Assert.Equal(Verdict.NoGo, story.Verdict(2));
        Assert.Equal("eve", Assert.Single(story.Decide(2).Rejections).Person);
    }

    [Fact]
    public void A_person_with_a_new_key_may_withdraw_what_the_old_one_signed_while_both_are_known()
    {
        var document = Plain with { People = Plain.People.Add(new Person("eve", ["on-call"], "key-eve-two")) };

        Assert.Equal(Verdict.Go, new Story(document).Passes("edge", 0).Rejects("eve", 1).Withdraws("eve-two", 2).Verdict(3));
    }

    [Fact]
    public void Whoever_was_dropped_from_the_document_may_still_withdraw()
    {
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5).Rejects("eve", 1).Now(Plain with { People = [.. Plain.People.Where(person => person.Name != "eve")] });

        Assert.Empty(story.Withdraws("eve", 2).Decide(3).Rejections);
    }

    [Fact]
    public void It_is_shown_under_the_name_that_the_document_has_now()
    {
        var story = new Story(Plain).Passes("edge", 0).Decides(0.5).Rejects("eve", 1).Now(Plain with { People = [.. Plain.People.Select(person => person.Name == "eve" ? person with { Name = "eva" } : person)] });

        Assert.Equal(("eva", "not yet", Given.Hour(1)), Assert.Single(story.Decide(2).Rejections) is var shown ? (shown.Person, shown.Because, shown.At) : default);
    }
}
