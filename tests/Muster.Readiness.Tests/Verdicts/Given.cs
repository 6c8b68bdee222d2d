using System.Collections.Immutable;

namespace Muster.Readiness.Tests.Verdicts;

/// <summary>Documents in few words: a shop with one gate, people in roles, and controls that ask one question each.</summary>
static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public static readonly KindCatalogue Kinds = new([new Kind { Name = "http", Says = "", Target = TargetShape.Url, Population = "responses", Example = "" }]);

    public static DateTimeOffset Hour(double hours) => Start + TimeSpan.FromHours(hours);

    public static Person Person(string name, params string[] roles) => new(name, [.. roles], "key-" + name);

    public static Matcher Is(Value value) => new Matcher.Is(Operand.Of(value), Shape.Any);

    public static Matcher Compare(Comparison how, double limit, double? upper = null) =>
        new Matcher.Compare(how, Operand.Of(limit), Shape.Number, upper is { } most ? Operand.Of(most) : null);

    public static Part Part(string name = "", string target = "/", string field = "status", Matcher? expects = null) => new()
    {
        Name = name,
        Steps = [new Step { Kind = "http", Parameters = Value.Of(("target", "https://$(host)" + target)), Expect = new([new(field, expects ?? Is(200))]) }],
    };

    public static Control Control(string id, params Part[] parts) =>
        new() { Id = id, Title = id, Cells = [new Cell("", parts.Length > 0 ? [.. parts] : [Part(target: "/" + id)])] };

    public static Control Prose(string id) => new() { Id = id };

    public static Control States(string id, params string[] selectors) => new()
    {
        Id = id,
        Cells = [new Cell("", [new Part { Steps = [new Step { Kind = "states", Parameters = Value.Of(("target", Value.Texts(selectors))), Expect = new([new("all_met", Is(true))]) }] }])],
    };

    public static Control Attestation(string id, string statement, string role) => new()
    {
        Id = id,
        Cells = [new Cell("", [new Part { Steps = [new Step { Kind = "attestation", Parameters = Value.Of(("target", statement), ("by", role)), Expect = new([new("signed", Is(true))]) }] }])],
    };

    /// <summary>A rehearsal whose runner and witness are people of the document.</summary>
    public static Control Drill(string id, string role = "on-call") => new()
    {
        Id = id,
        Cells = [new Cell("", [new Part { Fresh = TimeSpan.FromHours(60), Steps = [new Step { Kind = "drill", Parameters = Value.Of(("target", id), ("by", role)), Expect = new([new("outcome", Is("passed")), new("witnessed", Is(true))]) }] }])],
    };

    public static Control Warn(this Control control) => control with { Modes = [new(Mode.Warn)] };

    public static Control Observe(this Control control) => control with { Modes = [new(Mode.Observe)] };

    public static Control Each(this Control control, Func<Part, Part> edit) =>
        control with { Cells = [.. control.Cells.Select(cell => cell with { Parts = [.. cell.Parts.Select(edit)] })] };

    public static Control Expecting(this Control control, params (string Path, Matcher Matcher)[] fields) => control.Each(part => part with
    {
        Steps = [.. part.Steps.Select(step => step with { Expect = new([.. fields.Select(field => new FieldMatcher(field.Path, field.Matcher))]) })],
    });

    public static Document Document(params Control[] controls) => new()
    {
        System = "shop",
        Owner = "ann",
        People = [Person("ann", "owner"), Person("mia", "architect"), Person("jon", "devops-lead"), Person("eve", "on-call")],
        Environments =
        [
            new("staging", Value.Of(("host", "staging.shop.test")), [Hazard.Active]),
            new("production", Value.Of(("host", "shop.test")), []),
        ],
        Controls = [.. controls],
        Gates =
        [
            new Gate
            {
                Name = "go-live",
                Environment = "production",
                Controls = [.. controls.Select(control => control.Id)],
                Excuses = ["architect"],
                Waivers = new(TimeSpan.FromDays(14), ["architect"], []),
                BreakGlass = ["on-call", "owner"],
            },
        ],
    };

    public static Document Gate(this Document document, Func<Gate, Gate> edit, string name = "go-live") =>
        document with { Gates = [.. document.Gates.Select(gate => gate.Name == name ? edit(gate) : gate)] };

    public static Document Also(this Document document, Gate gate) => document with { Gates = [.. document.Gates, gate] };

    public static Document Edit(this Document document, string id, Func<Control, Control> edit) =>
        document with { Controls = [.. document.Controls.Select(control => control.Id == id ? edit(control) : control)] };

    public static Document Without(this Document document, string id) =>
        (document with { Controls = [.. document.Controls.Where(control => control.Id != id)] }).Gate(gate => gate with { Controls = gate.Controls.Remove(id) });

    public static Document Signed(this Document document, params (string Role, int Count)[] roles) =>
        document.Gate(gate => gate with { Sign = [.. roles.Select(role => new RoleCount(role.Role, role.Count))] });
}
