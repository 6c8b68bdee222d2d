using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Readiness.Tests;

public class StatementsTests
{
    static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public void A_run_reads_back_as_the_same_bytes()
    {
        Fact fact = new Fact.Ran(new Run
        {
            Question = Digest.Of("q"u8), Environment = "staging", Release = Digest.Of("r"u8), Origin = Origin.Live, Started = At, Finished = At.AddSeconds(1),
            Sights = [new Sight { Observation = Value.Of(("status", 200), ("json", Value.Of(("a", Value.Null)))), Population = 1 }],
        });

        var bytes = Statements.ToBytes(fact);

        Assert.Equal(bytes, Statements.ToBytes(Statements.Read<Fact>(bytes)));
        Assert.Contains("\"fact\":\"run\"", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_reads_back_as_the_same_bytes()
    {
        var part = new Part
        {
            Steps =
            [
                new Step
                {
                    Kind = "http", Parameters = Value.Of(("target", "api")), Within = TimeSpan.FromSeconds(5),
                    Expect = new([new("status", new Matcher.Compare(Comparison.Between, Operand.Of(200), Shape.Number, Operand.Of(299))),
                        new("/a", new Matcher.Every(new Matcher.Has([new("b", new Matcher.Present(true))])))]),
                },
            ],
        };
        var document = new Document
        {
            System = "shop",
            Controls = [new Control { Id = "a", Cells = [new Cell("", [part])], Estimate = new(TimeSpan.FromHours(1), TimeSpan.FromHours(2)) }],
            Gates = [new Gate { Name = "go", Environment = "staging", Controls = ["a"], Freezes = [new(At, At.AddDays(1), "holiday")] }],
            Targets = [new Target("api", "https://$(host)") { In = ImmutableSortedDictionary<string, Value>.Empty.Add("staging", "x") }],
            Release = new() { Artifacts = ImmutableSortedDictionary<string, Digest>.Empty.Add("x", Digest.Of("x"u8)) },
        };

        var bytes = Statements.ToBytes(document);

        Assert.Equal(bytes, Statements.ToBytes(Statements.Read<Document>(bytes)));
        Assert.Equal(document.Digest, Statements.Read<Document>(bytes).Digest);
    }

    [Theory]
    [InlineData("""{"fact":"withdrawal","because":"x","at":"2026-01-02T03:04:05.678Z"}""")]
    [InlineData("""{"fact":"withdrawal","entry":"sha256:00","because":"x","at":"2026-01-02T03:04:05.678Z"}""")]
    [InlineData("""{"fact":"no such"}""")]
    [InlineData("""{"fact":"rejection","gate":"g","gate":"h"}""")]
    public void What_is_not_our_record_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => Statements.Read<Fact>(System.Text.Encoding.UTF8.GetBytes(json)));
}
