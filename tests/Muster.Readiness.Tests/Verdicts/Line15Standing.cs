namespace Muster.Readiness.Tests.Verdicts;

public class Line15Standing
{
    static readonly Document Plain = Given.Document(Given.Control("edge"));

    static Story Opened(Document? document = null) => new Story(document ?? Plain).Passes("edge", 0).Decides(1);

    [Fact]
    public void What_was_opened_still_holds() => Assert.Equal(Verdict.Go, Opened().Stands(2));

    [Fact]
    public void The_day_after_launch_it_decays() => Assert.Equal(Verdict.Undecided, Opened().Stands(25));

    [Fact]
    public void A_fail_after_launch_is_NO_GO() => Assert.Equal(Verdict.NoGo, Opened().Fails("edge", 2).Stands(3));

    [Fact]
    public void Line_8_is_for_opening_only()
    {
        var document = Plain.Signed(("architect", 1)).Gate(gate => gate with { Freezes = [new(Given.Hour(2), Given.Hour(9), "holiday")], SignedFor = TimeSpan.FromHours(1) });
        var story = new Story(document).Passes("edge", 0).Signs("mia", "architect", 0.5).Decides(1);

        Assert.Equal(Verdict.Go, story.Stands(3));
        Assert.Equal(Verdict.Held, story.Verdict(3));
    }

    [Fact]
    public void A_condition_past_its_deadline_is_NO_GO()
    {
        var story = new Story(Given.Document(Given.Control("edge"), Given.Control("warned").Warn())).Passes("edge", 0).Fails("warned", 0).Decides(1).Passes("edge", 20);

        Assert.Equal(Verdict.ConditionalGo, story.Stands(21));
        Assert.Equal(Verdict.NoGo, story.Stands(26));
    }

    [Fact]
    public void What_never_opened_does_not_stand() => Assert.IsType<Judgement.None>(new Story(Plain).Passes("edge", 0).Stand(1));

    [Fact]
    public void Another_release_does_not_stand() => Assert.IsType<Judgement.None>(Opened().Releases("two").Stand(2));

    [Fact]
    public void Another_document_does_not_stand() => Assert.IsType<Judgement.None>(Opened().Now(Plain with { Title = "edited" }).Stand(2));

    [Fact]
    public void What_break_glass_opened_stands_as_badly_as_it_is() =>
        Assert.Equal(Verdict.NoGo, new Story(Plain).Fails("edge", 0).BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1, 10).Stands(2));

    [Fact]
    public void A_standing_verdict_says_so_and_asks_for_no_signature()
    {
        var decision = Assert.IsType<Judgement.Given>(Opened(Plain).Stand(2)).Decision;

        Assert.True(decision.Standing);
        Assert.Empty(decision.ToSign);
    }

    [Fact]
    public void It_says_nothing_of_softenings_since_another_documents_opening()
    {
        var stricter = Plain.Edit("edge", control => control.Each(part => part with { Fresh = TimeSpan.FromHours(9) }));
        var story = Opened().Now(stricter).Decides(1.5).Now(Plain);
        Assert.NotEmpty(story.Decide(2).Softenings);

        Assert.Empty(Assert.IsType<Judgement.Given>(story.Stand(2)).Decision.Softenings);
    }

    [Fact]
    public void A_sign_off_that_has_expired_is_not_asked_for_again()
    {
        var document = Plain.Signed(("architect", 1)).Gate(gate => gate with { SignedFor = TimeSpan.FromHours(1) });
        var story = new Story(document).Passes("edge", 0).Signs("mia", "architect", 0.5).Decides(1);
        Assert.NotEmpty(story.Decide(3).ToSign);

        Assert.Empty(Assert.IsType<Judgement.Given>(story.Stand(3)).Decision.ToSign);
    }

    [Fact]
    public void Glass_broken_for_another_release_opened_nothing_here() =>
        Assert.IsType<Judgement.None>(new Story(Plain).Fails("edge", 0).BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1, 10).Releases("two").Stand(2));
}
