using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Evidence;

public class DueTests
{
    static ImmutableArray<Ask> Of(Story story, double hour, DueOptions? options = null) =>
        Due.Of(story.Document, story.Release, story.Ledger(), "go-live", Given.Hour(hour), options ?? new());

    static IEnumerable<string> Cells(Story story, double hour, DueOptions? options = null) => Of(story, hour, options).SelectMany(ask => ask.Cells);

    [Fact]
    public void Everything_without_a_fresh_pass_is_due()
    {
        var story = new Story(Given.Document(Given.Control("new"), Given.Control("met"), Given.Control("failed"), Given.Control("blind"), Given.Control("look").Observe(), Given.Prose("prose"), Given.States("states", "all")));
        story.Passes("met", 0).Fails("failed", 0).SeesNothing("blind", 0);

        Assert.Equal(["new", "failed", "blind", "look"], Cells(story, 1));
        Assert.Equal(["new", "met", "failed", "blind", "look"], Cells(story, 25));
        Assert.Equal(["new", "met", "failed", "blind", "look"], Cells(story, 1, new(Again: true)));
        Assert.Equal(["failed"], Cells(story, 1, new(OnlyFailed: true)));
        Assert.Equal(["failed"], Cells(story, 1, new(Again: true, OnlyFailed: true)));
    }

    [Fact]
    public void Only_what_is_named_is_asked()
    {
        var story = new Story(Given.Document(Given.Control("edge.a"), Given.Control("edge.b"), Given.Control("data")));

        Assert.Equal(["edge.a", "edge.b"], Cells(story, 1, new() { Ids = ["edge.*"] }));
        Assert.Equal(["data"], Cells(story, 1, new() { Ids = ["data"] }));
        Assert.Empty(Cells(story, 1, new() { Ids = ["dat"] }));
    }

    [Fact]
    public void The_same_question_in_the_same_environment_is_asked_once()
    {
        var story = new Story(Given.Document(Given.Control("a", Given.Part()), Given.Control("b", Given.Part(expects: Given.Is(500))), Given.Control("c", Given.Part() with { In = "staging" })));
        var asks = Of(story, 1);

        Assert.Equal([["a", "b"], ["c"]], asks.Select(ask => ask.Cells.ToArray()));
        Assert.Equal(["production", "staging"], asks.Select(ask => ask.Environment));
    }

    [Fact]
    public void What_a_deferral_waits_for_is_asked_too() =>
        Assert.Equal(["mesh/until"], Cells(new Story(Given.Document(Given.Prose("mesh") with { Deferred = new("later", "architect", Given.Hour(99), Given.Part()) })), 1));

    [Fact]
    public void Each_environment_that_it_must_be_proved_in_is_asked() =>
        Assert.Equal(["staging", "production"], Of(new Story(Given.Document(Given.Control("a")).Gate(gate => gate with { ProvedIn = ["staging", "production"] })), 1).Select(ask => ask.Environment));

    [Fact]
    public void An_unknown_gate_asks_nothing() => Assert.Empty(Due.Of(Given.Document(Given.Control("a")), default, new Folded(_ => null), "no-such", Given.Hour(0), new()));

    [Fact]
    public void Asking_is_settled_when_nobody_it_is_asked_for_would_fail()
    {
        var ask = Assert.Single(Of(new Story(Given.Document(Given.Control("a", Given.Part(expects: Given.Compare(Comparison.AtLeast, 200))), Given.Control("b", Given.Part(expects: Given.Is(204))))), 1));

        Assert.False(ask.Settled("", Value.Of(("status", 200))));
        Assert.True(ask.Settled("", Value.Of(("status", 204))));
        Assert.False(ask.Settled("", "not a map"));
    }

    [Fact]
    public void A_plan_names_address_hazard_and_consent_and_keeps_secrets_as_references()
    {
        var kinds = new KindCatalogue([new Kind { Name = "http", Says = "", Target = TargetShape.Url, Population = "", Example = "", Hazard = Hazard.Active }, new Kind { Name = "tcp", Says = "", Target = TargetShape.Url, Population = "", Example = "" }]);
        Part Of(string kind, Value target) => new() { Steps = [new Step { Kind = kind, Parameters = Value.Of(("target", target)), Expect = Expectation.None }] };
        var document = Given.Document(
            Given.Control("a", Of("http", "db")), Given.Control("b", Of("http", "db") with { In = "staging" }), Given.Control("c", Of("tcp", "x:1")), Given.Control("d", Of("mystery", Value.Texts(["run", "it"]))),
            Given.Control("e", new Part { Steps = [new Step { Kind = "tcp", Parameters = Value.Fields.Empty, Expect = Expectation.None }] }))
            with
        { Targets = [new Target("db", "$(env:SHOP_DSN)")] };
        var plan = Plan.Of(document, Due.Of(document, default, new Folded(_ => null), "go-live", Given.Hour(0), new()), kinds);

        Assert.Equal(
            [("a", "$(env:SHOP_DSN)", "production", Hazard.Active, false), ("b", "$(env:SHOP_DSN)", "staging", Hazard.Active, true), ("c", "x:1", "production", Hazard.Passive, true), ("d", "run it", "production", Hazard.Destructive, false), ("e", "", "production", Hazard.Passive, true)],
            plan.Select(step => (step.Cells[0], step.Address, step.Environment, step.Hazard, step.Consented)));
    }

    [Fact]
    public void Any_of_several_names_is_enough()
    {
        var story = new Story(Given.Document(Given.Control("edge.a"), Given.Control("edge.b"), Given.Control("data"), Given.Control("rest")));

        Assert.Equal(["edge.a", "edge.b", "data"], Cells(story, 1, new() { Ids = ["edge.*", "data"] }));
    }

    [Fact]
    public void What_counts_is_what_the_kind_says_where_the_document_does_not()
    {
        var kinds = new KindCatalogue([new Kind { Name = "http", Says = "", Target = TargetShape.Url, Population = "responses", Example = "", LeastPopulation = 2 }]);
        var story = new Story(Given.Document(Given.Control("edge"))).Passes("edge", 0);

        Assert.Empty(Cells(story, 1));
        Assert.Single(Due.Of(story.Document, story.Release, story.Ledger(), "go-live", Given.Hour(1), new(), kinds));
    }

    [Fact]
    public void A_check_with_a_step_that_only_the_judge_knows_is_not_asked()
    {
        var part = Given.Part();
        var mixed = part with { Steps = [part.Steps[0] with { Name = "a" }, part.Steps[0] with { Name = "b", Kind = "states" }] };

        Assert.Empty(Cells(new Story(Given.Document(Given.Control("edge", mixed))), 1));
    }

    [Fact]
    public void A_step_that_nothing_is_expected_of_is_settled_and_what_cannot_be_told_is_asked_on()
    {
        var ask = Assert.Single(Of(new Story(Given.Document(Given.Control("a"))), 1));

        Assert.True(ask.Settled("other", Value.Of(("status", 500))));
        Assert.False(ask.Settled("", Value.Of(("other", 500))));
    }

    [Fact]
    public void A_check_with_a_place_of_its_own_is_asked_there_once()
    {
        var story = new Story(Given.Document(Given.Control("a").Each(part => part with { In = "staging" })).Gate(gate => gate with { ProvedIn = ["staging", "production"] }));

        Assert.Equal(["a"], Cells(story, 1));
    }

    [Fact]
    public void A_question_that_nobody_weighs_is_settled_by_any_answer() => Assert.True(new Ask(new Question("here", []), "production", []).Settled("", Value.Null));
}
