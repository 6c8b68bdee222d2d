namespace Muster.Readiness.Tests.Verdicts;

/// <summary>A revocation takes away and never gives: no verdict gets better by it, except that one which is held may be held for less.</summary>
public class RevocationTests
{
    static readonly Document Plain = Given.Document(Given.Control("edge"));

    static Document Named(params string[] runners) => Plain with { Runners = [.. runners.Select(name => new Runner(name, "key-" + name))] };

    static Story Vetoed() => new Story(Plain).Passes("edge", 0).Decides(0.5).Rejects("eve", 1);

    [Fact]
    public void A_revoked_keys_veto_stands() => Assert.Equal(Verdict.NoGo, Vetoed().Revokes("key-eve", "ann", 2).Verdict(3));

    [Fact]
    public void Its_own_key_cannot_take_the_veto_back_any_more()
    {
        Assert.Equal(Verdict.NoGo, Vetoed().Withdraws("eve", 1.5).Revokes("key-eve", "ann", 2).Verdict(3));
        Assert.Equal(Verdict.NoGo, Vetoed().Revokes("key-eve", "ann", 2).Enters(new Fact.Withdrawn(Veto(Vetoed()), "x", Given.Hour(2.5)), 2.5, "key-eve").Verdict(3));
    }

    [Fact]
    public void The_same_person_takes_it_back_with_another_key()
    {
        var story = new Story(Plain with { People = [.. Plain.People.Select(one => one.Name == "eve" ? one with { KeyId = "key-eve-new", Former = [new("key-eve", Given.Hour(50))] } : one)] });
        story.Passes("edge", 0).Rejects("eve", 1).Revokes("key-eve", "eve-new", 2);
        Assert.Equal(Verdict.NoGo, story.Verdict(3));

        Assert.Equal(Verdict.Go, story.Enters(new Fact.Withdrawn(Veto(story), "found it", Given.Hour(4)), 4, "key-eve-new").Verdict(5));
    }

    [Fact]
    public void Or_the_gates_owner_does_and_nobody_else()
    {
        Story Taken(string by) => Vetoed().Revokes("key-eve", "ann", 2).Enters(new Fact.Withdrawn(Veto(Vetoed()), "x", Given.Hour(3)), 3, "key-" + by);

        Assert.Equal((Verdict.Go, Verdict.NoGo), (Taken("ann").Verdict(4), Taken("mia").Verdict(4)));
    }

    [Fact]
    public void The_owner_cannot_take_back_a_veto_whose_key_is_good() =>
        Assert.Equal(Verdict.NoGo, Vetoed().Enters(new Fact.Withdrawn(Veto(Vetoed()), "x", Given.Hour(3)), 3, "key-ann").Verdict(4));

    [Fact]
    public void Nobody_becomes_the_owner_by_an_edit()
    {
        var story = Vetoed().Revokes("key-eve", "ann", 2).Now(Plain with { Owner = "mia" }).Enters(new Fact.Withdrawn(Veto(Vetoed()), "x", Given.Hour(3)), 3, "key-mia");

        Assert.Equal(Verdict.NoGo, story.Decide(4).WouldBe ?? story.Verdict(4));
        Assert.NotEmpty(story.Decide(4).Rejections);
    }

    [Fact]
    public void What_its_owner_took_back_stays_taken_back()
    {
        var story = new Story(Plain).Fails("edge", 0).Waives("edge", 1, 48).Withdraws("mia", 1.5);

        Assert.Equal(Verdict.NoGo, story.Revokes("key-mia", "ann", 2).Verdict(3));
    }

    [Fact]
    public void Passes_of_a_revoked_runner_count_no_more_but_its_fails_do()
    {
        var passed = new Story(Named("ci", "runner")) { Home = "key-runner" }.Passes("edge", 0, signer: "key-ci").Revokes("key-ci", "ann", 1);
        var failed = new Story(Named("ci", "runner")) { Home = "key-runner" }.Passes("edge", 0).Sees("edge", 0.5, Value.Of(("status", 500)), signer: "key-ci").Revokes("key-ci", "ann", 1);

        Assert.Equal((State.Unproven, Why.OriginNotAccepted), passed.State("edge", 2));
        Assert.Contains(new NotCounted("recorded by a revoked key: no pass of it counts", 1), passed.Decide(2).NotCounted);
        Assert.Equal(Verdict.NoGo, failed.Verdict(2));
        Assert.Equal(Verdict.Go, failed.Passes("edge", 2).Verdict(3));
    }

    [Fact]
    public void What_it_could_not_see_stays_unseen_and_an_older_pass_of_another_does_not_come_back()
    {
        var story = new Story(Named("ci", "runner")) { Home = "key-runner" }.Passes("edge", 0).Sees("edge", 0.5, null, signer: "key-ci").Revokes("key-ci", "ann", 1);

        Assert.Equal(Verdict.Undecided, story.Verdict(2));
    }

    [Fact]
    public void Where_imported_evidence_is_accepted_its_runs_count_as_that()
    {
        var document = Named("ci", "runner").Edit("edge", control => control.Each(part => part with { Accepts = [Origin.Live, Origin.Imported] }));
        var story = new Story(document) { Home = "key-runner" }.Passes("edge", 0, signer: "key-ci").Revokes("key-ci", "ann", 1);

        Assert.Equal((Verdict.Go, Origin.Imported), (story.Verdict(2), story.Shown("edge", 2).Parts[0].Origin));
    }

    [Fact]
    public void A_revoked_runners_verdict_opens_nothing()
    {
        var story = new Story(Plain).Passes("edge", 0).Decides(1);
        Assert.Equal(Verdict.Go, story.Stands(2));

        Assert.IsType<Judgement.None>(story.Revokes("key-runner", "ann", 2).Stand(3));
    }

    [Fact]
    public void Nor_the_gate_that_comes_after()
    {
        var document = Plain.Also(Plain.Gates[0] with { Name = "rehearsal" }).Gate(gate => gate with { After = "rehearsal" });
        var story = new Story(document) { Home = "key-runner" }.Passes("edge", 0).Decides(1, "rehearsal");
        Assert.Equal(Verdict.Go, story.Verdict(2));

        var revoked = story.Revokes("key-runner", "ann", 2).Decide(3);
        Assert.Equal(Verdict.Undecided, revoked.Verdict);
        Assert.Contains(revoked.Reasons, reason => reason.Says.Contains("never opened", StringComparison.Ordinal));
    }

    [Fact]
    public void The_conditions_that_it_left_and_what_was_softened_since_are_remembered()
    {
        var warned = new Story(Given.Document(Given.Control("edge").Warn(), Given.Control("solid"))).Passes("solid", 0).Fails("edge", 0).Decides(1);
        var due = Assert.Single(warned.Decide(2).Conditions).Due;
        var softened = new Story(Plain).Passes("edge", 0).Decides(1).Now(Plain.Edit("edge", control => control.Warn()));

        Assert.Equal(due, Assert.Single(warned.Revokes("key-runner", "ann", 2).Decide(5).Conditions).Due);
        Assert.NotEmpty(softened.Revokes("key-runner", "ann", 2).Decide(3).Softenings);
    }

    [Fact]
    public void The_follow_up_of_broken_glass_outlives_the_keys_and_the_words()
    {
        Story Broken() => new Story(Plain).Fails("edge", 0).BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1.5, 10);

        Assert.Equal("break-glass:go-live", Assert.Single(Broken().Revokes("key-eve", "ann", 2).Decide(3).Conditions).Id);
        Assert.Equal("break-glass:go-live", Assert.Single(Broken().Withdraws("ann", 2).Decide(3).Conditions).Id);
        Assert.Null(Broken().Withdraws("ann", 2).Decide(3).OpenedByBreakGlass);
    }

    [Fact]
    public void A_word_taken_back_before_the_second_one_breaks_nothing() =>
        Assert.Empty(new Story(Plain).Fails("edge", 0).BreaksGlass("eve", 1, 10).Withdraws("eve", 1.2).BreaksGlass("ann", 1.5, 10).Decide(3).Conditions);

    [Fact]
    public void A_thief_of_the_owners_key_accepts_nothing_even_after_the_owner_was_edited_out()
    {
        var softened = Plain.Edit("edge", control => control.Warn()) with { People = [.. Plain.People.Where(one => one.Name != "ann")] };
        var story = new Story(Plain).Passes("edge", 0).Decides(1).Now(softened).Accepts("ann", Plain, 2);
        Assert.Equal(Verdict.Go, story.Verdict(3));

        Assert.Equal(Verdict.Held, story.Revokes("key-ann", "ann", 3).Verdict(4));
    }

    [Fact]
    public void With_the_owner_role_emptied_nobody_of_the_new_document_accepts()
    {
        var named = Plain with { Owner = "owner" };
        var emptied = named.Edit("edge", control => control.Warn()) with { People = [.. named.People.Select(one => one.Name == "ann" ? one with { Roles = ["on-call"] } : one.Name == "mia" ? one with { Roles = ["owner"] } : one)] };
        Story After(string by) => new Story(named).Passes("edge", 0).Decides(1).Now(emptied).Accepts(by, named, 2);

        Assert.Equal((Verdict.Go, Verdict.Held), (After("ann").Verdict(3), After("mia").Verdict(3)));
    }

    [Fact]
    public void An_owner_who_was_renamed_or_got_a_new_key_accepts_with_the_key_of_the_last_opening()
    {
        var renamed = Plain with { Owner = "anna", People = [.. Plain.People.Select(one => one.Name == "ann" ? new Person("anna", ["owner"], "key-anna") { Former = [new("key-ann", Given.Hour(50))] } : one)] };
        Story After(string by) => new Story(Plain).Passes("edge", 0).Decides(1).Now(renamed).Accepts(by, Plain, 2);

        Assert.Equal((Verdict.Go, Verdict.Held), (After("ann").Verdict(3), After("anna").Verdict(3)));
    }

    static Digest Veto(Story story) => story.Entries.Single(entry => entry.Fact is Fact.Rejected).Id;

    /// <summary>Found by property P5: the owner had taken back a veto that was not theirs, which counted for nothing until a revocation made it count.</summary>
    [Fact]
    public void A_revocation_gives_no_force_to_what_the_owner_withdrew_before_it() =>
        Assert.Equal(Verdict.NoGo, Vetoed().Withdraws("ann", 2).Revokes("key-eve", "ann", 3).Verdict(4));
}
