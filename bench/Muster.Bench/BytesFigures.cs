using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>Canonical JSON, digests and statements: what every entry and every verdict passes through.</summary>
static class BytesFigures
{
    static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static readonly IReadOnlyList<Figure> All =
    [
        new("canonical JSON, write an observation", null, () =>
        {
            var value = Observation();
            return new Work("value", () => CanonicalJson.Bytes(value).Length > 0 ? 1 : 0) { Bytes = CanonicalJson.Bytes(value).Length };
        }),
        new("canonical JSON, read an observation strictly", null, () =>
        {
            var bytes = CanonicalJson.Bytes(Observation());
            return new Work("value", () => Value.Parse(bytes) is Value.Fields ? 1 : 0) { Bytes = bytes.Length };
        }),
        new("canonical JSON, 10,000 numbers", null, () =>
        {
            var random = new Random(1);
            var numbers = Value.List(Enumerable.Range(0, 10_000).Select(_ => (Value)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20)))));
            return new Work("number", () => CanonicalJson.Bytes(numbers).Length > 0 ? 10_000 : 0) { Bytes = CanonicalJson.Bytes(numbers).Length };
        }),
        new("digest of an observation", null, () =>
        {
            var value = Observation();
            return new Work("digest", () => Digest.Of(value) != default ? 1 : 0) { Bytes = CanonicalJson.Bytes(value).Length };
        }),
        new("digest of 1 MiB", null, () =>
        {
            var bytes = new byte[1 << 20];
            return new Work("digest", () => Digest.Of(bytes) != default ? 1 : 0) { Bytes = bytes.Length };
        }),
        new("statement, write a run", null, () =>
        {
            Fact fact = Ran();
            return new Work("statement", () => Statements.ToBytes(fact).Length > 0 ? 1 : 0) { Bytes = Statements.ToBytes(fact).Length };
        }),
        new("statement, read a run strictly", null, () =>
        {
            var bytes = Statements.ToBytes<Fact>(Ran());
            return new Work("statement", () => Statements.Read<Fact>(bytes) is Fact.Ran ? 1 : 0) { Bytes = bytes.Length };
        }),
        new("digest of a document of 1,000 controls", null, () =>
        {
            var document = Document();
            return new Work("control", () => Digest.Of(Statements.ToValue(document)) != default ? 1_000 : 0) { Bytes = Statements.ToBytes(document).Length };
        }),
    ];

    static Value.Fields Observation() => Value.Of(
        ("status", 200), ("version", "2"), ("duration", TimeSpan.FromMilliseconds(12.5)), ("resolved", "192.0.2.7:443"),
        ("headers", Value.Of(("content-type", "application/json"), ("strict-transport-security", "max-age=63072000"), ("date", "Fri, 02 Jan 2026 03:04:05 GMT"))),
        ("json", Value.Of(("status", "ok"), ("checks", Value.List(Enumerable.Range(0, 10).Select(i =>
            (Value)Value.Of(("name", string.Create(CultureInfo.InvariantCulture, $"dependency-{i}")), ("ok", true), ("latency", 0.0017 * i))))))));

    static Fact.Ran Ran() => new Fact.Ran(new Run
    {
        Question = Digest.Of("question"u8), Cells = ["api.health/ready"], Environment = "production", Release = Digest.Of("release"u8), Origin = Origin.Live,
        Started = At, Finished = At.AddMilliseconds(12), By = "muster 0.1.0",
        Sights = [new Sight { Observation = Observation(), Population = 1, Before = Value.Of(("address", "192.0.2.7")), After = Value.Of(("address", "192.0.2.7")) }],
    });

    static Document Document() => new()
    {
        System = "shop",
        Controls = [.. Enumerable.Range(0, 1_000).Select(Control)],
    };

    static Control Control(int number) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"api.control-{number}"),
        Title = "The answer comes in time", Section = "Service", Owner = "devops", Fix = "See the runbook",
        Cells = [new Cell("", ImmutableArray.Create(new Part
        {
            Steps = [new Step
            {
                Kind = "http", Parameters = Value.Of(("target", "https://shop.test"), ("path", "/health")),
                Expect = new([new("status", new Matcher.Compare(Comparison.Between, Operand.Of(200), Shape.Number, Operand.Of(299)))]),
            }],
        }))],
    };
}
