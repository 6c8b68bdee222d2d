using System.Collections.Immutable;

namespace Muster.Readiness.Tests.Verdicts;

public class Line04Waiver
{
    readonly Story _story = new Story(Given.Document(Given.Control("edge"))).Fails("edge", 0);

    string? WhyNot(double hour = 2) => Assert.Single(_story.Decide(hour).Waivers).WhyNot;

    [Fact]
    public void A_waiver_that_names_the_failure_counts_and_the_state_stays_failed()
    {
        _story.Waives("edge", 1, until: 48);

        Assert.Equal(Verdict.ConditionalGo, _story.Verdict(2));
        Assert.Null(WhyNot());
        Assert.Equal(State.Failed, _story.State("edge", 2).Item1);
        Assert.True(_story.Shown("edge", 2).Waived);
        Assert.Equal(4, _story.Shown("edge", 2).Line);
    }

    [Fact]
    public void It_ends_at_its_expiry()
    {
        _story.Waives("edge", 1, until: 5);

        Assert.Equal(Verdict.ConditionalGo, _story.Verdict(4.999));
        Assert.Equal(Verdict.NoGo, _story.Verdict(5));
        Assert.Equal("expired", WhyNot(5));
    }

    [Fact]
    public void Requester_and_approver_must_differ() => Refused(_story.Waives("edge", 1, 48, edit: waiver => waiver with { Requester = " Mia" }), "same person");

    [Fact]
    public void The_requester_must_be_somebody() => Refused(_story.Waives("edge", 1, 48, edit: waiver => waiver with { Requester = "nobody" }), "nobody in the document");

    [Fact]
    public void The_approvers_role_must_be_named() => Refused(_story.Waives("edge", 1, 48, by: "eve"), "no role");

    [Fact]
    public void An_unknown_key_approves_nothing() => Refused(_story.Waives("edge", 1, 48, by: "stranger"), "nobody in the document");

    [Fact]
    public void It_is_for_the_controls_text_as_it_was()
    {
        _story.Waives("edge", 1, 48).Now(_story.Document.Edit("edge", control => control with { Title = "edited" }));

        Refused(_story, "text has changed");
    }

    [Fact]
    public void It_is_for_its_environment()
    {
        _story.Waives("edge", 1, 48, edit: waiver => waiver with { Environment = "staging" });

        Assert.Equal(Verdict.NoGo, _story.Verdict(2));
        Assert.Empty(_story.Decide(2).Waivers);
    }

    [Fact]
    public void It_is_for_its_releases() => Refused(_story.Waives("edge", 1, 48, edit: waiver => waiver with { Releases = [Digest.Of("another"u8)] }), "another release");

    [Fact]
    public void One_that_names_no_release_is_for_none() => Refused(_story.Waives("edge", 1, 48, edit: waiver => waiver with { Releases = [] }), "another release");

    [Fact]
    public void It_names_every_matcher_that_fails()
    {
        var story = new Story(Given.Document(Given.Control("edge").Expecting(("status", Given.Is(200)), ("body", Given.Is("ok")))));
        story.Sees("edge", 0, Value.Of(("status", 500), ("body", "oops"))).Waives("edge", 1, 48, matchers: ["status"]);
        Refused(story, "body fails too");

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, matchers: ["status", "body"]).Verdict(2));
    }

    [Fact]
    public void A_failure_that_it_does_not_name_is_not_waived_by_it() => Refused(_story.Waives("edge", 1, 48, matchers: ["other:status"]), "status fails too");

    [Fact]
    public void It_covers_unproven_only_if_it_says_so()
    {
        var story = new Story(Given.Document(Given.Control("edge"))).Waives("edge", 1, 48);
        Refused(story, "does not cover unproven", Verdict.Undecided);

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, edit: waiver => waiver with { CoversUnproven = true }).Verdict(2));
    }

    [Fact]
    public void A_failed_check_beside_an_unproven_one_needs_both_covered()
    {
        var story = new Story(Given.Document(Given.Control("edge", Given.Part("a", "/a"), Given.Part("b", "/b")))).Fails("edge/a", 0).Waives("edge", 1, 48, matchers: ["a:status"]);
        Refused(story, "does not cover unproven");

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, edit: waiver => waiver with { CoversUnproven = true, Matchers = ["a:status"] }).Verdict(2));
    }

    [Fact]
    public void A_waiver_of_unproven_does_not_cover_what_then_fails()
    {
        var story = new Story(Given.Document(Given.Control("edge"))).Waives("edge", 1, 48, edit: waiver => waiver with { CoversUnproven = true, Matchers = [] });
        Assert.Equal(Verdict.ConditionalGo, story.Verdict(2));

        Assert.Equal(Verdict.NoGo, story.Fails("edge", 2).Verdict(3));
    }

    [Fact]
    public void Under_any_it_names_what_fails_in_every_alternative()
    {
        var story = new Story(Given.Document(Given.Control("edge", Given.Part("a", "/a"), Given.Part("b", "/b")) with { Combine = Combine.Any }));
        story.Fails("edge/a", 0).Fails("edge/b", 0).Waives("edge", 1, 48, matchers: ["a:status"]);
        Refused(story, "b:status fails too");

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, matchers: ["a:status", "b:status"]).Verdict(2));
    }

    [Fact]
    public void Under_override_never_on_the_control_none_counts()
    {
        var story = new Story(Given.Document(Given.Control("edge") with { NeverOverride = true })).Fails("edge", 0).Waives("edge", 1, 48);

        Refused(story, "override: never");
    }

    [Fact]
    public void Under_override_never_on_the_gate_none_counts()
    {
        var story = new Story(Given.Document(Given.Control("edge")).Gate(gate => gate with { NeverOverride = true })).Fails("edge", 0).Waives("edge", 1, 48);

        Refused(story, "override: never");
    }

    [Theory]
    [InlineData(1 + 14 * 24, true)]
    [InlineData(1 + 14 * 24 + 0.001, false)]
    public void It_lasts_no_longer_than_the_gate_allows(double until, bool counts) =>
        Assert.Equal(counts, Assert.Single(_story.Waives("edge", 1, until).Decide(2).Waivers).Counts);

    [Fact]
    public void One_that_begins_later_than_its_own_entry_never_counts_so_that_no_date_brings_it_to_life()
    {
        _story.Waives("edge", 1, 48, edit: waiver => waiver with { From = Given.Hour(2) });

        Refused(_story, "begins after", hour: 1.5);
        Refused(_story, "begins after", hour: 3);
    }

    [Fact]
    public void It_carries_the_fields_that_the_gate_needs()
    {
        var story = new Story(Given.Document(Given.Control("edge")).Gate(gate => gate with { Waivers = gate.Waivers with { Need = ["compensating_control", "because", "requester"] } })).Fails("edge", 0);
        Refused(story.Waives("edge", 1, 48), "lacks compensating_control");
        Refused(story.Waives("edge", 1, 48, edit: waiver => waiver with { CompensatingControl = "watched", Because = " " }), "lacks", which: 1);

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, edit: waiver => waiver with { CompensatingControl = "watched by hand" }).Verdict(2));
    }

    [Fact]
    public void A_need_that_nobody_can_meet_is_not_met()
    {
        var story = new Story(Given.Document(Given.Control("edge")).Gate(gate => gate with { Waivers = gate.Waivers with { Need = ["ticket"] } })).Fails("edge", 0);

        Refused(story.Waives("edge", 1, 48), "lacks ticket");
    }

    [Fact]
    public void Its_approver_takes_it_back_and_nobody_else()
    {
        _story.Waives("edge", 1, 48).Withdraws("eve", 1.1);
        Assert.Equal(Verdict.ConditionalGo, _story.Verdict(2));
    }

    [Fact]
    public void Withdrawn_by_its_approver_it_counts_no_more() => Refused(_story.Waives("edge", 1, 48).Withdraws("mia", 1.1), "withdrawn");

    [Fact]
    public void A_met_control_has_nothing_to_waive() => Refused(_story.Waives("edge", 1, 48).Passes("edge", 1), "is met", Verdict.Go);

    [Fact]
    public void An_observed_control_has_nothing_to_waive()
    {
        var story = new Story(Given.Document(Given.Control("edge"), Given.Control("look").Observe())).Passes("edge", 0).Fails("look", 0).Waives("look", 1, 48);

        Refused(story, "only observed", Verdict.Go);
    }

    [Fact]
    public void Proved_in_two_environments_it_must_be_waived_in_each()
    {
        var story = new Story(Given.Document(Given.Control("edge")).Gate(gate => gate with { ProvedIn = ["staging", "production"] }));
        story.Fails("edge", 0).Fails("edge", 0, environment: "staging").Waives("edge", 1, 48);
        Assert.Equal(Verdict.NoGo, story.Verdict(2));

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, edit: waiver => waiver with { Environment = "staging" }).Verdict(2));
    }

    static void Refused(Story story, string because, Verdict verdict = Verdict.NoGo, int which = 0, double hour = 2)
    {
        var decision = story.Decide(hour);
        Assert.Equal(verdict, decision.Verdict);
        Assert.False(decision.Waivers[which].Counts);
        Assert.Contains(because, decision.Waivers[which].WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Withdrawn_it_says_so_whatever_the_control_is() => Refused(_story.Waives("edge", 1, 48).Withdraws("mia", 1.1).Passes("edge", 1.2), "withdrawn", Verdict.Go);

    [Fact]
    public void A_stranger_who_takes_it_back_first_does_not_keep_its_approver_from_it() =>
        Refused(new Story(_story.Document).Fails("edge", 0).Waives("edge", 1, 48) is var story && story.Last.Id is var waiver
            ? story.Enters(new Fact.Withdrawn(waiver, "no", Given.Hour(1.1)), 1.1, "key-eve").Enters(new Fact.Withdrawn(waiver, "no", Given.Hour(1.2)), 1.2, "key-mia") : _story, "withdrawn");

    [Fact]
    public void A_met_control_is_not_shown_as_waived() => Assert.False(_story.Waives("edge", 1, 48).Passes("edge", 1).Shown("edge", 2).Waived);

    [Fact]
    public void An_approver_of_several_roles_needs_one_that_the_gate_names()
    {
        var document = _story.Document with { People = _story.Document.People.Add(Given.Person("zoe", "on-call", "architect")) };

        Assert.Equal(Verdict.ConditionalGo, _story.Now(document).Waives("edge", 1, 48, by: "zoe").Verdict(2));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(5.001, false)]
    public void It_begins_at_most_five_seconds_after_its_entry(double seconds, bool counts) =>
        Assert.Equal(counts, Assert.Single(_story.Waives("edge", 1, 48, edit: waiver => waiver with { From = Given.Hour(1 + seconds / 3600) }).Decide(2).Waivers).Counts);

    [Fact]
    public void What_fails_beside_what_is_met_must_be_named_too()
    {
        var story = new Story(Given.Document(Given.Control("edge", Given.Part("a", "/a"), Given.Part("b", "/b")))).Passes("edge/a", 0).Fails("edge/b", 0);
        Refused(story.Waives("edge", 1, 48, matchers: ["a:status"]), "b:status fails too");

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, matchers: ["b:status"]).Verdict(2));
    }

    [Fact]
    public void Under_any_a_cell_that_is_met_need_not_be_named()
    {
        var parts = new[] { Given.Part("a", "/$(x)/a"), Given.Part("b", "/$(x)/b") };
        Cell Of(string name) => new($"[x={name}]", [.. parts.Select(part => part with { Steps = [part.Steps[0] with { Parameters = Value.Of(("target", $"/{name}/{part.Name}")) }] })]);
        var story = new Story(Given.Document(new Control { Id = "edge", Combine = Combine.Any, Cells = [Of("1"), Of("2")] }));
        story.Passes("edge/a[x=1]", 0).Fails("edge/b[x=1]", 0).Fails("edge/a[x=2]", 0).Fails("edge/b[x=2]", 0);

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, matchers: ["a[x=2]:status", "b[x=2]:status"]).Verdict(2));
    }

    [Fact]
    public void It_names_the_one_thing_within_a_map_that_fails()
    {
        var story = new Story(Given.Document(Given.Control("edge").Expecting(("json", new Matcher.Has([new("checks", new Matcher.Has([new("db", Given.Is(true)), new("bus", Given.Is(true))]))])))));
        story.Sees("edge", 0, Value.Of(("json", Value.Of(("checks", Value.Of(("db", false), ("bus", true)))))));
        Refused(story.Waives("edge", 1, 48, matchers: ["json"]), "json.checks.db fails too");

        Assert.Equal(Verdict.ConditionalGo, story.Waives("edge", 1, 48, matchers: ["json.checks.db"]).Verdict(2));
    }

    static Story Asked(Func<Gate, Gate>? edit = null) =>
        new Story(Given.Document(Given.Control("edge")).Gate(gate => edit is null ? gate with { Waivers = gate.Waivers with { Need = ["request"] } } : edit(gate))).Fails("edge", 0);

    [Fact]
    public void A_request_alone_covers_nothing()
    {
        var decision = Asked().Requests("edge", 1, 48).Decide(2);

        Assert.Equal(Verdict.NoGo, decision.Verdict);
        Assert.Empty(decision.Waivers);
    }

    [Fact]
    public void A_gate_that_needs_a_request_takes_no_name_for_one()
    {
        Refused(Asked().Waives("edge", 1, 48), "lacks request");

        Assert.Equal(Verdict.ConditionalGo, Asked().Requests("edge", 1, 48).Approves(2).Verdict(3));
    }

    [Fact]
    public void The_request_is_signed_by_the_one_who_is_named() =>
        Refused(Asked().Requests("edge", 1, 48, by: "eve", edit: waiver => waiver with { Requester = "jon" }).Approves(1.5), "its request is eve's, not jon's");

    [Fact]
    public void The_requests_key_must_be_somebodys() => Refused(Asked().Requests("edge", 1, 48, by: "stranger", edit: waiver => waiver with { Requester = "jon" }).Approves(1.5), "the requester's key belongs to nobody");

    [Fact]
    public void The_request_must_be_there() => Refused(Asked().Waives("edge", 1, 48, edit: waiver => waiver with { Request = Digest.Of("none"u8) }), "not in the ledger");

    [Fact]
    public void Its_requester_takes_it_back()
    {
        var story = Asked().Requests("edge", 1, 48);
        var request = story.Last.Id;

        Refused(story.Approves(1.5).Enters(new Fact.Withdrawn(request, "no", Given.Hour(1.7)), 1.7, "key-jon"), "its request was withdrawn");
    }

    [Fact]
    public void Nobody_approves_their_own_request() => Refused(Asked().Requests("edge", 1, 48, by: "mia").Approves(1.5), "same person");

    static readonly Func<Waiver, Waiver>[] Others =
    [
        waiver => waiver with { Matchers = ["status", "body"] }, waiver => waiver with { Matchers = [] }, waiver => waiver with { CoversUnproven = true }, waiver => waiver with { Because = "else" },
        waiver => waiver with { CompensatingControl = "else" }, waiver => waiver with { Expires = Given.Hour(49) }, waiver => waiver with { Releases = waiver.Releases.Add(Digest.Of("other"u8)) },
        waiver => waiver with { Owner = "mia" }, waiver => waiver with { From = Given.Hour(0.5) },
    ];

    [Fact]
    public void What_is_approved_is_what_was_asked_for() =>
        Assert.All(Others, edit => Refused(Asked().Requests("edge", 1, 48).Approves(1.5, edit: edit), "not what its request asks for"));

    [Fact]
    public void It_may_begin_later_and_end_sooner() => Assert.Equal(Verdict.ConditionalGo, Asked().Requests("edge", 1, 48).Approves(1.5, edit: waiver => waiver with { Expires = Given.Hour(20) }).Verdict(2));

    [Fact]
    public void A_named_request_must_hold_also_where_the_gate_needs_none() =>
        Refused(Asked(gate => gate).Requests("edge", 1, 48).Approves(1.5, edit: waiver => waiver with { Because = "else" }), "not what its request asks for");

    [Theory]
    [InlineData("critical", 48, true)]
    [InlineData("critical", 49.001, false)]
    [InlineData("low", 49.001, true)]
    public void Its_limit_may_go_by_severity(string severity, double until, bool counts)
    {
        var document = Given.Document(Given.Control("edge") with { Severity = severity })
            .Gate(gate => gate with { Waivers = gate.Waivers with { BySeverity = new Dictionary<string, TimeSpan> { ["critical"] = TimeSpan.FromDays(2) }.ToImmutableSortedDictionary() } });

        Assert.Equal(counts, Assert.Single(new Story(document).Fails("edge", 0).Waives("edge", 1, until).Decide(2).Waivers).Counts);
    }

    [Fact]
    public void It_is_renewed_as_often_as_the_gate_allows_and_the_count_is_shown()
    {
        var story = Asked(gate => gate with { Waivers = gate.Waivers with { Renewals = 1 } }).Waives("edge", 1, 5).Waives("edge", 4, 10).Waives("edge", 8, 14);

        Assert.Equal([0, 1, 2], story.Decide(9).Waivers.Select(waiver => waiver.Renewals!.Value));
        Assert.Equal(Verdict.ConditionalGo, story.Verdict(9));
        Assert.Equal(Verdict.NoGo, story.Verdict(11));
        Refused(story, "renewed more often than the 1 times", which: 2, hour: 11);
    }

    [Fact]
    public void Taking_one_back_does_not_begin_the_count_anew_and_a_strangers_does_not_use_it_up()
    {
        var bounded = (Gate gate) => gate with { Waivers = gate.Waivers with { Renewals = 0 } };

        Refused(Asked(bounded).Waives("edge", 1, 5).Withdraws("mia", 2).Waives("edge", 3, 10), "renewed more often", which: 1, hour: 4);
        Assert.Equal(Verdict.ConditionalGo, Asked(bounded).Waives("edge", 1, 5, by: "eve").Waives("edge", 3, 10).Verdict(4));
    }

    [Fact]
    public void A_gate_that_does_not_count_renewals_says_none() => Assert.Null(Assert.Single(_story.Waives("edge", 1, 48).Decide(2).Waivers).Renewals);

    [Fact]
    public void Several_releases_may_be_named() =>
        Assert.Equal(Verdict.ConditionalGo, _story.Waives("edge", 1, 48, edit: waiver => waiver with { Releases = [_story.Release, Digest.Of("next"u8)] }).Verdict(2));
}
