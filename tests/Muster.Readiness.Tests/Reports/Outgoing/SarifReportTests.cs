using System.Text;

namespace Muster.Readiness.Tests;

public class SarifReportTests
{
    static readonly Value.Fields Schema = (Value.Fields)Value.Parse(File.ReadAllBytes(Path.Combine(Golden.Repository, "docs/formats/sarif.schema.json")));

    [Fact]
    public void The_report_of_every_state_is_as_accepted() => Golden.Equal("every-state.sarif", Rendered(EveryState.Decision));

    [Fact]
    public void It_is_of_the_published_profile_and_uses_all_of_it()
    {
        var shape = new SchemaShape(Schema);
        foreach (var decision in ShopDecisions.All.Values.Append(EveryState.Decision)) Assert.Empty(shape.Problems(Read(decision)));
        Assert.Equal(shape.Declared, shape.Seen);
    }

    [Fact]
    public void Every_result_has_a_place_in_a_file_and_a_level_by_its_mode()
    {
        var results = Results(EveryState.Decision).ToDictionary(result => Text(result, "ruleId"), StringComparer.Ordinal);

        Assert.Equal("error", Text(results["edge.certificate"], "level"));
        Assert.Equal("error", Text(results["oncall.reachable"], "level"));
        Assert.Equal("warning", Text(results["warn.unproven"], "level"));
        Assert.Equal("note", Text(results["load.checkout"], "level"));
        Assert.All(results, result =>
        {
            var place = EveryState.Places.Of(result.Key);
            var physical = (Value.Fields)((Value.Fields)((Value.Items)result.Value["locations"]!).Are[0])["physicalLocation"]!;
            Assert.Equal(place.File.Replace(",", "%2C", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal), Text((Value.Fields)physical["artifactLocation"]!, "uri"));
            Assert.Equal(place.Line, ((Value.Number)((Value.Fields)physical["region"]!)["startLine"]!).Is);
        });
    }

    [Fact]
    public void What_is_waived_met_or_out_makes_no_result_and_is_counted()
    {
        Assert.DoesNotContain(Results(EveryState.Decision), result => Text(result, "ruleId") is "notifications.private" or "waived.unproven" or "mesh" or "edge.redirect");
        var left = (Value.Fields)((Value.Fields)Run(EveryState.Decision)["properties"]!)["leftOut"]!;

        Assert.Equal(Value.Of(("met", EveryState.Decision.Controls.Count(control => control.State == State.Met && control.Out is null)), ("outOfSet", 1), ("waived", 2),
            ("waivedControls", Value.Texts(["notifications.private", "waived.unproven"]))), left);
        Assert.Equal(EveryState.Decision.Controls.Length, Results(EveryState.Decision).Count() + Count(left, "met") + Count(left, "outOfSet") + Count(left, "waived"));
    }

    [Fact]
    public void A_fingerprint_stays_while_lines_move_and_what_was_seen_changes_and_differs_by_control_and_gate()
    {
        var moved = new Places(EveryState.Places.Controls.Clear(), new("elsewhere.yaml", 99, 1));
        var changed = EveryState.Decision with { At = EveryState.Decision.At.AddDays(1), Controls = [.. EveryState.Decision.Controls.Select(control => control with { Because = "otherwise", Title = "renamed" })] };

        Assert.Equal(Fingerprints(EveryState.Decision, EveryState.Places), Fingerprints(changed, moved));
        Assert.Distinct(Fingerprints(EveryState.Decision, EveryState.Places));
        Assert.Empty(Fingerprints(EveryState.Decision, EveryState.Places).Intersect(Fingerprints(EveryState.Decision with { Gate = "rehearsal" }, EveryState.Places)));
    }

    [Fact]
    public void What_holds_the_gate_itself_is_a_notification()
    {
        var held = ((Value.Items)Invocation(ShopDecisions.Held())["toolExecutionNotifications"]!).Are;

        Assert.DoesNotContain(Results(ShopDecisions.Held()), result => Text(result, "level") != "note");
        Assert.Equal(2, held.Length);
        Assert.All(held, notification => Assert.Equal("error", Text((Value.Fields)notification, "level")));
    }

    [Fact]
    public void Braces_and_links_in_a_message_stay_text()
    {
        var text = Text((Value.Fields)Results(HostileDecision.Of("{0} [click](http://f.test) a\\b")).First()["message"]!, "text");

        Assert.Contains("{{0}} \\[click\\](http://f.test) a\\\\b", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_it_is_of_the_profile() => HostileText.Holds(text =>
        Assert.Empty(new SchemaShape(Schema).Problems(Value.Parse(new UTF8Encoding(false, true).GetBytes(
            SarifReport.Render(HostileDecision.Of("a" + text), new(Places.None.Controls, new("a" + text.Replace("/", "", StringComparison.Ordinal), 1, 1)), "0.1.0")), 64))));

    [Fact]
    public void The_profile_refuses_what_is_not_such_a_report()
    {
        var report = (Value.Fields)Read(EveryState.Decision);

        Assert.NotEmpty(new SchemaShape(Schema).Problems(report.With("version", "2.0.0")));
        Assert.NotEmpty(new SchemaShape(Schema).Problems(report.With("inlineExternalProperties", Value.Items.Empty)));
    }

    static string Rendered(Decision decision) => SarifReport.Render(decision, EveryState.Places, "0.1.0");

    static Value Read(Decision decision) => Value.Parse(Encoding.UTF8.GetBytes(Rendered(decision)), 64);

    static Value.Fields Run(Decision decision) => (Value.Fields)((Value.Items)((Value.Fields)Read(decision))["runs"]!).Are[0];

    static Value.Fields Invocation(Decision decision) => (Value.Fields)((Value.Items)Run(decision)["invocations"]!).Are[0];

    static IEnumerable<Value.Fields> Results(Decision decision) => ((Value.Items)Run(decision)["results"]!).Are.Cast<Value.Fields>();

    static List<string> Fingerprints(Decision decision, Places places) =>
        [.. ((Value.Items)((Value.Fields)((Value.Items)((Value.Fields)Value.Parse(Encoding.UTF8.GetBytes(SarifReport.Render(decision, places, "0.1.0")), 64))["runs"]!).Are[0])["results"]!).Are
            .Select(result => Text((Value.Fields)((Value.Fields)result)["partialFingerprints"]!, "primaryLocationLineHash"))];

    static string Text(Value.Fields fields, string name) => ((Value.Text)fields[name]!).Is;

    static int Count(Value.Fields fields, string name) => (int)((Value.Number)fields[name]!).Is;
}
