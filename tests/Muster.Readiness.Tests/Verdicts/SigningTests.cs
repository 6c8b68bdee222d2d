namespace Muster.Readiness.Tests.Verdicts;

/// <summary>Keys are replaced, lost and stolen. What each word of a person is worth then is one rule for all words.</summary>
public class SigningTests
{
    static readonly Document Plain = Given.Document(Given.Control("edge"));

    /// <summary>A word by which a person gives something: the story up to it, the word, and how one sees that it counts.</summary>
    sealed record Gift(string Name, string Person, Document Document, Func<Story, Story> Until, Func<Story, Story> Given, Func<Decision, bool> Counts);

    public static TheoryData<string> Gifts() => [.. All().Select(gift => gift.Name)];

    static Gift Of(string name) => All().Single(gift => gift.Name == name);

    static Gift[] All() =>
    [
        new("sign-off", "mia", Plain.Signed(("architect", 1)), story => story.Passes("edge", 0), story => story.Signs("mia", "architect", 1), decision => decision.Verdict == Verdict.Go),
        new("waiver", "mia", Plain, story => story.Fails("edge", 0), story => story.Waives("edge", 1, 200), decision => decision.Verdict == Verdict.ConditionalGo),
        new("request", "jon", Plain, story => story.Fails("edge", 0), story => story.Requests("edge", 1, 200).Approves(1.1), decision => decision.Verdict == Verdict.ConditionalGo),
        new("attestation", "eve", Given.Document(Given.Attestation("edge", "the rota is full", "on-call").Each(part => part with { Fresh = TimeSpan.FromDays(30) })), story => story, story => story.Attests("eve", "edge", 1), decision => decision.Verdict == Verdict.Go),
        new("break-glass", "eve", Plain, story => story.Fails("edge", 0).BreaksGlass("ann", 0.5, 200), story => story.BreaksGlass("eve", 1, 200), decision => decision.OpenedByBreakGlass is not null),
        new("withdrawal of a veto", "eve", Plain, story => story.Passes("edge", 0).Rejects("eve", 0.5), story => story.Withdraws("eve", 1), decision => decision.Verdict == Verdict.Go),
    ];

    static Document Rotated(Document document, string person, double until) => document with
    {
        People = [.. document.People.Select(one => one.Name == person ? one with { KeyId = $"key-{person}-new", Former = [new("key-" + person, Given.Hour(until))] } : one)],
    };

    static Story Fresh(Gift gift, Document? document = null) => gift.Until(new Story(document ?? Long(gift.Document)) { Home = "key-runner" });

    static Document Long(Document document) => document.Edit("edge", control => control.Each(part => part with { Fresh = TimeSpan.FromDays(30) }));

    [Theory]
    [MemberData(nameof(Gifts))]
    public void Each_word_counts_while_its_key_is_the_persons(string name)
    {
        var gift = Of(name);
        Assert.False(gift.Counts(Fresh(gift).Decide(2)));
        Assert.True(gift.Counts(gift.Given(Fresh(gift)).Decide(2)));
    }

    [Theory]
    [MemberData(nameof(Gifts))]
    public void What_a_former_key_signed_before_it_was_replaced_still_counts(string name)
    {
        var gift = Of(name);
        Assert.True(gift.Counts(gift.Given(Fresh(gift, Rotated(Long(gift.Document), gift.Person, until: 50))).Decide(60)));
    }

    [Theory]
    [MemberData(nameof(Gifts))]
    public void What_it_signed_afterwards_does_not(string name)
    {
        var gift = Of(name);
        Assert.False(gift.Counts(gift.Given(Fresh(gift, Rotated(Long(gift.Document), gift.Person, until: 1))).Decide(2)));
    }

    [Theory]
    [MemberData(nameof(Gifts))]
    public void Nor_what_arrived_afterwards_whatever_time_it_bears(string name)
    {
        var gift = Of(name);
        var story = Fresh(gift, Rotated(Long(gift.Document), gift.Person, until: 50));
        var before = story.Entries.Count;

        Assert.False(gift.Counts(gift.Given(story).Arrives(before, 60).Decide(61)));
    }

    [Theory]
    [MemberData(nameof(Gifts))]
    public void What_arrived_before_does(string name)
    {
        var gift = Of(name);
        var story = Fresh(gift, Rotated(Long(gift.Document), gift.Person, until: 50));
        var before = story.Entries.Count;

        Assert.True(gift.Counts(gift.Given(story).Arrives(before, 40).Decide(61)));
    }

    [Theory]
    [MemberData(nameof(Gifts))]
    public void An_arrival_that_another_ledger_tells_of_is_not_believed(string name)
    {
        var gift = Of(name);
        var story = Fresh(gift, Rotated(Long(gift.Document), gift.Person, until: 50));
        var before = story.Entries.Count;

        Assert.True(gift.Counts(gift.Given(story).Arrives(before, 60, "key-stranger").Decide(61)));
    }

    [Theory]
    [MemberData(nameof(Gifts))]
    public void A_revoked_key_gives_nothing_whatever_the_date_on_it(string name)
    {
        var gift = Of(name);
        Assert.False(gift.Counts(gift.Given(Fresh(gift)).Revokes("key-" + gift.Person, by: "ann", 3).Decide(4)));
        Assert.False(gift.Counts(gift.Given(Fresh(gift).Revokes("key-" + gift.Person, by: "ann", 0.9)).Decide(4)));
        Assert.False(gift.Counts(gift.Given(Fresh(gift)).Revokes("key-" + gift.Person, by: gift.Person, 3).Decide(4)));
        Assert.False(gift.Counts(gift.Given(Fresh(gift, Rotated(Long(gift.Document), gift.Person, until: 50))).Revokes("key-" + gift.Person, by: gift.Person + "-new", 3).Decide(4)));
    }

    [Theory]
    [MemberData(nameof(Gifts))]
    public void A_revocation_by_somebody_else_counts_for_nothing_and_is_told(string name)
    {
        var gift = Of(name);
        var decision = gift.Given(Fresh(gift)).Revokes("key-" + gift.Person, by: gift.Person == "mia" ? "jon" : "mia", 3).Decide(4);

        Assert.True(gift.Counts(decision));
        Assert.Contains(new NotCounted("a revocation by somebody who may not revoke that key", 1), decision.NotCounted);
    }

    [Fact]
    public void A_former_key_revokes_nothing_after_it_was_replaced()
    {
        var story = new Story(Rotated(Plain.Signed(("architect", 1)), "mia", until: 1)).Passes("edge", 0).Signs("mia-new", "architect", 2);

        Assert.Equal(Verdict.Go, story.Revokes("key-mia-new", by: "mia", 3).Verdict(4));
        Assert.Equal(Verdict.Held, story.Revokes("key-mia-new", by: "mia", 0.5).Verdict(4));
    }

    [Fact]
    public void The_gates_own_owner_revokes_too()
    {
        var story = new Story(Plain.Signed(("architect", 1)).Gate(gate => gate with { Owner = "devops-lead" })).Passes("edge", 0).Signs("mia", "architect", 1);

        Assert.Equal(Verdict.Held, story.Revokes("key-mia", by: "jon", 2).Verdict(3));
    }

    [Fact]
    public void Two_keys_that_revoke_each_other_are_both_revoked()
    {
        var story = new Story(Rotated(Plain.Signed(("architect", 1)), "mia", until: 50)).Passes("edge", 0).Signs("mia-new", "architect", 1);
        story.Revokes("key-mia-new", by: "mia", 2).Revokes("key-mia", by: "mia-new", 3);

        Assert.Equal((Verdict.Held, "the key was revoked"), (story.Verdict(4), Assert.Single(story.Decide(4).SignOffs).WhyNot));
    }

    [Fact]
    public void The_reason_names_the_key()
    {
        Assert.Equal("the key stopped being mia's at 2026-03-02T08:00:00.000Z", Assert.Single(new Story(Rotated(Plain.Signed(("architect", 1)), "mia", 0)).Passes("edge", 0).Signs("mia", "architect", 1).Decide(2).SignOffs).WhyNot);
        Assert.Equal("the approver's key was revoked", Assert.Single(new Story(Plain).Fails("edge", 0).Waives("edge", 1, 48).Revokes("key-mia", "ann", 2).Decide(3).Waivers).WhyNot);
    }

    [Fact]
    public void One_person_with_two_keys_fills_one_seat()
    {
        var document = Rotated(Plain.Signed(("architect", 1), ("devops-lead", 1)), "mia", until: 50);
        document = document with { People = [.. document.People.Select(one => one.Name == "mia" ? one with { Roles = ["architect", "devops-lead"] } : one)] };
        var story = new Story(document).Passes("edge", 0).Signs("mia", "architect", 1).Signs("mia-new", "devops-lead", 2);

        Assert.Equal(new RoleCount("devops-lead", 1), Assert.Single(story.Decide(3).ToSign));
    }

    [Fact]
    public void One_person_with_two_keys_does_not_break_glass_alone()
    {
        var story = new Story(Rotated(Plain, "eve", until: 50)).Fails("edge", 0).BreaksGlass("eve", 1, 20).BreaksGlass("eve-new", 2, 20);

        Assert.Null(story.Decide(3).OpenedByBreakGlass);
    }

    [Fact]
    public void One_person_with_two_keys_does_not_approve_what_they_asked_for()
    {
        var document = Rotated(Plain, "mia", until: 50);

        Assert.Contains("same person", Assert.Single(new Story(document).Fails("edge", 0).Waives("edge", 1, 48, by: "mia-new", edit: waiver => waiver with { Requester = "mia" }).Decide(2).Waivers).WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_that_an_old_key_made_keeps_its_owner_from_signing()
    {
        var story = new Story(Rotated(Plain.Signed(("architect", 1)), "mia", until: 50)).Passes("edge", 0, signer: "key-mia").Signs("mia-new", "architect", 1);

        Assert.Equal("mia made evidence of edge", Assert.Single(story.Decide(2).SignOffs).WhyNot);
    }

    [Fact]
    public void A_document_without_former_keys_is_written_as_before_there_were_any() =>
        Assert.Equal("""{"key_id":"key-mia","name":"mia","roles":["architect"]}""", System.Text.Encoding.UTF8.GetString(CanonicalJson.Bytes(((Value.Items)((Value.Fields)Statements.ToValue(Plain))["people"]!).Are[1])));

    [Fact]
    public void No_other_line_asks_by_itself_whose_key_it_is() =>
        Assert.Equal(["Signing.cs"], Directory.EnumerateFiles(Path.Combine(Golden.Repository, "src/Muster.Readiness/Verdicts"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("PersonByKey(", StringComparison.Ordinal)).Select(Path.GetFileName));
}
