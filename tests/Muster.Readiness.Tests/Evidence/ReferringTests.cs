using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Evidence;

public class ReferringTests
{
    static Matcher.Is IsRef(string reference) => new Matcher.Is(new Operand(Reference: reference), Shape.Any);

    static (State, Why?) State(Story story, string id = "c") => story.State(id, 10);

    [Fact]
    public void A_sibling_part_as_it_was_last_seen()
    {
        var story = new Story(Given.Document(Given.Control("c", Given.Part("the manifest", "/m", "value", Given.Is("a")), Given.Part("values", "/v", "value", IsRef("the manifest.value")))));
        story.Sees("c/values", 0, Value.Of(("value", "a")));
        Assert.Equal((Readiness.State.Unproven, Why.NeverRun), State(story));

        story.Sees("c/the manifest", 0, Value.Of(("value", "a")));
        Assert.Equal(Readiness.State.Met, State(story).Item1);

        story.Sees("c/values", 1, Value.Of(("value", "b")));
        Assert.Equal(Readiness.State.Failed, State(story).Item1);
    }

    [Fact]
    public void A_missing_side_is_unproven()
    {
        var story = new Story(Given.Document(Given.Control("c", Given.Part(field: "value", expects: IsRef("nobody.value"))))).Sees("c", 0, Value.Of(("value", "a")));

        Assert.Equal((Readiness.State.Unproven, Why.NoReference), State(story));
    }

    [Fact]
    public void Previous_is_the_newest_earlier_run_that_was_seen()
    {
        var grows = new Matcher.Compare(Comparison.Over, new Operand(Reference: "previous.count"), Shape.Number);
        var story = new Story(Given.Document(Given.Control("c", Given.Part(field: "count", expects: grows)))).Sees("c", 1, Value.Of(("count", 5)));
        Assert.Equal((Readiness.State.Unproven, Why.NoReference), State(story));

        Assert.Equal(Readiness.State.Met, State(story.SeesNothing("c", 2).Sees("c", 3, Value.Of(("count", 6)))).Item1);
        Assert.Equal(Readiness.State.Failed, State(story.Sees("c", 4, Value.Of(("count", 6)))).Item1);
    }

    [Fact]
    public void The_release_by_digest_and_by_artifact()
    {
        var image = Digest.Of("image"u8);
        var document = Given.Document(Given.Control("c", Given.Part("d", "/d", "value", IsRef("release.digest")), Given.Part("i", "/i", "value", IsRef("release.shop-image"))))
            with
        { Release = new() { Artifacts = ImmutableSortedDictionary<string, Digest>.Empty.Add("shop-image", image) } };
        var story = new Story(document);
        story.Sees("c/d", 0, Value.Of(("value", story.Release))).Sees("c/i", 0, Value.Of(("value", image)));
        Assert.Equal(Readiness.State.Met, State(story).Item1);

        Assert.Equal(Readiness.State.Failed, State(story.Sees("c/i", 1, Value.Of(("value", story.Release)))).Item1);
    }

    [Fact]
    public void An_earlier_step_of_the_same_run_with_fields_within_fields()
    {
        Step Step(string name, Matcher matcher) => new() { Name = name, Kind = "http", Parameters = Value.Of(("target", "/x")), Expect = new([new("id", matcher)]) };
        var part = new Part { Steps = [Step("write", new Matcher.Present(true)), Step("read", IsRef("write.json.id"))] };
        var document = Given.Document(Given.Control("c", part));
        Story Seen(string read) => new Story(document).Sees("c", 0, Value.Fields.Empty, run => run with
        {
            Sights =
            [
                new() { Step = "write", Observation = Value.Of(("id", "x"), ("json", Value.Of(("id", "7")))), Population = 1 },
                new() { Step = "read", Observation = Value.Of(("id", read)), Population = 1 },
            ],
        });

        Assert.Equal(Readiness.State.Met, State(Seen("7")).Item1);
        Assert.Equal(Readiness.State.Failed, State(Seen("8")).Item1);
        Assert.Equal("read.id: expected 7 (from write.json.id), saw 8", Seen("8").Shown("c", 1).Because);
        Assert.Equal("read.id", Seen("8").Shown("c", 1).Parts[0].Compared[1].Name);
    }

    [Fact]
    public void A_step_that_was_not_reached_is_unproven_unless_an_earlier_one_failed()
    {
        Step Step(string name) => new() { Name = name, Kind = "http", Parameters = Value.Of(("target", "/x")), Expect = new([new("ok", Given.Is(true))]) };
        var document = Given.Document(Given.Control("c", new Part { Steps = [Step("write"), Step("read")] }));
        Story Seen(bool ok) => new Story(document).Sees("c", 0, Value.Fields.Empty, run => run with { Sights = [new() { Step = "write", Observation = Value.Of(("ok", ok)), Population = 1 }] });

        Assert.Equal((Readiness.State.Unproven, Why.Blind), State(Seen(true)));
        Assert.Equal(Readiness.State.Failed, State(Seen(false)).Item1);
    }

    [Fact]
    public void The_longest_name_that_fits_is_meant()
    {
        foreach (var names in new string[][] { ["m", "m.x"], ["m.x", "m"] })
        {
            var parts = names.Select(name => Given.Part(name, "/" + name, "value", Given.Is(name))).Append(Given.Part("values", "/v", "value", IsRef("m.x.value")));
            var story = new Story(Given.Document(Given.Control("c", [.. parts]))).Sees("c/m", 0, Value.Of(("value", "m"), ("x.value", "m"))).Sees("c/m.x", 0, Value.Of(("value", "m.x")));

            Assert.Equal(Readiness.State.Met, State(story.Sees("c/values", 0, Value.Of(("value", "m.x")))).Item1);
            Assert.Equal(Readiness.State.Failed, State(story.Sees("c/values", 1, Value.Of(("value", "m")))).Item1);
        }
    }

    [Fact]
    public void The_longest_name_of_an_earlier_step_that_fits_is_meant()
    {
        Step Step(string name, Matcher matcher) => new() { Name = name, Kind = "http", Parameters = Value.Of(("target", "/x")), Expect = new([new("id", matcher)]) };
        foreach (var names in new string[][] { ["m", "m.x"], ["m.x", "m"] })
        {
            var story = new Story(Given.Document(Given.Control("c", new Part { Steps = [.. names.Select(name => Step(name, new Matcher.Present(true))), Step("read", IsRef("m.x.id"))] }))).Sees("c", 0, Value.Fields.Empty, run => run with
            {
                Sights =
                [
                    .. names.Select(name => new Sight { Step = name, Observation = Value.Of(("id", name), ("x.id", "m")), Population = 1 }),
                    new Sight { Step = "read", Observation = Value.Of(("id", "m.x")), Population = 1 },
                ],
            });

            Assert.Equal(Readiness.State.Met, State(story).Item1);
        }
    }

    [Fact]
    public void A_field_of_a_field_is_found_though_their_names_have_dots()
    {
        var story = new Story(Given.Document(Given.Control("c", Given.Part("m", "/m", "value", Given.Is("x")), Given.Part("v", "/v", "value", IsRef("m.a.b.c.d")))));
        story.Sees("c/m", 0, Value.Of(("value", "x"), ("a", Value.Of(("b.c", Value.Of(("d", "found"))))))).Sees("c/v", 0, Value.Of(("value", "found")));

        Assert.Equal(Readiness.State.Met, State(story).Item1);
    }

    [Fact]
    public void A_word_that_only_begins_alike_refers_to_nothing()
    {
        var story = new Story(Given.Document(Given.Control("c", Given.Part("manifest", "/m", "value", Given.Is("x")), Given.Part("v", "/v", "value", IsRef("manifests.value")))));

        Assert.Equal((Readiness.State.Unproven, Why.NoReference), State(story.Sees("c/manifest", 0, Value.Of(("value", "x"), (".value", "x"), ("s.value", "x"))).Sees("c/v", 0, Value.Of(("value", "x")))));
    }

    [Fact]
    public void A_check_does_not_refer_to_itself()
    {
        var story = new Story(Given.Document(Given.Control("c", Given.Part("v", "/v", "value", IsRef("v.value")))));

        Assert.Equal((Readiness.State.Unproven, Why.NoReference), State(story.Sees("c/v", 0, Value.Of(("value", "x")))));
    }

    [Fact]
    public void A_failure_shows_the_value_that_was_referred_to_and_where_it_came_from()
    {
        var story = new Story(Given.Document(Given.Control("c", Given.Part("m", "/m", "value", Given.Is("a")), Given.Part("v", "/v", "value", IsRef("m.value")))));
        story.Sees("c/v", 0, Value.Of(("value", "b")));
        Assert.Equal("$(m.value)", story.Shown("c", 1).Parts[1].Compared[0].Expected);

        story.Sees("c/m", 0, Value.Of(("value", "a")));
        Assert.Equal("v: value: expected a (from m.value), saw b", story.Shown("c", 1).Because);
        Assert.Equal(new Compared("v:value", "a (from m.value)", "b", false), story.Shown("c", 1).Parts[1].Compared[0]);
    }

    [Fact]
    public void A_limit_that_is_referred_to_is_shown_in_its_unit()
    {
        var longer = new Matcher.Compare(Comparison.AtMost, new Operand(Reference: "m.took"), Shape.Duration);
        var story = new Story(Given.Document(Given.Control("c", Given.Part("m", "/m", "value", Given.Is("a")), Given.Part("v", "/v", "took", longer))));

        Assert.Equal("v: took: expected at most 2m (from m.took), saw 3m", story.Sees("c/m", 0, Value.Of(("value", "a"), ("took", 120))).Sees("c/v", 0, Value.Of(("took", 180))).Shown("c", 1).Because);
    }
}
