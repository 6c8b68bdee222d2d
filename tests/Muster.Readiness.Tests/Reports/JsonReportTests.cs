using System.Text;

namespace Muster.Readiness.Tests;

public class JsonReportTests
{
    static readonly Value.Fields Schema = (Value.Fields)Value.Parse(File.ReadAllBytes(Path.Combine(Golden.Repository, "docs/formats/report.schema.json")));

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_report_is_as_accepted(string name) => Golden.Equal($"{name}.json", JsonReport.Render(ShopDecisions.All[name]));

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_report_is_of_the_published_shape(string name) =>
        Assert.Empty(new SchemaShape(Schema).Problems(Value.Parse(Encoding.UTF8.GetBytes(JsonReport.Render(ShopDecisions.All[name])))));

    [Fact]
    public void Every_field_of_the_schema_is_in_some_report()
    {
        var shape = new SchemaShape(Schema);

        Decision[] decisions = [.. ShopDecisions.All.Values, HostileDecision.Of("x")];
        foreach (var decision in decisions) Assert.Empty(shape.Problems(Read(decision)));

        Assert.Equal(shape.Declared, shape.Seen);
    }

    [Fact]
    public void The_shape_refuses_what_is_not_a_report()
    {
        var report = (Value.Fields)Read(ShopDecisions.NoGo());

        Assert.NotEmpty(Problems(report.With("verdict", "Maybe")));
        Assert.NotEmpty(Problems(report.With("verdict", null)));
        Assert.NotEmpty(Problems(report.With("score", 87)));
        Assert.NotEmpty(Problems(report.With("over", 1.5)));
        Assert.NotEmpty(Problems(report.With("document", "sha256:0")));
        Assert.NotEmpty(Problems(report.With("controls", "none")));
    }

    [Theory]
    [InlineData(typeof(Verdict), "verdict")]
    [InlineData(typeof(State), "state")]
    [InlineData(typeof(Mode), "mode")]
    [InlineData(typeof(Why), "why")]
    [InlineData(typeof(Origin), "origin")]
    public void The_schema_lists_every_name(Type names, string definition)
    {
        var listed = (Value.Items)((Value.Fields)((Value.Fields)Schema["$defs"]!)[definition]!)["enum"]!;

        Assert.Equal(Enum.GetNames(names), listed.Are.Select(name => ((Value.Text)name).Is));
    }

    [Fact]
    public void Without_the_schema_field_it_is_the_verdict_statement()
    {
        foreach (var decision in ShopDecisions.All.Values)
            Assert.Equal(Statements.ToBytes(decision), CanonicalJson.Bytes(((Value.Fields)Read(decision)).With("schema", null)));
    }

    [Fact]
    public void Printed_json_holds_no_control_character_but_line_ends()
    {
        var json = JsonReport.Render(HostileDecision.Of("a\u001b[2J\u009b31m\u007f\r\n"));

        Assert.DoesNotContain(json, unit => char.IsControl(unit) && unit != '\n');
        Assert.Contains("\\u009b", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_maps_and_lists_stay_on_their_line() =>
        Assert.Equal("{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    null\n  ]\n}\n",
            JsonReport.Indent(Value.Of(("c", new Value.Items([1, Value.Null])), ("a", Value.Items.Empty), ("b", Value.Fields.Empty))));

    static IEnumerable<string> Problems(Value value) => new SchemaShape(Schema).Problems(value);

    static Value Read(Decision decision) => Value.Parse(Encoding.UTF8.GetBytes(JsonReport.Render(decision)));
}
