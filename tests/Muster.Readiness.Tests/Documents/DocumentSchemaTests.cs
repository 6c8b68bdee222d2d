namespace Muster.Readiness.Tests;

public class DocumentSchemaTests
{
    static readonly Value Schema = DocumentSchema.Build(TestKinds.All);

    static IEnumerable<string> Names(string pointer) => Assert.IsType<Value.Fields>(JsonPointer.Find(Schema, pointer)).Select(field => field.Key);

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(Schema).Distinct().ToList();
        Assert.Contains("#/$defs/kind.http", references);
        Assert.All(references, reference => Assert.NotNull(JsonPointer.Find(Schema, reference[1..])));
    }

    [Fact]
    public void A_kind_completes_its_parameters_and_fields()
    {
        Assert.Contains("follow", Names("/$defs/kind.http/properties"));
        Assert.Contains("fresh", Names("/$defs/kind.http/properties"));
        Assert.Contains("redirects", Names("/$defs/kind.http/properties/expect/properties"));
    }

    /// <summary>A key that the schema offers and the reader does not know would be a trap laid by ourselves; so would the reverse.</summary>
    [Theory]
    [InlineData("/properties", "")]
    [InlineData("/$defs/control/properties", "controls: { c: { {0}: } }")]
    [InlineData("/$defs/gate/properties", "gates: { g: { {0}: } }")]
    [InlineData("/$defs/freeze/properties", "gates: { g: { freeze: { {0}: } } }")]
    [InlineData("/properties/defaults/properties", "defaults: { {0}: }")]
    [InlineData("/properties/release/properties", "release: { {0}: }")]
    public void The_reader_knows_every_key_of_the_schema_and_no_other(string pointer, string main)
    {
        foreach (var name in Names(pointer))
            Assert.DoesNotContain(Desk.With(main.Length == 0 ? $"{name}:\n" : main.Replace("{0}", name, StringComparison.Ordinal)).Read().Problems, problem => problem.Says.StartsWith("There is no key", StringComparison.Ordinal));
        var unknown = Assert.Single(Desk.With(main.Length == 0 ? "zzzzzzzz:\n" : main.Replace("{0}", "zzzzzzzz", StringComparison.Ordinal)).Read().Problems, problem => problem.Says.StartsWith("There is no key", StringComparison.Ordinal));
        if (unknown.Fix.StartsWith("The keys are", StringComparison.Ordinal))
            Assert.Equal(unknown.Fix["The keys are ".Length..].TrimEnd('.').Split(", ").Order(StringComparer.Ordinal), Names(pointer).Order(StringComparer.Ordinal));
    }

    static IEnumerable<string> References(Value value) => value switch
    {
        Value.Fields fields => fields.SelectMany(field => field is { Key: "$ref", Value: Value.Text to } ? [to.Is] : References(field.Value)),
        Value.Items items => items.Are.SelectMany(References),
        _ => [],
    };
}
