using System.Collections.Immutable;

namespace Muster.Readiness.Tests.Verdicts;

public class SofteningTests
{
    static readonly Gate Rehearsal = new() { Name = "rehearsal", Environment = "staging", Controls = ["b"], Sign = [new("devops-lead", 1)] };

    static readonly Document Before = (Given.Document(
        Given.Control("a").Each(part => part with { LeastPopulation = 5 }) with { NeverOverride = true },
        Given.Control("b", Given.Part("x", "/x"), Given.Part("y", "/y")),
        Given.Control("c", Given.Part("x", "/x"), Given.Part("y", "/y")) with { Combine = Combine.Any }) with
    { Environments = [.. Given.Document().Environments] })
        .Also(Rehearsal)
        .Gate(gate => gate with
        {
            After = "rehearsal",
            Soak = TimeSpan.FromHours(24),
            Sign = [new("architect", 2)],
            Waivers = new(TimeSpan.FromDays(14), ["architect"], ["compensating_control"]),
            NeverOverride = true,
            BreakGlass = ["on-call"],
            Freezes = [new(Given.Hour(0), Given.Hour(10), "holiday")],
            ProvedIn = ["staging", "production"],
        });

    static Document A(Func<Control, Control> edit) => Before.Edit("a", edit);

    static Document G(Func<Gate, Gate> edit) => Before.Gate(edit);

    static Document Part(Func<Part, Part> edit) => A(control => control.Each(edit));

    static Document Step(Func<Step, Step> edit) => Part(part => part with { Steps = [.. part.Steps.Select(edit)] });

    public static TheoryData<string, Document> Softer => new()
    {
        { "a: the control was removed", Before with { Controls = Before.Controls.RemoveAt(0) } },
        { "a: the control was taken out of go-live", G(gate => gate with { Controls = ["b", "c"] }) },
        { "a: the mode was block and is warn", A(control => control.Warn()) },
        { "a: the mode was block and is observe from 2026-03-02T09:00:00.000Z", A(control => control with { Modes = [new(Mode.Block), new(Mode.Observe, Given.Hour(1))] }) },
        { "a: override: never was removed", A(control => control with { NeverOverride = false }) },
        { "a: evidence from any environment now counts", A(control => control with { AboutRelease = true }) },
        { "a: not applicable: no (approved by architect, review 2026-03-02T09:00:00.000Z)", A(control => control with { NotApplicable = new("no", "architect", Given.Hour(1)) }) },
        { "a: deferred: no (approved by architect, review 2026-03-02T09:00:00.000Z, until http {\"target\":\"https://$(host)/\"} status 200)", A(control => control with { Deferred = new("no", "architect", Given.Hour(1), Given.Part()) }) },
        { "a: fresh was 24h and is 25h", Part(part => part with { Fresh = TimeSpan.FromHours(25) }) },
        { "a: the least population was 5 and is 4", Part(part => part with { LeastPopulation = 4 }) },
        { "a: the least population was 5 and is the kind's own", Part(part => part with { LeastPopulation = null }) },
        { "a: it now accepts imported evidence", Part(part => part with { Accepts = [Origin.Live, Origin.Imported] }) },
        { "a: it was bound to the release and is bound to the environment", Part(part => part with { Binds = Binds.Environment }) },
        { "a: its evidence came from the gate's environment and comes from staging", Part(part => part with { In = "staging" }) },
        { "a: its question was changed: what it asks, or of what", Part(part => part with { From = "outside" }) },
        { "a: its question was changed: what it asks, or of what", Before with { Environments = [Before.Environments[0], Before.Environments[1] with { Values = Value.Of(("host", "elsewhere.test")) }] } },
        { "a: its question was changed: what it asks, or of what", Before with { Environments = [Before.Environments[0] with { Values = Value.Of(("host", "elsewhere.test")) }, Before.Environments[1]] } },
        { "a: status was expected to be 200 and is expected to be at least 200", Step(step => step with { Expect = new([new("status", Given.Compare(Comparison.AtLeast, 200))]) }) },
        { "a: status was expected to be 200 and is no longer looked at", Step(step => step with { Expect = new([new("other", Given.Is(200))]) }) },
        { "a: the step  was removed", Step(step => step with { Name = "renamed" }) },
        { "b/y: the check was removed", Before.Edit("b", control => control with { Cells = [control.Cells[0] with { Parts = [control.Cells[0].Parts[0]] }] }) },
        { "b: all of its checks had to hold, and now any one will do", Before.Edit("b", control => control with { Combine = Combine.Any }) },
        { "b: the cell  was removed", Before.Edit("b", control => control with { Cells = [control.Cells[0] with { Name = "[x=1]" }] }) },
        { "c: the alternative z was added", Before.Edit("c", control => control with { Cells = [control.Cells[0] with { Parts = control.Cells[0].Parts.Add(Given.Part("z")) }] }) },
        { "go-live: the gate was removed", Before with { Gates = [Rehearsal] } },
        { "go-live: the environment was production and is staging", G(gate => gate with { Environment = "staging" }) },
        { "go-live: it need no longer be proved in staging", G(gate => gate with { ProvedIn = ["production"] }) },
        { "go-live: it came after rehearsal and now comes after nothing", G(gate => gate with { After = null }) },
        { "go-live: it came after rehearsal and now comes after other", G(gate => gate with { After = "other" }).Also(Rehearsal with { Name = "other" }) },
        { "go-live: the soak was 24h and is 1h", G(gate => gate with { Soak = TimeSpan.FromHours(1) }) },
        { "go-live: the soak was 24h and is none", G(gate => gate with { Soak = null }) },
        { "go-live: 2 sign-offs of architect were needed and 1 are", G(gate => gate with { Sign = [new("architect", 1)] }) },
        { "go-live: 2 sign-offs of architect were needed and 0 are", G(gate => gate with { Sign = [] }) },
        { "go-live: a sign-off counted for 7d and counts for 8d", G(gate => gate with { SignedFor = TimeSpan.FromDays(8) }) },
        { "go-live: its owner was ann and is eve", G(gate => gate with { Owner = "eve" }) },
        { "go-live: its owner was ann and is eve", Before with { Owner = "eve" } },
        { "go-live: its owner was ann and is nobody", Before with { Owner = "" } },
        { "go-live: eve may now approve what does not apply", G(gate => gate with { Excuses = ["architect", "eve"] }) },
        { "go-live: conditions were due in 24h and are due in 25h", G(gate => gate with { ConditionsDue = TimeSpan.FromHours(25) }) },
        { "go-live: a waiver lasted at most 14d and may last 15d", G(gate => gate with { Waivers = gate.Waivers with { AtMost = TimeSpan.FromDays(15) } }) },
        { "go-live: eve may now approve waivers", G(gate => gate with { Waivers = gate.Waivers with { Approve = ["eve"] } }) },
        { "go-live: a waiver no longer needs compensating_control", G(gate => gate with { Waivers = gate.Waivers with { Need = [] } }) },
        { "go-live: override: never was removed", G(gate => gate with { NeverOverride = false }) },
        { "go-live: eve may now break glass", G(gate => gate with { BreakGlass = ["on-call", "eve"] }) },
        { "go-live: the freeze from 2026-03-02T08:00:00.000Z to 2026-03-02T18:00:00.000Z was removed or made shorter", G(gate => gate with { Freezes = [new(Given.Hour(0), Given.Hour(9), "holiday")] }) },
        { "go-live: the freeze from 2026-03-02T08:00:00.000Z to 2026-03-02T18:00:00.000Z was removed or made shorter", G(gate => gate with { Freezes = [new(Given.Hour(1), Given.Hour(10), "holiday")] }) },
        { "eve: the person was removed", Before with { People = Before.People.RemoveAt(3) } },
        { "zoe: the person was added, with the roles architect, owner", Before with { People = Before.People.Add(Given.Person("zoe", "owner", "architect")) } },
        { "eve: the key was key-eve and is other", Before with { People = Before.People.SetItem(3, Before.People[3] with { KeyId = "other" }) } },
        { "eve: the roles were on-call and are on-call, owner", Before with { People = Before.People.SetItem(3, Given.Person("eve", "owner", "on-call")) } },
        { "eve: the roles were on-call and are none", Before with { People = Before.People.SetItem(3, Given.Person("eve")) } },
        { "rehearsal: 1 sign-offs of devops-lead were needed and 0 are", Before.Gate(gate => gate with { Sign = [] }, "rehearsal") },
        { "rehearsal: the gate was removed", Before with { Gates = [Before.Gate("go-live")!] } },
        { "b: the control was taken out of rehearsal", Before.Gate(gate => gate with { Controls = [] }, "rehearsal") },
    };

    [Theory]
    [MemberData(nameof(Softer))]
    public void Each_softening_is_named_with_what_it_was_and_what_it_is(string says, Document after) =>
        Assert.Contains(says, Softenings.Between(Before, after, "go-live").Select(softening => softening.Subject + ": " + softening.Says));

    public static TheoryData<Document> NotSofter => new()
    {
        Before,
        Before with { Title = "edited" },
        A(control => control with { Title = "edited", Fix = "so", Owner = "eve" }),
        Part(part => part with { Fresh = TimeSpan.FromHours(23), LeastPopulation = 6, Accepts = [] }),
        Step(step => step with { Expect = new([.. step.Expect.Fields, new("other", Given.Is(1))]) }),
        Step(step => step with { LeastPopulation = 9 }),
        Before.Edit("c", control => control with { Combine = Combine.All }),
        Before.Edit("c", control => control with { Cells = [control.Cells[0] with { Parts = [control.Cells[0].Parts[0]] }] }),
        Before with { Controls = Before.Controls.Add(Given.Control("d")) },
        Before with { Environments = [.. Before.Environments.Select(environment => environment with { Consent = [Hazard.Destructive] })] },
        G(gate => gate with { Soak = TimeSpan.FromHours(25), Sign = [new("architect", 1), new("architect", 1), new("owner", 1)], SignedFor = TimeSpan.FromDays(6), Excuses = [], ConditionsDue = TimeSpan.FromHours(1) }),
        G(gate => gate with { Waivers = new(TimeSpan.FromDays(1), [], ["compensating_control", "because"]), BreakGlass = [], Freezes = [new(Given.Hour(-1), Given.Hour(11), "more")], ProvedIn = ["staging", "production", "third"] }),
    };

    [Theory]
    [MemberData(nameof(NotSofter))]
    public void What_is_as_strict_or_stricter_is_none(Document after) => Assert.Empty(Softenings.Between(Before, after, "go-live"));

    [Fact]
    public void A_gate_that_is_new_softens_nothing() => Assert.Empty(Softenings.Between(Before with { Gates = [] }, Before, "go-live"));

    [Fact]
    public void Proved_elsewhere_than_in_its_own_environment_is_a_softening()
    {
        var before = Before.Gate(gate => gate with { ProvedIn = [] });
        var after = Before.Gate(gate => gate with { ProvedIn = ["staging"] });

        Assert.Contains(Softenings.Between(before, after, "go-live"), softening => softening.Says == "it need no longer be proved in production");
    }

    [Fact]
    public void An_unreviewed_proposal_that_counts_now_is_one()
    {
        var before = Before.Edit("a", control => control with { Unreviewed = true });

        Assert.Contains(Softenings.Between(before, Before, "go-live"), softening => softening.Says == "it was an unreviewed proposal and now counts");
        Assert.Empty(Softenings.Between(Before, before, "go-live"));
    }

    [Fact]
    public void A_control_beyond_the_gate_counts_where_a_states_check_looks_at_it()
    {
        var before = Given.Document(Given.Control("far"), Given.States("s", "far")).Gate(gate => gate with { Controls = ["s"] });
        var after = before.Edit("far", control => control.Each(part => part with { Fresh = TimeSpan.FromDays(9) }));

        Assert.Equal(["far"], Softenings.Between(before, after, "go-live").Select(softening => softening.Subject));
        Assert.Empty(Softenings.Between(before.Edit("s", _ => Given.Control("s")), after.Edit("s", _ => Given.Control("s")), "go-live"));
    }

    static Matcher Cmp(Comparison how, double limit, double? upper = null) => Given.Compare(how, limit, upper);

    static ImmutableArray<Operand> Ops(params Value[] values) => [.. values.Select(Operand.Of)];

    public static TheoryData<bool, Matcher, Matcher> Pairs => new()
    {
        { true, Cmp(Comparison.AtLeast, 3), Cmp(Comparison.AtLeast, 3) },
        { true, Cmp(Comparison.AtLeast, 4), Cmp(Comparison.AtLeast, 3) },
        { false, Cmp(Comparison.AtLeast, 2), Cmp(Comparison.AtLeast, 3) },
        { true, Cmp(Comparison.Over, 3), Cmp(Comparison.AtLeast, 3) },
        { false, Cmp(Comparison.AtLeast, 3), Cmp(Comparison.Over, 3) },
        { true, Cmp(Comparison.Under, 3), Cmp(Comparison.AtMost, 3) },
        { false, Cmp(Comparison.AtMost, 3), Cmp(Comparison.Under, 3) },
        { true, Cmp(Comparison.AtMost, 2), Cmp(Comparison.Under, 3) },
        { false, Cmp(Comparison.AtMost, 4), Cmp(Comparison.AtMost, 3) },
        { true, Cmp(Comparison.Between, 1, 3), Cmp(Comparison.AtLeast, 1) },
        { false, Cmp(Comparison.Between, 1, 3), Cmp(Comparison.Between, 2, 3) },
        { true, Cmp(Comparison.Between, 2, 3), Cmp(Comparison.Between, 1, 3) },
        { false, Cmp(Comparison.Between, 1, 4), Cmp(Comparison.Between, 1, 3) },
        { false, Cmp(Comparison.AtLeast, 3), Cmp(Comparison.AtMost, 3) },
        { true, Given.Is(3), Cmp(Comparison.AtLeast, 3) },
        { false, Given.Is(3), Cmp(Comparison.Over, 3) },
        { false, Given.Is("3"), Cmp(Comparison.AtLeast, 3) },
        { true, Given.Is(3), Cmp(Comparison.AtMost, 3) },
        { false, Given.Is(3), Cmp(Comparison.Under, 3) },
        { false, new Matcher.Compare(Comparison.AtLeast, new(Reference: "a.b"), Shape.Number), Cmp(Comparison.AtLeast, 3) },
        { true, new Matcher.Compare(Comparison.AtLeast, new(Reference: "a.b"), Shape.Number), new Matcher.Compare(Comparison.AtLeast, new(Reference: "a.b"), Shape.Number) },
        { false, new Matcher.Compare(Comparison.AtLeast, Operand.Of(4), Shape.Instant), Cmp(Comparison.AtLeast, 3) },
        { false, new Matcher.Compare(Comparison.Between, Operand.Of(4), Shape.Number), Cmp(Comparison.AtLeast, 3) },
        { true, Given.Is("a"), new Matcher.OneOf(Ops("a", "b")) },
        { false, Given.Is("c"), new Matcher.OneOf(Ops("a", "b")) },
        { true, new Matcher.OneOf(Ops("a")), new Matcher.OneOf(Ops("a", "b")) },
        { false, new Matcher.OneOf(Ops("a", "c")), new Matcher.OneOf(Ops("a", "b")) },
        { true, new Matcher.Only(Ops("a")), new Matcher.Only(Ops("a", "b")) },
        { false, new Matcher.Only(Ops("a", "b", "c")), new Matcher.Only(Ops("a", "b")) },
        { true, new Matcher.Includes(Ops("a", "b")), new Matcher.Includes(Ops("a")) },
        { false, new Matcher.Includes(Ops("a")), new Matcher.Includes(Ops("a", "b")) },
        { false, new Matcher.Includes(Ops("a")), new Matcher.Includes([]) },
        { true, new Matcher.Exactly(Ops("a")), new Matcher.Only(Ops("a", "b")) },
        { false, new Matcher.Exactly([]), new Matcher.Only(Ops("a", "b")) },
        { false, new Matcher.Exactly(Ops("c")), new Matcher.Only(Ops("a", "b")) },
        { true, new Matcher.Exactly(Ops("a", "b")), new Matcher.Includes(Ops("a")) },
        { false, new Matcher.Exactly(Ops("a", "b")), new Matcher.Includes(Ops("c")) },
        { false, new Matcher.Exactly(Ops("a", "b")), new Matcher.Includes([]) },
        { true, new Matcher.Every(Cmp(Comparison.AtLeast, 4)), new Matcher.Every(Cmp(Comparison.AtLeast, 3)) },
        { false, new Matcher.Every(Cmp(Comparison.AtLeast, 2)), new Matcher.Every(Cmp(Comparison.AtLeast, 3)) },
        { true, new Matcher.Some(Cmp(Comparison.AtLeast, 4)), new Matcher.Some(Cmp(Comparison.AtLeast, 3)) },
        { false, new Matcher.Some(Cmp(Comparison.AtLeast, 2)), new Matcher.Some(Cmp(Comparison.AtLeast, 3)) },
        { true, new Matcher.NoneOf(new Matcher.OneOf(Ops("a", "b"))), new Matcher.NoneOf(Given.Is("a")) },
        { false, new Matcher.NoneOf(Given.Is("a")), new Matcher.NoneOf(new Matcher.OneOf(Ops("a", "b"))) },
        { false, new Matcher.NoneOf(Cmp(Comparison.AtLeast, 2)), new Matcher.NoneOf(Cmp(Comparison.AtLeast, 3)) },
        { true, new Matcher.Count(Cmp(Comparison.AtLeast, 4)), new Matcher.Count(Cmp(Comparison.AtLeast, 3)) },
        { false, new Matcher.Count(Cmp(Comparison.AtLeast, 2)), new Matcher.Count(Cmp(Comparison.AtLeast, 3)) },
        { true, new Matcher.Has([new("a", Cmp(Comparison.AtLeast, 4)), new("b", Given.Is(1))]), new Matcher.Has([new("a", Cmp(Comparison.AtLeast, 3))]) },
        { false, new Matcher.Has([new("b", Cmp(Comparison.AtLeast, 4))]), new Matcher.Has([new("a", Cmp(Comparison.AtLeast, 3))]) },
        { false, new Matcher.Has([new("a", Cmp(Comparison.AtLeast, 4))]), new Matcher.Has([]) },
        { false, new Matcher.Has([new("a", Given.Is(1)), new("b", Given.Is(2))]), new Matcher.Has([new("a", Given.Is(1)), new("b", Given.Is(1))]) },
        { true, Cmp(Comparison.AtLeast, 4), Cmp(Comparison.Over, 3) },
        { true, Given.Is(1), Cmp(Comparison.Between, 1, 3) },
        { true, Given.Is(3), Cmp(Comparison.Between, 1, 3) },
        { false, Given.Is(0), Cmp(Comparison.Between, 1, 3) },
        { true, Given.Is(1), new Matcher.Present(true) },
        { true, new Matcher.Matches("x"), new Matcher.Present(true) },
        { false, new Matcher.Not(Given.Is(1)), new Matcher.Present(true) },
        { false, Given.Is(Value.Null), new Matcher.Present(true) },
        { false, new Matcher.Present(false), new Matcher.Present(true) },
        { false, Given.Is(1), new Matcher.Present(false) },
        { true, Given.Is(5), new Matcher.Both([Cmp(Comparison.AtLeast, 3), Cmp(Comparison.AtMost, 6)]) },
        { false, Given.Is(7), new Matcher.Both([Cmp(Comparison.AtLeast, 3), Cmp(Comparison.AtMost, 6)]) },
        { false, Given.Is(7), new Matcher.Both([]) },
        { true, new Matcher.Both([Cmp(Comparison.AtLeast, 3), Cmp(Comparison.AtMost, 6)]), Cmp(Comparison.AtLeast, 2) },
        { false, new Matcher.Both([Cmp(Comparison.AtLeast, 3), Cmp(Comparison.AtMost, 6)]), Cmp(Comparison.AtLeast, 4) },
        { false, new Matcher.Matches("a"), new Matcher.Matches("b") },
        { true, new Matcher.Matches("a"), new Matcher.Matches("a") },
        { false, new Matcher.Contains(Operand.Of("a")), new Matcher.Matches("a") },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_provably_implies_the_other_is_as_strict(bool implies, Matcher strict, Matcher loose) => Assert.Equal(implies, Strictness.Implies(strict, loose));

    static IEnumerable<string> Said(Document before, Document after) => Softenings.Between(before, after, "go-live").Select(softening => softening.Subject + ": " + softening.Says);

    [Fact]
    public void An_excuse_that_was_there_is_none_and_one_that_was_reworded_is()
    {
        var excused = A(control => control with { NotApplicable = new("no", "architect", Given.Hour(1)), Deferred = new("later", "architect", Given.Hour(1)) });

        Assert.Empty(Said(excused, excused with { Title = "edited" }));
        Assert.Equal(["a: not applicable: never (approved by architect, review 2026-03-02T09:00:00.000Z)"], Said(excused, excused.Edit("a", control => control with { NotApplicable = control.NotApplicable! with { Because = "never" } })));
        Assert.Equal(["a: deferred: later (approved by mia, review 2026-03-02T09:00:00.000Z)"], Said(excused, excused.Edit("a", control => control with { Deferred = control.Deferred! with { ApprovedBy = "mia" } })));
    }

    [Fact]
    public void Any_of_one_check_is_as_strict_as_all_of_it() => Assert.Empty(Said(Before, A(control => control with { Combine = Combine.Any })));

    [Fact]
    public void Any_is_a_softening_as_soon_as_one_cell_has_two_checks()
    {
        var before = Before.Edit("b", control => control with { Cells = [new Cell("[x=1]", [Given.Part()]), new Cell("[x=2]", control.Cells[0].Parts)] });

        Assert.Contains("b: all of its checks had to hold, and now any one will do", Said(before, before.Edit("b", control => control with { Combine = Combine.Any })));
    }

    [Fact]
    public void All_of_nothing_where_any_had_to_hold_is_a_softening() =>
        Assert.Contains("c/x: the check was removed", Said(Before, Before.Edit("c", control => control with { Combine = Combine.All, Cells = [control.Cells[0] with { Parts = [] }] })));

    [Fact]
    public void A_mode_that_is_looser_for_a_while_is_named_with_the_first_date()
    {
        var before = A(control => control with { Modes = [new(Mode.Warn), new(Mode.Block, Given.Hour(2))] });

        Assert.Equal(["a: the mode was block and is warn from 2026-03-02T10:00:00.000Z"], Said(before, A(control => control with { Modes = [new(Mode.Warn), new(Mode.Observe, Given.Hour(3)), new(Mode.Block, Given.Hour(4))] })));
        Assert.Empty(Said(before, A(control => control with { Modes = [new(Mode.Warn), new(Mode.Block, Given.Hour(1))] })));
        Assert.Equal(["a: the mode was warn and is observe"], Said(before, A(control => control with { Modes = [new(Mode.Observe), new(Mode.Block, Given.Hour(2))] })));
    }

    [Fact]
    public void A_kinds_least_population_that_shrank_is_one_and_the_same_or_more_is_none()
    {
        var before = Step(step => step with { LeastPopulation = 5 });

        Assert.Equal(["a: the kind's least population was 5 and is 4"], Said(before, Step(step => step with { LeastPopulation = 4 })));
        Assert.Empty(Said(before, Step(step => step with { LeastPopulation = 5, Loosens = ["x"] })));
    }

    [Fact]
    public void Of_several_words_on_one_field_each_must_stay()
    {
        var before = Step(step => step with { Expect = new([new("took", Cmp(Comparison.AtMost, 5)), new("took", Cmp(Comparison.Over, 0)), new("status", Given.Is(200))]) });

        Assert.Equal(["a: took was expected to be over 0 and is expected to be at most 4"], Said(before, Step(step => step with { Expect = new([new("took", Cmp(Comparison.AtMost, 4)), new("status", Given.Is(200))]) })));
        Assert.Empty(Said(before, Step(step => step with { Expect = new([new("status", Given.Is(200)), new("took", Cmp(Comparison.Between, 1, 5))]) })));
    }

    [Fact]
    public void Keys_are_shown_by_their_beginning_and_a_person_without_one_as_without()
    {
        Document Keyed(string? key) => Before with { People = Before.People.SetItem(3, Before.People[3] with { KeyId = key }) };

        Assert.Equal(["eve: the key was 0123456789ab and is 0123456789ac"], Said(Keyed("0123456789ab"), Keyed("0123456789acdef")));
        Assert.Equal(["eve: the key was key-eve and is none"], Said(Before, Keyed(null)));
        Assert.Empty(Said(Before, Before with { People = Before.People.SetItem(0, Given.Person("ann", "owner", "owner")) }));
    }

    [Fact]
    public void A_circle_of_gates_before_it_ends()
    {
        var circle = Before.Gate(gate => gate with { After = "go-live" }, "rehearsal");

        Assert.Empty(Said(circle, circle with { Title = "edited" }));
    }

    [Fact]
    public void The_gate_before_the_gate_before_counts_too()
    {
        var chain = Before.Gate(gate => gate with { After = "first" }, "rehearsal").Also(Rehearsal with { Name = "first" });

        Assert.Equal(["first: 1 sign-offs of devops-lead were needed and 0 are"], Said(chain, chain.Gate(gate => gate with { Sign = [] }, "first")));
    }

    [Fact]
    public void What_counts_in_two_gates_of_the_chain_is_said_once() =>
        Assert.Equal(["b/x: fresh was 24h and is 25h", "b/y: fresh was 24h and is 25h"], Said(Before, Before.Edit("b", control => control.Each(part => part with { Fresh = TimeSpan.FromHours(25) }))));

    [Fact]
    public void A_control_that_no_gate_of_the_chain_requires_softens_nothing()
    {
        var before = Before with { Controls = Before.Controls.Add(Given.Control("far")) };

        Assert.Empty(Said(before, Before));
        Assert.Empty(Said(before, before.Edit("far", control => control.Warn())));
    }

    [Fact]
    public void One_states_check_among_others_is_enough_to_look_beyond_the_gate()
    {
        var before = Given.Document(Given.Control("far"), new Control { Id = "s", Cells = [new("[x=1]", [Given.Part("x")]), new("[x=2]", [Given.Part("x"), Given.States("y", "far").Cells[0].Parts[0] with { Name = "y" }])] }).Gate(gate => gate with { Controls = ["s"] });

        Assert.Equal(["far: the control was removed"], Said(before, before with { Controls = before.Controls.RemoveAt(0) }));
    }

    [Fact]
    public void A_freeze_is_covered_by_one_that_is_exactly_as_long() =>
        Assert.Empty(Said(Before, G(gate => gate with { Freezes = [new(Given.Hour(-9), Given.Hour(-8), "other"), new(Given.Hour(0), Given.Hour(10), "renamed")] })));

    [Fact]
    public void A_changed_question_is_one_whichever_check_it_is_of_and_wherever_the_gate_is_proved()
    {
        var edited = Before.Edit("b", control => control with { Cells = [control.Cells[0] with { Parts = [control.Cells[0].Parts[0], Given.Part("y", "/elsewhere")] }] });
        Assert.Equal(["b/y: its question was changed: what it asks, or of what"], Said(Before, edited));

        Document Alone(Document document) => document.Gate(gate => gate with { ProvedIn = [], After = null });
        Assert.Equal(["b/y: its question was changed: what it asks, or of what"], Said(Alone(Before), Alone(edited)));
    }

    [Fact]
    public void Sign_offs_of_one_role_asked_for_in_two_places_are_added_up() =>
        Assert.Equal(["go-live: 2 sign-offs of architect were needed and 1 are"], Said(G(gate => gate with { Sign = [new("architect", 1), new("architect", 1)] }), G(gate => gate with { Sign = [new("architect", 1)] })));

    [Fact]
    public void A_former_key_that_counts_longer_is_one_and_a_present_key_that_becomes_former_is_only_replaced()
    {
        Document With(params FormerKey[] former) => Before with { People = [.. Before.People.Select(person => person.Name == "mia" ? person with { KeyId = "key-new", Former = former.Length > 0 ? [.. former] : null } : person)] };

        Assert.Equal(["the key was key-mia and is key-new"], Says(Before, With(new FormerKey("key-mia", Given.Hour(5)))));
        Assert.Equal(["the former key key-old counts until 2026-03-02T13:00:00.000Z"], Says(With(), With(new FormerKey("key-old", Given.Hour(5)))));
        Assert.Equal(["the former key key-old counts until 2026-03-02T13:00:00.000Z"], Says(With(new FormerKey("key-old", Given.Hour(4))), With(new FormerKey("key-old", Given.Hour(5)))));
        Assert.Empty(Says(With(new FormerKey("key-old", Given.Hour(5))), With(new FormerKey("key-old", Given.Hour(4)))));
        Assert.Empty(Says(With(new FormerKey("key-old", Given.Hour(5))), With()));

        static IEnumerable<string> Says(Document before, Document after) => Softenings.Between(before, after, "go-live").Select(softening => softening.Says);
    }

    [Fact]
    public void More_renewals_a_longer_limit_for_a_severity_and_a_severity_with_a_longer_limit_are_some()
    {
        Document Bounded(int? renewals, double? critical, string severity = "critical") => Before.Edit("a", control => control with { Severity = severity }).Gate(gate => gate with
        {
            Waivers = gate.Waivers with { Renewals = renewals, BySeverity = critical is { } days ? new Dictionary<string, TimeSpan> { ["critical"] = TimeSpan.FromDays(days) }.ToImmutableSortedDictionary() : null },
        });

        Assert.Equal(["a waiver could be renewed 1 times and can be 2 times"], Says(Bounded(1, 2), Bounded(2, 2)));
        Assert.Equal(["a waiver could be renewed 1 times and can be without end"], Says(Bounded(1, 2), Bounded(null, 2)));
        Assert.Equal(["a waiver of it lasted at most 2d and may last 3d"], Says(Bounded(1, 2), Bounded(1, 3)));
        Assert.Equal(["a waiver of it lasted at most 2d and may last 14d"], Says(Bounded(1, 2), Bounded(1, null)));
        Assert.Equal(["a waiver of it lasted at most 2d and may last 14d"], Says(Bounded(1, 2), Bounded(1, 2, "low")));
        Assert.Empty(Says(Bounded(2, 3), Bounded(1, 2)));
        Assert.Empty(Says(Bounded(null, null), Bounded(null, null, "low")));

        static IEnumerable<string> Says(Document before, Document after) => Softenings.Between(before, after, "go-live").Select(softening => softening.Says);
    }

    /// <summary>The strict gate keeps its name and goes elsewhere, and a laxer one stands in its place.</summary>
    [Fact]
    public void A_gate_that_was_pointed_elsewhere_holds_whatever_took_its_place()
    {
        var before = Given.Document(Given.Control("edge"));
        var after = before.Gate(gate => gate with { Environment = "staging" }).Also(new Gate { Name = "ship", Environment = "production", Controls = ["edge"] });
        var story = new Story(before).Passes("edge", 0).Decides(1).Now(after);

        var decision = story.Decide(2, "ship");
        Assert.Equal(Verdict.Held, decision.Verdict);
        Assert.Equal([new Because(8, "go-live", "softened and not accepted by the gate's owner: the gate guarded production and now guards staging")], decision.Reasons.Where(reason => reason.Line == 8));

        Assert.Equal(Verdict.Held, new Story(before).Passes("edge", 0).Decides(1).Now(after).Accepts("jon", before, 1.5).Verdict(2, "ship"));
        story.Accepts("ann", before, 2);
        Assert.Equal(Verdict.Go, story.Verdict(3, "ship"));

        story.Decides(3, "ship");
        Assert.Equal(Verdict.Go, story.Verdict(4, "ship"));
    }

    [Fact]
    public void A_gate_that_still_guards_the_environment_beside_another_holds_nobody_up()
    {
        var before = Given.Document(Given.Control("edge"));
        var after = before.Also(new Gate { Name = "ship", Environment = "production", Controls = ["edge"] });

        Assert.Equal(Verdict.Go, new Story(before).Passes("edge", 0).Decides(1).Now(after).Verdict(2, "ship"));
    }
}
