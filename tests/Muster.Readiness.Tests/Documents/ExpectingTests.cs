namespace Muster.Readiness.Tests.Documents;

/// <summary>What a check within another expects, in the words of a document.</summary>
public sealed class ExpectingTests
{
    static readonly Kind Http = new()
    {
        Name = "http", Says = "", Target = TargetShape.Url, Population = "responses", Example = "", Holds = Value.Of(("status", "between 200 and 299")),
        Fields = [new("status", Shape.Number, ""), new("duration", Shape.Duration, ""), new("json", Shape.Any, "")],
    };

    static Outcome Weighed(Value? said, params ReadOnlySpan<(string, Value)> seen)
    {
        var expect = Expecting.Of(Http, said, out var wrong);
        Assert.Null(wrong);
        return Weigh.Of(new Step { Kind = "http", Parameters = Value.Fields.Empty, Expect = expect }, new Sight { Observation = Value.Of(seen), Population = 1 }, Http, WeighingContext.Empty);
    }

    [Fact]
    public void What_is_said_stands_beside_what_the_kind_holds_of_by_itself_and_in_place_of_the_same_field()
    {
        Assert.IsType<Outcome.Pass>(Weighed(null, ("status", 204)));
        Assert.IsType<Outcome.Fail>(Weighed(null, ("status", 503)));
        Assert.IsType<Outcome.Pass>(Weighed(Value.Of(("status", 503)), ("status", 503)));
        Assert.IsType<Outcome.Fail>(Weighed(Value.Of(("duration", "at most 1s")), ("status", 200), ("duration", 1.5)));
        Assert.IsType<Outcome.Fail>(Weighed(Value.Of(("duration", "at most 1s")), ("status", 500), ("duration", 0.5)));
        Assert.IsType<Outcome.Pass>(Weighed(Value.Of(("/a", 1)), ("status", 200), ("json", Value.Of(("a", 1)))));
    }

    [Fact]
    public void What_cannot_be_read_and_what_expects_nothing_is_told()
    {
        string? Wrong(Kind kind, Value? said)
        {
            Expecting.Of(kind, said, out var wrong);
            return wrong;
        }

        Assert.Contains("There is no field \"colour\"", Wrong(Http, Value.Of(("colour", "red"))), StringComparison.Ordinal);
        Assert.Contains("is not a duration", Wrong(Http, Value.Of(("duration", "at most a while"))), StringComparison.Ordinal);
        Assert.Contains("known to no check within another", Wrong(Http, Value.Of(("status", "$(before.status)"))), StringComparison.Ordinal);
        Assert.Contains("The expectation is empty", Wrong(Http, Value.Fields.Empty), StringComparison.Ordinal);
        Assert.Contains("Nothing is expected", Wrong(Http with { Holds = Value.Fields.Empty }, null), StringComparison.Ordinal);
    }
}
