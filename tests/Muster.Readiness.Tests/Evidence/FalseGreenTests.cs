using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Evidence;

/// <summary>Expectations written in good faith that would have held on something that nobody saw.</summary>
public class FalseGreenTests
{
    static readonly Matcher Gone = new Matcher.Present(false);

    static readonly Matcher Digests = new Matcher.Every(new Matcher.Matches("^sha256:"));

    static Outcome Weighed(Value.Fields seen, string path, Matcher matcher) => Weigh.Of(
        new Step { Kind = "http", Parameters = Value.Fields.Empty, Expect = new([new(path, matcher)]) }, new Sight { Observation = seen, Population = 1 }, null, WeighingContext.Empty);

    static Why? Open(Outcome outcome) => outcome is Outcome.Unproven unproven ? unproven.Why : null;

    static Value Json(string text) => Value.Parse(System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public void A_page_of_HTML_has_no_JSON_in_which_an_error_is_missing()
    {
        var page = Value.Of(("status", 200), ("body", "<h1>Sorry</h1>"), ("headers", Value.Of(("server", "edge"))));

        Assert.Equal(Why.NotSeen, Open(Weighed(page, "/errors", Gone)));
        Assert.Equal(Why.NotSeen, Open(Weighed(page, "/status", Given.Is(200))));
        Assert.Equal(Why.NotSeen, Open(Weighed(page, "/headers/server", Given.Is("edge"))));
    }

    [Fact]
    public void JSON_that_was_too_large_to_keep_is_not_replaced_by_the_part_that_was_read()
    {
        var cut = Value.Of(("status", 200), ("value", Value.Of(("id", 1))), ("cut", Value.Of(("json", Value.Of(("size", 99999))))));

        Assert.Equal(Why.NotSeen, Open(Weighed(cut, "/errors", Gone)));
        Assert.Equal(Why.NotSeen, Open(Weighed(cut, "/id", Given.Is(1))));
    }

    [Fact]
    public void Every_element_that_lacks_what_is_read_is_seen_to_lack_it()
    {
        var images = Value.Of(("json", Json("""{ "images": { "web": { "digest": "sha256:aa" }, "job": { "tag": "latest" } } }""")));

        Assert.IsType<Outcome.Fail>(Weighed(images, "/images/*/digest", Digests));
        Assert.IsType<Outcome.Fail>(Weighed(images, "/images/*/digest", new Matcher.NoneOf(Given.Is("latest"))));
        Assert.IsType<Outcome.Pass>(Weighed(images, "/images/*/digest", new Matcher.Count(Given.Is(2))));
    }

    [Theory]
    [InlineData("/a/*/b", """{"a":[{"b":1},{"b":2}]}""", "[1,2]")]
    [InlineData("/a/*/b", """{"a":[{"b":1},{}]}""", "[1,null]")]
    [InlineData("/a/*/b", """{"a":[{"b":1},7]}""", "[1,null]")]
    [InlineData("/a/*/b", """{"a":[{},{}]}""", null)]
    [InlineData("/a/*/b", """{"a":[]}""", null)]
    [InlineData("/a/*/b/*/c", """{"a":[{"b":[{"c":1},{}]},{},{"b":[]}]}""", "[1,null,null]")]
    [InlineData("/a/*", """{"a":[1,null]}""", "[1,null]")]
    [InlineData("/a/b", """{"a":{}}""", null)]
    [InlineData("/a/b", """{"a":{"b":null}}""", "null")]
    public void A_star_loses_no_element(string pointer, string json, string? found) => Assert.Equal(found, JsonPointer.Find(Json(json), pointer)?.ToString());

    [Fact]
    public void Null_is_not_some_other_value()
    {
        Assert.IsType<Outcome.Fail>(Weighed(Value.Of(("value", Value.Null)), "value", new Matcher.Not(Given.Is("latest"))));
        Assert.IsType<Outcome.Fail>(Weighed(Value.Of(("value", Value.Null)), "value", new Matcher.Not(new Matcher.OneOf([Operand.Of("latest"), Operand.Of("edge")]))));
        Assert.IsType<Outcome.Fail>(Weighed(Value.Of(("value", Json("[null]"))), "value", new Matcher.NoneOf(Given.Is("latest"))));
        Assert.IsType<Outcome.Pass>(Weighed(Value.Of(("value", "x")), "value", new Matcher.Not(Given.Is(Value.Null))));
        Assert.IsType<Outcome.Fail>(Weighed(Value.Of(("value", Value.Null)), "value", new Matcher.Not(Given.Is(Value.Null))));
    }

    [Fact]
    public void Asking_goes_on_while_what_is_expected_has_not_been_seen_yet()
    {
        var document = Given.Document(Given.Control("order", Given.Part(field: "/state", expects: Given.Is("done"))));
        var ask = Assert.Single(Due.Of(document, default, new Folded(_ => null), "go-live", Given.Hour(0), new()));

        Assert.False(ask.Settled("", Value.Of(("json", Value.Of(("id", 7))))));
        Assert.False(ask.Settled("", Value.Of(("json", Value.Of(("state", "new"))))));
        Assert.True(ask.Settled("", Value.Of(("json", Value.Of(("state", "done"))))));
    }

    [Fact]
    public void A_method_that_stands_in_the_target_is_as_hazardous_as_in_the_check()
    {
        var kind = new Kind
        {
            Name = "http", Says = "", Target = TargetShape.Url, Population = "", Example = "",
            Parameters = [new("method", Shape.Text, "") { Hazard = Hazard.Active, Harmless = ["GET"] }],
        };

        Assert.Equal(Hazard.Active, kind.HazardOf(Value.Of(("target", Value.Of(("address", "https://a.test"), ("method", "DELETE"))))));
        Assert.Equal(Hazard.Passive, kind.HazardOf(Value.Of(("target", Value.Of(("address", "https://a.test"), ("method", "get"))))));
        Assert.Equal(Hazard.Passive, kind.HazardOf(Value.Of(("method", "GET"), ("target", Value.Of(("address", "https://a.test"), ("method", "DELETE"))))));
    }
}
