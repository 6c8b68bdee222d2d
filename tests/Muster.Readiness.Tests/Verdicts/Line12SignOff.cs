using System.Collections.Immutable;

namespace Muster.Readiness.Tests.Verdicts;

public class Line12SignOff
{
    static readonly Document Plain = Given.Document(Given.Control("edge"), Given.Control("warned").Warn()).Signed(("architect", 1));

    static Story Signed(Document? document = null) => new Story(document ?? Plain).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1);

    static void Void(Story story, string because, double hour = 2)
    {
        var signOff = story.Decide(hour).SignOffs[0];
        Assert.False(signOff.Counts);
        Assert.Contains(because, signOff.WhyNot, StringComparison.Ordinal);
        Assert.NotEmpty(story.Decide(hour).ToSign);
        Assert.True(story.Verdict(hour) <= Verdict.Held);
    }

    [Fact]
    public void It_counts_while_nothing_is_worse() => Assert.Equal(Verdict.Go, Signed().Verdict(2));

    [Fact]
    public void New_evidence_of_the_same_state_on_the_same_target_keeps_it() => Assert.Equal(Verdict.Go, Signed().Passes("edge", 1.5).Verdict(2));

    [Fact]
    public void A_better_state_keeps_it()
    {
        var story = new Story(Plain).Passes("edge", 0).Fails("warned", 0).Signs("mia", "architect", 1).Passes("warned", 1.5);

        Assert.Equal(Verdict.Go, story.Verdict(2));
    }

    [Fact]
    public void A_worse_state_voids_it() => Void(Signed().Fails("warned", 1.5), "warned is worse");

    [Fact]
    public void A_worse_state_of_what_is_only_observed_does_not()
    {
        var story = Signed(Plain.Edit("warned", control => control.Observe())).Fails("warned", 1.5);

        Assert.Equal(Verdict.Go, story.Verdict(2));
    }

    [Fact]
    public void Another_target_voids_it() => Void(Signed().Passes("edge", 1.5, look: sight => sight with { Before = "10.9.9.9", After = "10.9.9.9" }), "another target");

    [Fact]
    public void Going_blind_afterwards_does_not_give_it_back()
    {
        // Found by P1: the run that saw nothing hid that the target had been exchanged.
        var document = Given.Document(Given.Control("edge", Given.Part(), Given.Part("other", "/other")) with { Combine = Combine.Any }).Signed(("architect", 1));
        var story = new Story(document).Passes("edge", 0).Passes("edge/other", 0).Signs("mia", "architect", 1);
        Assert.Equal(Verdict.Go, story.Verdict(2));

        story.Passes("edge/other", 1.5, look: sight => sight with { Before = "10.9.9.9", After = "10.9.9.9" }).SeesNothing("edge/other", 1.7);

        Void(story, "another target");
    }

    [Fact]
    public void What_was_not_yet_seen_is_not_another_target()
    {
        // Found by P2: else removing the pass that came after the signature would have opened the gate.
        var story = new Story(Plain).Passes("edge", 0).Signs("mia", "architect", 1).Passes("warned", 1.5);

        Assert.Equal(Verdict.Go, story.Verdict(2));
    }

    [Fact]
    public void Another_document_voids_it() => Void(Signed().Now(Plain with { Title = "edited" }), "document has changed");

    [Fact]
    public void It_is_for_its_release()
    {
        var story = Signed().Releases("two").Passes("edge", 1.5).Passes("warned", 1.5);

        Assert.Equal(Verdict.Held, story.Verdict(2));
        Assert.Empty(story.Decide(2).SignOffs);
    }

    [Fact]
    public void A_new_waiver_voids_it()
    {
        var story = new Story(Plain).Passes("edge", 0).Fails("warned", 0).Signs("mia", "architect", 1).Waives("warned", 1.5, 48);

        Void(story, "a waiver is new");
    }

    [Fact]
    public void A_new_condition_voids_it()
    {
        var story = new Story(Plain).Passes("edge", 0).SeesNothing("warned", 0);
        story.Signs("mia", "architect", 1, fact => fact with { Shown = fact.Shown with { Conditions = [] } });

        Void(story, "condition warned is new");
    }

    [Fact]
    public void A_control_that_was_not_shown_voids_it() =>
        Void(new Story(Plain).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1, fact => fact with { Shown = fact.Shown with { Controls = [fact.Shown.Controls[0]] } }), "warned was not shown");

    [Fact]
    public void It_expires()
    {
        var document = Plain.Gate(gate => gate with { SignedFor = TimeSpan.FromHours(3) });

        Assert.Equal(Verdict.Go, Signed(document).Verdict(4));
        Void(Signed(document), "expired", 4.001);
    }

    [Fact]
    public void Signed_by_a_clock_that_was_ahead_it_does_not_count() =>
        Void(new Story(Plain).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1, fact => fact with { At = Given.Hour(900) }), "ahead");

    [Fact]
    public void An_unknown_key_signs_nothing() => Void(new Story(Plain).Passes("edge", 0).Passes("warned", 0).Signs("stranger", "architect", 1), "nobody in the document");

    [Fact]
    public void A_role_that_is_not_held_signs_nothing() => Void(new Story(Plain).Passes("edge", 0).Passes("warned", 0).Signs("jon", "architect", 1), "jon is not architect");

    [Fact]
    public void A_role_that_nobody_asked_for_signs_nothing() => Void(new Story(Plain).Passes("edge", 0).Passes("warned", 0).Signs("jon", "devops-lead", 1), "nobody needs");

    [Fact]
    public void Taken_back_it_does_not_count() => Void(Signed().Withdraws("mia", 1.5), "withdrawn");

    [Fact]
    public void Nobody_takes_back_anothers() => Assert.Equal(Verdict.Go, Signed().Withdraws("eve", 1.5).Verdict(2));

    [Fact]
    public void Whoever_recorded_evidence_does_not_sign_it_off() =>
        Void(new Story(Plain).Passes("edge", 0, signer: "key-mia").Passes("warned", 0).Signs("mia", "architect", 1), "mia made evidence of edge");

    [Fact]
    public void Evidence_recorded_once_is_not_forgotten_when_another_records_anew() =>
        Void(new Story(Plain).Passes("edge", 0, signer: "key-mia").Passes("edge", 0.5).Passes("warned", 0).Signs("mia", "architect", 1), "mia made evidence of edge");

    [Fact]
    public void Whoever_attested_does_not_sign_it_off()
    {
        var document = Given.Document(Given.Attestation("rota", "The rota is staffed", "architect")).Signed(("architect", 1));
        document = document with { People = document.People.Add(Given.Person("zoe", "architect")) };
        var question = Asks.Of(document, document.Controls[0], "production")[0].Question.Digest;
        var story = new Story(document);
        story.Enters(new Fact.Attested(question, "rota", "production", story.Release, "The rota is staffed", "architect", Given.Hour(0)), 0, "key-mia").Signs("mia", "architect", 1);
        Void(story, "mia made evidence of rota");

        Assert.Equal(Verdict.Go, story.Signs("zoe", "architect", 1).Verdict(2));
    }

    [Fact]
    public void One_person_with_all_roles_fills_one_seat()
    {
        var document = Plain.Signed(("architect", 1), ("devops-lead", 1)) with { People = [Given.Person("mia", "architect", "devops-lead")] };
        var decision = new Story(document).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1).Signs("mia", "devops-lead", 1).Decide(2);

        Assert.Equal(Verdict.Held, decision.Verdict);
        Assert.Equal([new RoleCount("devops-lead", 1)], decision.ToSign);
        Assert.Equal([true, false], decision.SignOffs.Select(signOff => signOff.Counts));
    }

    [Fact]
    public void The_gate_opens_when_an_assignment_exists()
    {
        var document = Plain.Signed(("architect", 1), ("devops-lead", 1)) with { People = [Given.Person("mia", "architect", "devops-lead"), Given.Person("zoe", "architect")] };
        var story = new Story(document).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1).Signs("mia", "devops-lead", 1).Signs("zoe", "architect", 1);

        Assert.Equal(Verdict.Go, story.Verdict(2));
    }

    [Fact]
    public void Two_of_one_role_are_two_people()
    {
        var document = Plain.Signed(("architect", 2)) with { People = [Given.Person("mia", "architect"), Given.Person("zoe", "architect")] };
        var story = new Story(document).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1).Signs("mia", "architect", 1.1);
        Assert.Equal([new RoleCount("architect", 1)], story.Decide(2).ToSign);

        Assert.Equal(Verdict.Go, story.Signs("zoe", "architect", 1.2).Verdict(2));
    }

    [Fact]
    public void Four_signers_over_two_days_while_the_evidence_is_renewed()
    {
        var people = new[] { "a", "b", "c", "d" };
        var document = Plain.Signed(("architect", 4)) with { People = [.. people.Select(name => Given.Person(name, "architect"))] };
        var story = new Story(document);
        for (var i = 0; i < people.Length; i++) story.Passes("edge", i * 12).Passes("warned", i * 12).Signs(people[i], "architect", i * 12 + 1);

        Assert.Equal(Verdict.Go, story.Verdict(40));
    }

    [Fact]
    public void It_is_over_exactly_what_was_shown()
    {
        var story = new Story(Plain).Fails("edge", 0).Passes("warned", 0).Waives("edge", 0.5, 48);
        var decision = story.Decide(1);
        var shown = SignOffs.Over(decision);

        Assert.Equal((decision.Document, decision.Release), (shown.Document, shown.Release));
        Assert.Equal(["edge", "warned"], shown.Controls.Select(control => control.Id));
        Assert.Equal([State.Failed, State.Met], shown.Controls.Select(control => control.State));
        Assert.Equal([story.Entries[0].Id], shown.Controls[0].Evidence);
        Assert.Equal([story.Last.Id], shown.Waivers);
        Assert.Equal(["edge"], shown.Conditions);
    }

    [Theory]
    [InlineData(5, Verdict.Go)]
    [InlineData(5.001, Verdict.Held)]
    public void Signed_by_a_clock_five_seconds_ahead_it_counts_and_no_further(double seconds, Verdict verdict) =>
        Assert.Equal(verdict, new Story(Plain).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1, fact => fact with { At = Given.Hour(1 + seconds / 3600) }).Verdict(2));

    [Fact]
    public void Whoever_recorded_one_check_in_one_environment_does_not_sign_it_off()
    {
        var document = Given.Document(Given.Control("edge", Given.Part("a", "/a"), Given.Part("b", "/b"))).Signed(("architect", 1)).Gate(gate => gate with { ProvedIn = ["staging", "production"] });
        var story = new Story(document).Passes("edge/a", 0).Passes("edge/b", 0).Passes("edge/a", 0, environment: "staging").Passes("edge/b", 0, environment: "staging", signer: "key-mia");

        Void(story.Signs("mia", "architect", 1), "mia made evidence of edge");
    }

    [Fact]
    public void Whoever_recorded_evidence_with_another_key_of_theirs_does_not_sign_it_off()
    {
        var document = Plain with { People = Plain.People.Add(new Person("mia", ["architect"], "key-mia-two")) };

        Void(new Story(document).Passes("edge", 0, signer: "key-mia-two").Passes("warned", 0).Signs("mia", "architect", 1), "mia made evidence of edge");
    }

    [Fact]
    public void More_who_sign_than_are_needed_do_no_harm()
    {
        var document = Plain with { People = [Given.Person("mia", "architect"), Given.Person("zoe", "architect"), Given.Person("ida", "architect")] };
        var story = new Story(document).Passes("edge", 0).Passes("warned", 0).Signs("mia", "architect", 1).Signs("zoe", "architect", 1).Signs("ida", "architect", 1);

        Assert.Equal(Verdict.Go, story.Verdict(2));
        Assert.All(story.Decide(2).SignOffs, signOff => Assert.True(signOff.Counts));
    }

    [Fact]
    public void Where_either_could_take_either_role_people_are_seated_by_name()
    {
        var document = Plain.Signed(("architect", 1), ("devops-lead", 1)) with { People = [Given.Person("zoe", "architect", "devops-lead"), Given.Person("mia", "architect", "devops-lead")] };
        var story = new Story(document).Passes("edge", 0).Passes("warned", 0);
        foreach (var who in new[] { "zoe", "mia" }) story.Signs(who, "architect", 1).Signs(who, "devops-lead", 1);

        Assert.Equal([("mia", "devops-lead"), ("zoe", "architect")], story.Decide(2).SignOffs.Where(signOff => signOff.Counts).Select(signOff => (signOff.Person, signOff.Role)).Order());
        Assert.Contains(story.Decide(2).SignOffs, signOff => signOff.WhyNot == "mia already signs as devops-lead");
    }
}
