using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Evidence;

public class WeighTests
{
    static readonly Matcher Any = Given.Is("x");

    static Outcome Of(Value? seen, Matcher matcher, long population = 1, Func<string, Value?>? refer = null, string path = "field")
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new(path, matcher)]) };
        var observation = seen is null ? Value.Of(("other", 1)) : Value.Of(("field", seen));
        return Weigh.Of(step, new Sight { Observation = observation, Population = population }, null, new() { Refer = refer ?? (_ => null), LeastPopulation = 0 });
    }

    static string Says(Value? seen, Matcher matcher) => Of(seen, matcher) switch
    {
        Outcome.Pass => "pass",
        Outcome.Fail => "fail",
        Outcome.Unproven unproven => unproven.Why.ToString(),
        _ => "?",
    };

    static Operand Op(Value value) => Operand.Of(value);

    static ImmutableArray<Operand> Ops(params Value[] values) => [.. values.Select(Operand.Of)];

    static Value.Items List(params Value[] values) => Value.List(values);

    static readonly Value Empty = Value.Items.Empty;

    static Matcher Cmp(Comparison how, double limit, double? upper = null) => Given.Compare(how, limit, upper);

    public static TheoryData<string, Value?, Matcher> Cases => new()
    {
        { "pass", "x", Given.Is("x") },
        { "fail", "y", Given.Is("x") },
        { "fail", 1, Given.Is("x") },
        { "NotSeen", null, Given.Is("x") },
        { "pass", true, Given.Is(true) },
        { "pass", Value.Null, Given.Is(Value.Null) },
        { "fail", "x", Given.Is(Value.Null) },
        { "NotSeen", double.NaN, Given.Is(1) },
        { "NotSeen", double.PositiveInfinity, Cmp(Comparison.AtLeast, 1) },
        { "pass", List("a"), Given.Is(List("a")) },
        { "pass", 3, Cmp(Comparison.AtLeast, 3) },
        { "fail", 2.9, Cmp(Comparison.AtLeast, 3) },
        { "pass", 3, Cmp(Comparison.AtMost, 3) },
        { "fail", 3.1, Cmp(Comparison.AtMost, 3) },
        { "pass", 2.9, Cmp(Comparison.Under, 3) },
        { "fail", 3, Cmp(Comparison.Under, 3) },
        { "pass", 3.1, Cmp(Comparison.Over, 3) },
        { "fail", 3, Cmp(Comparison.Over, 3) },
        { "pass", 1, Cmp(Comparison.Between, 1, 3) },
        { "pass", 3, Cmp(Comparison.Between, 1, 3) },
        { "fail", 0.9, Cmp(Comparison.Between, 1, 3) },
        { "fail", 3.1, Cmp(Comparison.Between, 1, 3) },
        { "NoReference", 2, new Matcher.Compare(Comparison.Between, Op(1), Shape.Number) },
        { "NoReference", 2, new Matcher.Compare(Comparison.AtLeast, Op("one"), Shape.Number) },
        { "NoReference", 2, new Matcher.Compare(Comparison.Between, Op(1), Shape.Number, Op("three")) },
        { "fail", "3", Cmp(Comparison.AtLeast, 3) },
        { "pass", "2026-01-02T00:00:00Z", new Matcher.Compare(Comparison.Over, Op("2026-01-01T00:00:00Z"), Shape.Instant) },
        { "fail", "2025-01-02T00:00:00Z", new Matcher.Compare(Comparison.Over, Op("2026-01-01T00:00:00Z"), Shape.Instant) },
        { "fail", "yesterday", new Matcher.Compare(Comparison.Over, Op("2026-01-01T00:00:00Z"), Shape.Instant) },
        { "pass", "y", new Matcher.Not(Given.Is("x")) },
        { "fail", "x", new Matcher.Not(Given.Is("x")) },
        { "fail", 1, new Matcher.Not(Given.Is("x")) }, // a type mismatch is never turned into a pass
        { "fail", "x", new Matcher.Not(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", null, new Matcher.Not(Given.Is("x")) },
        { "NotSeen", Empty, new Matcher.Not(new Matcher.Every(Any)) },
        { "pass", "b", new Matcher.OneOf(Ops("a", "b")) },
        { "fail", "c", new Matcher.OneOf(Ops("a", "b")) },
        { "pass", "c", new Matcher.Not(new Matcher.OneOf(Ops(1, "b"))) },
        { "fail", "c", new Matcher.Not(new Matcher.OneOf(Ops(1, 2))) },
        { "NotObservable", "c", new Matcher.OneOf([]) },
        { "NoReference", "c", new Matcher.OneOf([Op("a"), new(Reference: "gone.field")]) },
        { "pass", "a", new Matcher.OneOf([new(Reference: "gone.field"), Op("a")]) },
        { "pass", "status ok", new Matcher.Matches("ok$") },
        { "fail", "status no", new Matcher.Matches("ok$") },
        { "fail", 5, new Matcher.Matches("5") },
        { "fail", "", new Matcher.Not(new Matcher.Matches("error")) },
        { "pass", "fine", new Matcher.Not(new Matcher.Matches("error")) },
        { "pass", "", new Matcher.Matches("^$") },
        { "NotObservable", "x", new Matcher.Matches("(") },
        { "NotObservable", "x", new Matcher.Matches("(?=x)") },
        { "NotSeen", new string('a', (1 << 20) + 1), new Matcher.Matches("a") },
        { "pass", "abc", new Matcher.Contains(Op("b")) },
        { "fail", "abc", new Matcher.Contains(Op("d")) },
        { "fail", "abc", new Matcher.Contains(Op("B")) },
        { "NotObservable", "abc", new Matcher.Contains(Op("")) },
        { "fail", "", new Matcher.Not(new Matcher.Contains(Op("d"))) },
        { "pass", "abc", new Matcher.Not(new Matcher.Contains(Op("d"))) },
        { "fail", "abc", new Matcher.Contains(Op(1)) },
        { "pass", List("a", "b"), new Matcher.Contains(Op("b")) },
        { "fail", List("a"), new Matcher.Contains(Op("b")) },
        { "fail", Empty, new Matcher.Not(new Matcher.Contains(Op("b"))) },
        { "fail", 1, new Matcher.Contains(Op(1)) },
        { "pass", List("b", "a", "b"), new Matcher.Exactly(Ops("a", "b", "b")) },
        { "fail", List("b", "a", "a"), new Matcher.Exactly(Ops("a", "b", "b")) },
        { "fail", List("a"), new Matcher.Exactly(Ops("a", "b")) },
        { "fail", Empty, new Matcher.Exactly(Ops("a")) },
        { "fail", Empty, new Matcher.Not(new Matcher.Exactly(Ops("a"))) },
        { "pass", Empty, new Matcher.Exactly([]) },
        { "fail", "a", new Matcher.Exactly(Ops("a")) },
        { "pass", List("a", "a"), new Matcher.Only(Ops("a", "b")) },
        { "fail", List("a", "c"), new Matcher.Only(Ops("a", "b")) },
        { "NotSeen", Empty, new Matcher.Only(Ops("a")) },
        { "pass", List("a", "b", "c"), new Matcher.Includes(Ops("a", "c")) },
        { "fail", List("a", "b"), new Matcher.Includes(Ops("a", "c")) },
        { "fail", Empty, new Matcher.Not(new Matcher.Includes(Ops("a"))) },
        { "NotObservable", List("a"), new Matcher.Includes([]) },
        { "pass", List(3, 4), new Matcher.Every(Cmp(Comparison.AtLeast, 3)) },
        { "fail", List(3, 2), new Matcher.Every(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", Empty, new Matcher.Every(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", List(3, double.NaN), new Matcher.Every(Cmp(Comparison.AtLeast, 3)) },
        { "fail", List(2, double.NaN), new Matcher.Every(Cmp(Comparison.AtLeast, 3)) },
        { "fail", List("x"), new Matcher.Not(new Matcher.Every(Cmp(Comparison.AtLeast, 3))) },
        { "pass", List(1, 3), new Matcher.Some(Cmp(Comparison.AtLeast, 3)) },
        { "fail", List(1, 2), new Matcher.Some(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", List(1, double.NaN), new Matcher.Some(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", Empty, new Matcher.Some(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", Empty, new Matcher.Not(new Matcher.Some(Cmp(Comparison.AtLeast, 3))) },
        { "pass", List(1, 2), new Matcher.NoneOf(Cmp(Comparison.AtLeast, 3)) },
        { "fail", List(1, 3), new Matcher.NoneOf(Cmp(Comparison.AtLeast, 3)) },
        { "fail", List(1, "x"), new Matcher.NoneOf(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", List(1, double.NaN), new Matcher.NoneOf(Cmp(Comparison.AtLeast, 3)) },
        { "NotSeen", Empty, new Matcher.NoneOf(Cmp(Comparison.AtLeast, 3)) },
        { "fail", "x", new Matcher.NoneOf(Any) },
        { "pass", List(1, 2), new Matcher.Count(Given.Is(2)) },
        { "fail", List(1), new Matcher.Count(Given.Is(2)) },
        { "pass", Value.Of(("a", 1)), new Matcher.Count(Given.Is(1)) },
        { "pass", Empty, new Matcher.Count(Given.Is(0)) },
        { "fail", "x", new Matcher.Count(Given.Is(1)) },
        { "pass", "x", new Matcher.Present(true) },
        { "fail", "x", new Matcher.Present(false) },
        { "fail", Value.Null, new Matcher.Present(true) },
        { "pass", Value.Null, new Matcher.Present(false) },
        { "NotSeen", null, new Matcher.Present(false) }, // a field that the probe did not report was not looked at
        { "NotSeen", null, new Matcher.Present(true) },
        { "pass", Value.Of(("a", 1), ("b", 2)), new Matcher.Has([new("a", Given.Is(1)), new("b", Given.Is(2))]) },
        { "fail", Value.Of(("a", 1), ("b", 2)), new Matcher.Has([new("a", Given.Is(1)), new("b", Given.Is(3))]) },
        { "NotSeen", Value.Of(("a", 1)), new Matcher.Has([new("a", Given.Is(1)), new("b", Given.Is(2))]) },
        { "fail", Value.Of(("a", 2)), new Matcher.Has([new("a", Given.Is(1)), new("b", Given.Is(2))]) },
        { "pass", Value.Of(("a", Value.Of(("b", 2)))), new Matcher.Has([new("/a/b", Given.Is(2))]) },
        { "pass", Value.Of(("a", 1)), new Matcher.Has([new("b", new Matcher.Present(false))]) },
        { "fail", Value.Of(("a", 1)), new Matcher.Has([new("b", new Matcher.Present(true))]) },
        { "NotObservable", Value.Of(("a", 1)), new Matcher.Has([]) },
        { "fail", "x", new Matcher.Has([new("b", Any)]) },
        { "pass", 2, new Matcher.Both([Cmp(Comparison.Over, 1), Cmp(Comparison.Under, 3)]) },
        { "fail", 3, new Matcher.Both([Cmp(Comparison.Over, 1), Cmp(Comparison.Under, 3)]) },
        { "NotObservable", 3, new Matcher.Both([]) },
        { "fail", List(2, "x"), new Matcher.Not(new Matcher.Every(Cmp(Comparison.AtLeast, 3))) }, // one of another type is never turned into a pass, wherever it stands
        { "fail", List("x", 2), new Matcher.Not(new Matcher.Every(Cmp(Comparison.AtLeast, 3))) },
        { "fail", List("x", double.NaN), new Matcher.Some(Cmp(Comparison.AtLeast, 3)) },
        { "pass", "x", new Matcher.Not(Given.Is(Value.Null)) },
        { "fail", Value.Null, new Matcher.Not(Given.Is("x")) },
        { "pass", "2026-01-02T00:00:00Z", new Matcher.Compare(Comparison.Over, Op(1767225600), Shape.Instant) },
        { "pass", new string('a', 1 << 20), new Matcher.Matches("a") },
        { "fail", "", new Matcher.Matches("ok") },
        { "fail", "", new Matcher.Contains(Op("d")) },
        { "fail", Empty, new Matcher.Contains(Op("b")) },
        { "fail", Empty, new Matcher.Includes(Ops("a")) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_word_holds_fails_or_cannot_be_told(string expected, Value? seen, Matcher matcher) => Assert.Equal(expected, Says(seen, matcher));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_short_way_and_the_way_with_words_agree(string expected, Value? seen, Matcher matcher)
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("field", matcher)]) };
        var holds = Weigh.Holds(step, new Sight { Observation = seen is null ? Value.Fields.Empty : Value.Of(("field", seen)), Population = 1 }, null, WeighingContext.Empty);

        Assert.Equal(expected switch { "pass" => true, "fail" => false, _ => null }, holds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Nothing_found_counts_only_beside_proof_that_something_was_looked_at(long population)
    {
        foreach (var matcher in new Matcher[] { new Matcher.Count(Given.Is(0)), new Matcher.Count(Cmp(Comparison.AtMost, 3)), new Matcher.Exactly([]), Given.Is(Empty), new Matcher.Not(new Matcher.Count(Cmp(Comparison.Over, 0))) })
        {
            var step = new Step { Kind = "k", LeastPopulation = 0, Parameters = Value.Fields.Empty, Expect = new([new("field", matcher)]) };
            var outcome = Weigh.Of(step, new Sight { Observation = Value.Of(("field", Empty)), Population = population }, null, new() { LeastPopulation = 0 });
            if (population > 0) Assert.IsType<Outcome.Pass>(outcome);
            else Assert.Equal(Why.TooFew, Assert.IsType<Outcome.Unproven>(outcome).Why);
        }
    }

    [Fact]
    public void One_failing_matcher_is_a_fail_even_beside_one_that_cannot_be_told()
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("gone", Given.Is(1)), new("field", Given.Is(1)), new("other", Given.Is(2))]) };
        var outcome = Assert.IsType<Outcome.Fail>(Weigh.Of(step, new Sight { Observation = Value.Of(("field", 2), ("other", 2)), Population = 1 }, null, new() { Part = "part" }));

        Assert.Equal("field: expected 1, saw 2", outcome.Says);
        Assert.Equal([new Compared("part:gone", "1", "not seen"), new("part:field", "1", "2", false), new("part:other", "2", "2", true)], outcome.Compared);
    }

    [Fact]
    public void An_empty_expectation_never_holds()
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = Expectation.None };
        var sight = new Sight { Observation = Value.Of(("a", 1)), Population = 1 };

        Assert.Equal(Why.NotObservable, Assert.IsType<Outcome.Unproven>(Weigh.Of(step, sight, null, WeighingContext.Empty)).Why);
        Assert.Null(Weigh.Holds(step, sight, null, WeighingContext.Empty));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("value")]
    public void A_pointer_looks_into_the_free_JSON(string field)
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("/a/b", Given.Is(1)), new("/gone", new Matcher.Present(false))]) };

        Assert.IsType<Outcome.Pass>(Weigh.Of(step, new Sight { Observation = Value.Of((field, Value.Of(("a", Value.Of(("b", 1)))))), Population = 1 }, null, WeighingContext.Empty));
    }

    [Fact]
    public void Free_JSON_is_json_before_value()
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("/a", Given.Is(1))]) };

        Assert.IsType<Outcome.Fail>(Weigh.Of(step, new Sight { Observation = Value.Of(("json", Value.Of(("a", 2))), ("value", Value.Of(("a", 1)))), Population = 1 }, null, WeighingContext.Empty));
    }

    [Fact]
    public void What_is_missing_from_JSON_that_was_not_read_is_not_known_to_be_missing()
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("/gone", new Matcher.Present(false))]) };

        Assert.Equal(Why.NotSeen, Assert.IsType<Outcome.Unproven>(Weigh.Of(step, new Sight { Observation = Value.Of(("json", Value.Null)), Population = 1 }, null, WeighingContext.Empty)).Why);
    }

    [Fact]
    public void A_reference_compares_with_what_it_names_and_a_list_stands_for_its_elements()
    {
        Func<string, Value?> refer = name => name == "manifest.value" ? List("a", "b") : null;

        Assert.IsType<Outcome.Pass>(Of(List("b", "a"), new Matcher.Exactly([new(Reference: "manifest.value")]), refer: refer));
        Assert.IsType<Outcome.Fail>(Of(List("b"), new Matcher.Exactly([new(Reference: "manifest.value")]), refer: refer));
        Assert.Equal(Why.NoReference, Assert.IsType<Outcome.Unproven>(Of(List("b"), new Matcher.Exactly([new(Reference: "gone.value")]), refer: refer)).Why);
        Assert.IsType<Outcome.Fail>(Of(List("b", "a"), new Matcher.Exactly([Op(List("a", "b"))])));
    }

    [Theory]
    [InlineData(Blind.Deadline)]
    [InlineData(Blind.Crashed)]
    [InlineData(Blind.NoConsent)]
    public void Nothing_seen_says_why(Blind blind)
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("a", Given.Is(1))]) };
        var outcome = Assert.IsType<Outcome.Unproven>(Weigh.Of(step, new Sight { Blind = blind, Population = 9 }, null, WeighingContext.Empty));

        Assert.Equal(Why.Blind, outcome.Why);
        Assert.NotEqual("nothing was seen", outcome.Says);
        Assert.Equal([new Compared("a", "1", "not seen")], outcome.Compared);
        Assert.Equal("no route", Assert.IsType<Outcome.Unproven>(Weigh.Of(step, new Sight { Blind = blind, Detail = "no route" }, null, WeighingContext.Empty)).Says);
    }

    [Fact]
    public void Every_blindness_has_its_own_words()
    {
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("a", Given.Is(1))]) };
        var says = Enum.GetValues<Blind>().Select(blind => ((Outcome.Unproven)Weigh.Of(step, new Sight { Blind = blind }, null, WeighingContext.Empty)).Says).ToList();

        Assert.Equal(says.Count, says.Distinct().Count());
        Assert.DoesNotContain("nothing was seen", says);
    }

    [Theory]
    [InlineData(2, null, 1, 0, Why.TooFew)]
    [InlineData(null, 2L, 1, 0, Why.TooFew)]
    [InlineData(null, null, 1, 2, Why.TooFew)]
    [InlineData(2, 1L, 1, 0, null)]
    [InlineData(2, 2L, 2, 2, null)]
    public void The_documents_least_population_goes_before_the_kinds_and_a_check_raises_it(int? kinds, long? steps, long population, long parts, Why? why)
    {
        var kind = kinds is { } least ? new Kind { Name = "k", Says = "", Target = TargetShape.None, Population = "things", Example = "", LeastPopulation = least } : null;
        var step = new Step { Kind = "k", LeastPopulation = steps, Parameters = Value.Fields.Empty, Expect = new([new("a", Given.Is(1))]) };
        var outcome = Weigh.Of(step, new Sight { Observation = Value.Of(("a", 1)), Population = population }, kind, new() { LeastPopulation = parts });

        if (why is null) Assert.IsType<Outcome.Pass>(outcome);
        else Assert.Equal(why, Assert.IsType<Outcome.Unproven>(outcome).Why);
    }

    [Fact]
    public void A_step_names_its_matchers_with_its_own_name()
    {
        var step = new Step { Name = "read", Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("a", Given.Is(1))]) };

        Assert.Equal("part[x=1]:read.a", Weigh.Of(step, new Sight { Observation = Value.Of(("a", 2)), Population = 1 }, null, new() { Part = "part[x=1]" }).Compared[0].Name);
    }

    [Fact]
    public void What_is_shown_is_bounded() => Assert.Equal(401, Of(new string('a', 5000), Given.Is("b")).Compared[0].Observed.Length);

    [Fact]
    public void Fields_within_a_map_are_compared_one_by_one_under_dotted_names()
    {
        var inner = new Matcher.Has([new("checks", new Matcher.Has([new("database", Given.Is(true)), new("queue", Given.Is(true)), new("gone", Given.Is(true))])), new("/took/total", new Matcher.Compare(Comparison.AtMost, Op(2), Shape.Duration))]);
        var step = new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("detailed", new Matcher.Has([new("json", inner)]))]) };
        var seen = Value.Of(("detailed", Value.Of(("json", Value.Of(("checks", Value.Of(("database", false), ("queue", true))), ("took", Value.Of(("total", 120))))))));
        var outcome = Assert.IsType<Outcome.Fail>(Weigh.Of(step, new Sight { Observation = seen, Population = 1 }, null, new() { Part = "live" }));

        Assert.Equal("detailed.json.checks.database: expected true, saw false", outcome.Says);
        Assert.Equal(
            [
                new Compared("live:detailed.json.checks.database", "true", "false", false), new("live:detailed.json.checks.queue", "true", "true", true),
                new("live:detailed.json.checks.gone", "true", "not seen"), new("live:detailed.json/took/total", "at most 2s", "2m", false),
            ],
            outcome.Compared);
    }

    [Fact]
    public void A_map_that_is_none_is_told_whole()
    {
        Assert.Equal([new Compared("field", "{ a 1 }", "x", false)], Of("x", new Matcher.Has([new("a", Given.Is(1))])).Compared);
        Assert.Equal([new Compared("field", "{ a 1 }", "not seen")], Of(null, new Matcher.Has([new("a", Given.Is(1))])).Compared);
        Assert.Equal([new Compared("field.a", "{ b 1 }", "not seen")], Of(Value.Of(("c", 1)), new Matcher.Has([new("a", new Matcher.Has([new("b", Given.Is(1))]))])).Compared);
    }

    [Fact]
    public void A_map_beside_other_words_is_told_one_by_one_and_words_without_one_stay_together()
    {
        Assert.Equal(
            [new Compared("field.a", "1", "2", false), new("field", "count 1", "{\"a\":2}", true)],
            Of(Value.Of(("a", 2)), new Matcher.Both([new Matcher.Has([new("a", Given.Is(1))]), new Matcher.Count(Given.Is(1))])).Compared);
        Assert.Equal([new Compared("field", "over 1 and under 3", "2", true)], Of(2, new Matcher.Both([Cmp(Comparison.Over, 1), Cmp(Comparison.Under, 3)])).Compared);
    }

    [Fact]
    public void Too_little_is_said_with_how_little_and_of_what()
    {
        var step = new Step { Kind = "k", LeastPopulation = 5, Parameters = Value.Fields.Empty, Expect = new([new("a", Given.Is(1))]) };
        string Says(Kind? kind) => Assert.IsType<Outcome.Unproven>(Weigh.Of(step, new Sight { Observation = Value.Of(("a", 1)), Population = 3 }, kind, WeighingContext.Empty)).Says;

        Assert.Equal("3 seen, at least 5 needed", Says(null));
        Assert.Equal("3 things, at least 5 needed", Says(new Kind { Name = "k", Says = "", Target = TargetShape.None, Population = "things", Example = "" }));
    }

    [Fact]
    public void What_was_seen_is_said_as_the_probe_said_it() =>
        Assert.Equal("connection reset", Assert.IsType<Outcome.Unproven>(Weigh.Of(new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new([new("a", Given.Is(1))]) }, new Sight { Blind = Blind.Unreachable, Detail = "connection reset" }, null, WeighingContext.Empty)).Says);

    [Fact]
    public void What_was_seen_is_shown_in_the_unit_of_what_was_expected()
    {
        Compared Shown(Value seen, Matcher matcher) => Of(seen, matcher).Compared[0];

        Assert.Equal("2m", Shown(120, new Matcher.Is(Op(60), Shape.Duration)).Observed);
        Assert.Equal("2m", Shown(120, new Matcher.Not(new Matcher.Compare(Comparison.Over, Op(60), Shape.Duration))).Observed);
        Assert.Equal("2m", Shown(120, new Matcher.Both([new Matcher.Compare(Comparison.Over, Op(60), Shape.Duration), Cmp(Comparison.Over, 1)])).Observed);
        Assert.Equal("120", Shown(120, new Matcher.OneOf(Ops(60))).Observed);
        Assert.Equal("not a number", Shown(List(1, double.NaN), new Matcher.Count(Given.Is(2))).Observed);
        Assert.Equal("not a number", Shown(Value.Of(("a", 1), ("b", double.NaN)), new Matcher.Count(Given.Is(2))).Observed);
        Assert.Equal("[1,2]", Shown(List(1, 2), new Matcher.Count(Given.Is(2))).Observed);
        Assert.Equal(400, Shown(new string('a', 400), Given.Is("b")).Observed.Length);
    }

    static string? Because(Value seen, Matcher matcher, Func<string, Value?>? refer = null) => Of(seen, matcher, refer: refer) switch { Outcome.Fail fail => fail.Says, Outcome.Unproven unproven => unproven.Says, _ => null };

    [Fact]
    public void A_type_that_is_another_is_said()
    {
        Assert.Equal("field: expected 1, saw x (1 was expected, text was seen)", Because("x", Given.Is(1)));
        Assert.Equal("field: expected x, saw 1 (x was expected, a number was seen)", Because(1, Given.Is("x")));
        Assert.Equal("field: expected 2, saw 1", Because(1, Given.Is(2)));
        Assert.Equal("field: expected x, saw null (x was expected, null was seen)", Because(Value.Null, Given.Is("x")));
        Assert.Equal("field: expected at least 3, saw true (a number was expected, a truth value was seen)", Because(true, Cmp(Comparison.AtLeast, 3)));
        Assert.Equal("field: expected over 2026-01-01T00:00:00Z, saw 1 (an instant was expected, text was seen)", Because("1", new Matcher.Compare(Comparison.Over, Op("2026-01-01T00:00:00Z"), Shape.Instant)));
        Assert.Equal("$(gone.x) has no value to compare with", Because(1, new Matcher.Is(new(Reference: "gone.x"), Shape.Any)));
    }

    [Fact]
    public void Of_several_things_that_cannot_be_told_the_first_is_named()
    {
        Matcher Ref(string name) => new Matcher.Is(new(Reference: name), Shape.Any);

        Assert.Equal("$(gone.a) has no value to compare with", Because(1, new Matcher.Both([Ref("gone.a"), Ref("gone.b")])));
        Assert.Equal("$(gone.a) has no value to compare with", Because(1, new Matcher.OneOf([new(Reference: "gone.a"), new(Reference: "gone.b")])));
        Assert.Equal("there is no element to look at", Because(List(Empty, List(double.NaN)), new Matcher.Some(new Matcher.Every(Cmp(Comparison.AtLeast, 1)))));
    }

    [Fact]
    public void The_side_of_a_range_that_has_no_value_is_named()
    {
        Matcher.Compare Range(string low, string high) => new(Comparison.Between, new(Reference: low), Shape.Number, new(Reference: high));
        Value? Refer(string name) => name switch { "is.there" => 1, "is.text" => "x", _ => null };

        Assert.Equal("$(gone.high) has no value to compare with", Because(1, Range("is.there", "gone.high"), Refer));
        Assert.Equal("$(is.text) has no value to compare with", Because(1, Range("is.there", "is.text"), Refer));
        Assert.Equal("$(gone.low) has no value to compare with", Because(1, Range("gone.low", "is.there"), Refer));
    }

    [Fact]
    public void What_is_there_needs_no_population_to_be_equal()
    {
        var step = new Step { Kind = "k", LeastPopulation = 0, Parameters = Value.Fields.Empty, Expect = new([new("field", Given.Is("x"))]) };

        Assert.IsType<Outcome.Pass>(Weigh.Of(step, new Sight { Observation = Value.Of(("field", "x")), Population = 0 }, null, new() { LeastPopulation = 0 }));
    }

    [Fact]
    public void Where_nothing_is_expected_and_nothing_was_seen_nothing_is_compared() =>
        Assert.Empty(Weigh.Of(new Step { Kind = "k", Parameters = Value.Fields.Empty, Expect = new(default) }, new Sight { Blind = Blind.Deadline }, null, WeighingContext.Empty).Compared);
}
