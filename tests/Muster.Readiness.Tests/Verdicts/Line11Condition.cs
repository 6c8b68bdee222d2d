namespace Muster.Readiness.Tests.Verdicts;

public class Line11Condition
{
    static readonly Document Warned = Given.Document(Given.Control("edge"), Given.Control("warned").Warn());

    static Story Opened(Document? document = null) => new Story(document ?? Warned).Passes("edge", 0).Fails("warned", 0).Decides(1);

    static DateTimeOffset Due(Story story, double hour) => Assert.Single(story.Decide(hour).Conditions).Due;

    [Fact]
    public void The_deadline_is_the_first_opening_and_the_gates_limit() => Assert.Equal(Given.Hour(25), Due(Opened(), 2));

    [Fact]
    public void Before_any_opening_it_counts_from_now() => Assert.Equal(Given.Hour(26), Due(new Story(Warned).Passes("edge", 0).Fails("warned", 0), 2));

    [Fact]
    public void A_later_opening_does_not_slide_it() => Assert.Equal(Given.Hour(25), Due(Opened().Decides(5).Decides(9), 10));

    [Fact]
    public void A_longer_limit_written_later_does_not_move_it()
    {
        var story = Opened().Now(Warned.Gate(gate => gate with { ConditionsDue = TimeSpan.FromDays(30) })).Accepts("ann", Warned, 2).Decides(3);

        Assert.Equal(Given.Hour(25), Due(story, 4));
    }

    [Fact]
    public void Another_release_does_not_remove_it()
    {
        var story = Opened().Releases("two").Passes("edge", 2).Fails("warned", 2).Decides(3);

        Assert.Equal(Given.Hour(25), Due(story, 4));
    }

    [Fact]
    public void A_verdict_that_did_not_open_begins_no_clock()
    {
        var story = new Story(Warned).Fails("edge", 0).Fails("warned", 0).Decides(1).Passes("edge", 2);

        Assert.Equal(Given.Hour(27), Due(story, 3));
    }

    [Fact]
    public void A_removed_control_leaves_its_condition()
    {
        var story = Opened().Now(Warned.Without("warned")).Accepts("ann", Warned, 2);

        Assert.Equal((Verdict.ConditionalGo, Given.Hour(25)), (story.Verdict(3), Due(story, 3)));
        Assert.Equal(Verdict.NoGo, story.Passes("edge", 20).Verdict(26));
    }

    [Fact]
    public void Met_closes_it()
    {
        var story = Opened().Passes("warned", 2);

        Assert.Empty(story.Decide(3).Conditions);
        Assert.Equal(Verdict.Go, story.Verdict(3));
    }

    [Fact]
    public void Once_met_at_a_verdict_a_new_failure_begins_anew()
    {
        var story = Opened().Passes("warned", 2).Decides(3).Fails("warned", 4);

        Assert.Equal(Given.Hour(29), Due(story, 5));
        Assert.Equal(Given.Hour(30), Due(story.Decides(6), 7));
    }

    [Fact]
    public void A_verdict_that_had_not_seen_the_opening_closes_nothing()
    {
        var story = Opened().Decides(2, edit: decided => decided with { Open = [], Over = 2 });

        Assert.Equal(Given.Hour(25), Due(story, 3));
    }

    [Fact]
    public void A_check_emptied_for_a_minute_does_not_start_the_clock_anew()
    {
        var emptied = Warned.Edit("warned", control => control.Expecting(("status", new Matcher.Present(true))));
        var story = Opened().Now(emptied).Decides(2);
        Assert.Equal(Verdict.Held, ((Fact.Decided)story.Last.Fact).Verdict);
        Assert.Empty(((Fact.Decided)story.Last.Fact).Open);

        Assert.Equal(Given.Hour(25), Due(story.Now(Warned), 3));
    }

    [Fact]
    public void A_waivers_expiry_is_the_deadline_if_it_is_sooner()
    {
        var story = new Story(Given.Document(Given.Control("edge"))).Fails("edge", 0).Waives("edge", 1, until: 6);
        Assert.Equal(Given.Hour(6), Due(story, 2));
        story.Decides(2);

        // A second waiver does not renew the deadline of the first.
        Assert.Equal(Verdict.NoGo, story.Waives("edge", 3, until: 48).Verdict(7));
        Assert.Contains(story.Decide(7).Reasons, because => because is { Line: 6, Subject: "edge" } && because.Says.Contains("was due", StringComparison.Ordinal));
    }

    [Fact]
    public void A_waiver_that_lasts_longer_than_the_limit_has_the_limit() =>
        Assert.Equal(Given.Hour(26), Due(new Story(Given.Document(Given.Control("edge"))).Fails("edge", 0).Waives("edge", 1, until: 200), 2));

    [Fact]
    public void Excusing_the_control_does_not_close_it()
    {
        var story = Opened().Now(Warned.Edit("warned", control => control with { NotApplicable = new("no more", "architect", Given.Hour(900)) })).Accepts("ann", Warned, 2);

        Assert.Equal(Given.Hour(25), Due(story, 3));
    }

    [Fact]
    public void Its_owner_is_the_controls()
    {
        Assert.Equal("ann", Assert.Single(Opened().Decide(2).Conditions).Owner);
        Assert.Equal("eve", Assert.Single(Opened(Warned.Edit("warned", control => control with { Owner = "eve" })).Decide(2).Conditions).Owner);
    }

    [Fact]
    public void At_its_deadline_it_is_in_time_and_after_it_overdue()
    {
        Assert.False(Assert.Single(Opened().Decide(25).Conditions).Overdue);
        Assert.True(Assert.Single(Opened().Decide(25.001).Conditions).Overdue);
    }

    [Fact]
    public void It_says_what_it_is_for()
    {
        Assert.Equal("a warning: status: expected 200, saw 500", Assert.Single(Opened().Decide(2).Conditions).Says);
        Assert.Equal("waived", Assert.Single(new Story(Given.Document(Given.Control("edge"))).Fails("edge", 0).Waives("edge", 1, 48).Decide(2).Conditions).Says);
        Assert.Equal("left open by an earlier opening", Assert.Single(Opened().Now(Warned.Edit("warned", control => control.Observe())).Decide(2).Conditions).Says);
        Assert.Equal("left open by an earlier opening; its control is gone from the document", Assert.Single(Opened().Now(Warned.Without("warned")).Decide(2).Conditions).Says);
    }

    [Fact]
    public void What_only_observes_blocks_or_is_met_leaves_none()
    {
        var document = Given.Document(Given.Control("edge"), Given.Control("look").Observe(), Given.Control("warned").Warn(), Given.Control("out").Warn() with { NotApplicable = new("no", "architect", Given.Hour(99)) });

        Assert.Empty(new Story(document).Fails("edge", 0).Fails("look", 0).Passes("warned", 0).Fails("out", 0).Decide(1).Conditions);
    }

    [Fact]
    public void Of_two_waivers_the_later_expiry_counts_and_of_one_that_does_not_count_none()
    {
        var story = new Story(Given.Document(Given.Control("edge"), Given.Control("other"))).Fails("edge", 0).Fails("other", 0).Waives("edge", 1, until: 6).Waives("edge", 1, until: 9).Waives("other", 1, until: 20).Waives("edge", 1, until: 12, by: "eve");

        Assert.Equal([("edge", Given.Hour(9)), ("other", Given.Hour(20))], story.Decide(2).Conditions.Select(condition => (condition.Id, condition.Due)));
    }

    [Fact]
    public void Met_outside_the_gate_closes_it_too_and_in_each_of_its_environments()
    {
        var outside = Warned.Gate(gate => gate with { Controls = ["edge"] });
        var story = Opened().Now(outside).Accepts("ann", Warned, 2);
        Assert.Equal("warned", Assert.Single(story.Decide(3).Conditions).Id);
        Assert.Empty(story.Passes("warned", 2).Decide(3).Conditions);

        story.Now(outside.Gate(gate => gate with { ProvedIn = ["staging", "production"] }));
        Assert.Equal("warned", Assert.Single(story.Decide(3).Conditions).Id);
        Assert.Empty(story.Passes("warned", 2, environment: "staging").Decide(3).Conditions);
    }

    [Fact]
    public void One_without_a_written_deadline_is_due_by_its_own_verdict() =>
        Assert.Equal(Given.Hour(25), Due(new Story(Warned).Passes("edge", 0).Fails("warned", 0).Decides(1, edit: decided => decided with { Open = ["warned"] }), 2));

    [Fact]
    public void One_with_a_deadline_that_cannot_be_read_stays_as_it_is_written() =>
        Assert.Contains(new Story(Warned).Passes("edge", 0).Passes("warned", 0).Decides(1, edit: decided => decided with { Open = ["warned due soon"] }).Decide(2).Conditions, condition => condition is { Id: "warned due soon", Overdue: false });

    [Fact]
    public void Several_stay_open_side_by_side_until_each_is_met()
    {
        var two = Given.Document(Given.Control("edge"), Given.Control("one").Warn(), Given.Control("two").Warn());
        var story = new Story(two).Passes("edge", 0).Fails("one", 0).Fails("two", 0).Decides(1).Passes("one", 2).Decides(3).Fails("one", 4);

        Assert.Equal([("one", Given.Hour(29)), ("two", Given.Hour(25))], story.Decide(5).Conditions.Select(condition => (condition.Id, condition.Due)));
    }

    [Fact]
    public void An_opening_under_another_document_that_found_it_met_closes_it()
    {
        var other = Warned with { Title = "edited" };
        var story = Opened().Now(other).Passes("warned", 2).Decides(3).Fails("warned", 4);
        Assert.Equal(Verdict.Go, ((Fact.Decided)story.Entries[^2].Fact).Verdict);

        Assert.Equal(Given.Hour(29), Due(story, 5));
    }

    [Fact]
    public void A_verdict_of_the_same_document_that_did_not_open_and_found_it_met_closes_it()
    {
        var story = Opened().Passes("warned", 2).Fails("edge", 2).Decides(3).Fails("warned", 4).Passes("edge", 4);
        Assert.Equal(Verdict.NoGo, story.Entries.Select(entry => entry.Fact).OfType<Fact.Decided>().Last().Verdict);

        Assert.Equal(Given.Hour(29), Due(story, 5));
    }

    [Fact]
    public void Without_an_owner_of_the_controls_it_is_the_gates() =>
        Assert.Equal("jon", Assert.Single(Opened(Warned.Gate(gate => gate with { Owner = "jon" })).Decide(2).Conditions).Owner);

    [Fact]
    public void Its_owner_is_the_waivers_word_else_the_controls_else_the_gates()
    {
        var document = Given.Document(Given.Control("edge"));
        var owned = document.Edit("edge", control => control with { Owner = "devops-lead" });
        static string Owner(Document document, Func<Waiver, Waiver>? edit = null) => Assert.Single(new Story(document).Fails("edge", 0).Waives("edge", 1, 48, edit: edit).Decide(2).Conditions).Owner;

        Assert.Equal(("ann", "devops-lead", "eve"), (Owner(document), Owner(owned), Owner(owned, waiver => waiver with { Owner = "eve" })));
    }
}
