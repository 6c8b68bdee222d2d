using Muster.Readiness;

namespace Muster.Probes;

static class JUnitKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "junit",
        Says = "Reads a test report in JUnit's XML, as nearly every test runner writes it.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(new Parameter("zone", Shape.Text, "The zone of its times where they name none: UTC, or an offset as +02:00. Without it such a report is undated.")),
        Fields = ReportWords.Fields(
            new("tests", Shape.Number, "Test cases in it."),
            new("executed", Shape.Number, "Those that were not skipped."),
            new("passed", Shape.Number, "Those that passed."),
            new("failures", Shape.Number, "Those that failed, and failures that a suite counts without showing the test."),
            new("errors", Shape.Number, "Tests and suites that broke."),
            new("skipped", Shape.Number, "Tests that were skipped, disabled or not run."),
            new("flaky", Shape.Number, "Tests that passed only when they were run again."),
            new("missing", Shape.Number, "Tests that a suite counts and does not show: a report that was cut or put together."),
            new("suites", Shape.Number, "Suites in it."),
            new("duration", Shape.Duration, "How long it says that all took."),
            new("failed", Shape.List, "The first tests that failed or broke, by name."),
            new("skipped_tests", Shape.List, "The first tests that were skipped, by name.")),
        Holds = Value.Of(("failures", 0), ("errors", 0), ("missing", 0)),
        Population = "tests executed",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by a property \"release\" of a suite whose value is an artifact's digest, or by a signature.",
            "A run of which every test was skipped executed none and is unproven; skipped tests are counted and shown, and hold nothing back unless expect says how many may be.",
            "Most runners write local time without a zone. Say \"zone\", or the report is undated.",
            "A report left over from an earlier run is dated by what it says: it is stale as soon as that is older than fresh.",
            "One file is one report. Put several together with the runner's own means, and let \"tests: at least …\" notice when one is missing."),
        Example = "check: { junit: reports/tests.xml, zone: UTC, expect: { executed: at least 200, skipped: at most 5 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(JUnitReport.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a report with one failing test, beside one in which it passes",
        ("sick.xml", Text("<failure message=\"expected 3, was 2\"/>")), ("well.xml", Text("")), [Stage.Is("failures", 0, Shape.Number), Stage.Is("errors", 0, Shape.Number), Stage.Is("missing", 0, Shape.Number)], cancel);

    static string Text(string outcome) => $"""
        <testsuite name="cart" tests="2" timestamp="2026-03-01T09:00:00Z">
          <properties><property name="release" value="{ReportFixture.Artifact}"/></properties>
          <testcase classname="Cart" name="adds"/>
          <testcase classname="Cart" name="counts">{outcome}</testcase>
        </testsuite>
        """;
}
