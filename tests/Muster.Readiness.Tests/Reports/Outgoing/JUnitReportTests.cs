using System.Text;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Muster.Readiness.Tests;

public class JUnitReportTests
{
    [Fact]
    public void The_report_of_every_state_is_as_accepted() => Golden.Equal("every-state.junit.xml", JUnitReport.Render(EveryState.Decision, EveryState.Places));

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_report_is_of_the_common_schema_and_counts_what_it_holds(string name)
    {
        var root = Read(JUnitReport.Render(ShopDecisions.All[name], EveryState.Places));

        foreach (var holder in root.Elements("testsuite").Append(root))
        {
            Assert.Equal(holder.Descendants("testcase").Count(), (int)holder.Attribute("tests")!);
            Assert.Equal(holder.Descendants("failure").Count(), (int)holder.Attribute("failures")!);
            Assert.Equal(holder.Descendants("error").Count(), (int)holder.Attribute("errors")!);
            Assert.Equal(holder.Descendants("skipped").Count(), (int)holder.Attribute("skipped")!);
        }
    }

    [Fact]
    public void Only_what_does_not_count_is_skipped_and_only_met_controls_pass()
    {
        var cases = Cases(EveryState.Decision);
        foreach (var control in EveryState.Decision.Controls)
        {
            var outcome = cases[control.Id].Elements().First().Name.LocalName;
            var expected = control switch
            {
                { Out: not null } or { Waived: true } or { Mode: Mode.Observe, State: not State.Met } => "skipped",
                { State: State.Met } => "system-out",
                { State: State.Failed } => "failure",
                _ => "error",
            };
            Assert.Equal((control.Id, expected), (control.Id, outcome));
        }

        Assert.Contains("waived", cases["notifications.private"].Element("skipped")!.Attribute("message")!.Value, StringComparison.Ordinal);
        Assert.Contains("observe only", cases["load.checkout"].Element("skipped")!.Attribute("message")!.Value, StringComparison.Ordinal);
        Assert.Contains("not in the gate's set", cases["mesh"].Element("skipped")!.Attribute("message")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-go", "failure")]
    [InlineData("undecided", "error")]
    [InlineData("held", "error")]
    [InlineData("break-glass", "error")]
    [InlineData("conditional-go", "system-out")]
    [InlineData("go", "system-out")]
    public void A_gate_that_is_shut_is_not_green_though_every_control_is(string name, string outcome)
    {
        var first = Read(JUnitReport.Render(ShopDecisions.All[name], EveryState.Places)).Descendants("testcase").First();

        Assert.Equal("go-live in production", first.Attribute("name")!.Value);
        Assert.Equal(outcome, first.Elements().First().Name.LocalName);
    }

    [Fact]
    public void A_failure_shows_what_was_expected_beside_what_was_observed_and_where_to_mend_it()
    {
        var failure = Cases(EveryState.Decision)["edge.certificate"].Element("failure")!.Value;

        Assert.Contains("lifetime_left: expected at least 33%, observed 21%, does not hold", failure, StringComparison.Ordinal);
        Assert.Contains("Fix: Deploy the issuer; see runbooks/tls.md", failure, StringComparison.Ordinal);
        Assert.Contains("services/shop/controls/edge, data.yaml:10:3", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_it_is_well_formed_and_of_the_schema() => HostileText.Holds(text =>
    {
        var rendered = JUnitReport.Render(HostileDecision.Of(text), new(Places.None.Controls.Add(text, new(text, 1, 1)), new(text, 1, 1)));
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

        Assert.Equal(3, Read(strict.GetString(strict.GetBytes(rendered))).Descendants("testcase").Count());
    });

    [Fact]
    public void The_schema_refuses_what_is_not_a_report()
    {
        var rendered = JUnitReport.Render(ShopDecisions.NoGo(), EveryState.Places);

        Assert.Throws<XmlSchemaValidationException>(() => Read(rendered.Replace("<testcase name=", "<testcase title=", StringComparison.Ordinal)));
        Assert.Throws<XmlSchemaValidationException>(() => Read(rendered.Replace("time=\"0\"", "time=\"soon\"", StringComparison.Ordinal)));
        Assert.Throws<XmlException>(() => Read(rendered.Replace("&apos;", "\u0001", StringComparison.Ordinal)));
    }

    static Dictionary<string, XElement> Cases(Decision decision) => Read(JUnitReport.Render(decision, EveryState.Places)).Elements("testsuite").Skip(1).Elements("testcase")
        .ToDictionary(test => test.Attribute("name")!.Value.Split(':')[0], StringComparer.Ordinal);

    static XElement Read(string xml)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ValidationType = ValidationType.Schema, CheckCharacters = true, ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings };
        settings.Schemas.Add(null, Path.Combine(Golden.Repository, "tests/Muster.Readiness.Tests/Reports/Outgoing/junit.xsd"));
        settings.ValidationEventHandler += (_, wrong) => throw new XmlSchemaValidationException(wrong.Message);
        using var reader = XmlReader.Create(new StringReader(xml), settings);
        return XDocument.Load(reader).Root!;
    }
}
