namespace Muster.Readiness.Tests.Verdicts;

/// <summary>A control whose sentence in the checklist is another than the one that was reviewed.</summary>
public class ChangedSentence
{
    static readonly ChecklistSentence Reviewed = new("READINESS.md", Digest.Of("reviewed"u8));

    static Document Said(Lost? lost, params Control[] controls) => Given.Document([.. controls.Select(control => control with { Sentence = Reviewed with { Lost = lost } })]);

    [Theory]
    [InlineData(Lost.Changed, "its sentence in READINESS.md has changed since it was reviewed")]
    [InlineData(Lost.NoFile, "READINESS.md, where its sentence stood, is not there")]
    [InlineData(Lost.Unread, "nobody knows what its sentence says now")]
    public void What_passed_is_unproven_with_its_own_reason(Lost lost, string because)
    {
        var story = new Story(Said(null, Given.Control("edge"))).Passes("edge", 0);
        Assert.Equal((State.Met, null), story.State("edge", 1));

        story.Now(Said(lost, Given.Control("edge")));

        Assert.Equal((State.Unproven, Why.SentenceChanged), story.State("edge", 1));
        Assert.Contains(because, story.Shown("edge", 1).Because, StringComparison.Ordinal);
        Assert.Equal(Verdict.Undecided, story.Verdict(1));
    }

    [Fact]
    public void The_fix_names_the_command_also_where_the_control_has_a_fix_of_its_own() =>
        Assert.Contains("muster import READINESS.md --accept edge", new Story(Said(Lost.Changed, Given.Control("edge") with { Fix = "Renew it" })).Passes("edge", 0).Shown("edge", 1).Fix, StringComparison.Ordinal);

    [Fact]
    public void What_failed_stays_failed() => Assert.Equal(State.Failed, new Story(Said(Lost.Changed, Given.Control("edge"))).Fails("edge", 0).State("edge", 1).Item1);

    [Fact]
    public void What_nobody_measures_stays_unmeasured_and_says_so()
    {
        var story = new Story(Said(Lost.Changed, Given.Prose("mesh")));
        Assert.Equal((State.Unmeasured, null), story.State("mesh", 0));
        Assert.Contains("has changed since it was reviewed", story.Shown("mesh", 0).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_of_the_old_sentence_is_none_of_the_new_one()
    {
        var story = new Story(Said(null, Given.Control("edge"))).Passes("edge", 0);
        story.Now(story.Document.Edit("edge", control => control with { Sentence = Reviewed with { Text = Digest.Of("another"u8) } }));
        Assert.Equal((State.Unproven, Why.OtherQuestion), story.State("edge", 1));
    }

    [Fact]
    public void A_waiver_for_the_old_sentence_is_none_for_the_new_one()
    {
        var before = Said(null, Given.Control("edge")).Controls[0];
        Assert.NotEqual(before.Digest, (before with { Sentence = Reviewed with { Lost = Lost.Changed } }).Digest);
        Assert.Equal(before.Digest, (before with { Sentence = Reviewed with { Line = 7 } }).Digest);
    }

    [Fact]
    public void An_excuse_for_the_old_sentence_is_none_for_the_new_one()
    {
        var excused = Given.Prose("cards") with { NotApplicable = new("The shop takes no cards", "architect", Given.Hour(1000)) };
        Assert.NotNull(new Story(Said(null, Given.Control("edge"), excused)).Shown("cards", 1).Out);
        Assert.Null(new Story(Said(Lost.Changed, Given.Control("edge"), excused)).Shown("cards", 1).Out);
    }

    [Fact]
    public void Another_sentence_under_a_check_is_a_softening_until_its_owner_accepts_it()
    {
        var before = Said(null, Given.Control("edge"));
        Assert.NotEmpty(Softenings.Between(before, before.Edit("edge", control => control with { Sentence = Reviewed with { Text = Digest.Of("another"u8) } }), "go-live"));
        Assert.NotEmpty(Softenings.Between(before, before.Edit("edge", control => control with { Sentence = null }), "go-live"));
        Assert.Empty(Softenings.Between(before, Said(Lost.Changed, Given.Control("edge")), "go-live"));
    }
}
