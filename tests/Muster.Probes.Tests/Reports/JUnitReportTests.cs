using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

public class JUnitReportTests
{
    static Task<Sight> Look(string text, params (string, Value)[] parameters) => ReportFolder.Look("junit", text, [("claimed", true), .. parameters]);

    const string At = "timestamp=\"2026-03-01T09:00:00Z\"";

    [Fact]
    public async Task Tests_are_counted_by_how_they_ended()
    {
        var sight = await Look(Samples.JUnit);

        Assert.Equal((4, 3, 3, 0, 0, 1), ((int)ReportFolder.Number(sight, "tests"), (int)ReportFolder.Number(sight, "executed"), (int)ReportFolder.Number(sight, "passed"), (int)ReportFolder.Number(sight, "failures"),
            (int)ReportFolder.Number(sight, "errors"), (int)ReportFolder.Number(sight, "skipped")));
        Assert.Equal(Value.Texts(["Cart.empties"]), sight.Observation!["skipped_tests"]);
        Assert.Equal(1.5, sight.Observation["duration"]);
        Assert.Equal(3, sight.Population);
        ReportFolder.Passes("junit", sight);
    }

    [Theory]
    [InlineData("<testcase name='a'><failure/></testcase>", "failures")]
    [InlineData("<testcase name='a'><error/></testcase>", "errors")]
    [InlineData("<testcase name='a'><skipped/><failure/></testcase>", "failures")]
    [InlineData("<testcase name='a'/><error message='the set-up broke'/>", "errors")]
    public async Task A_failing_or_broken_test_or_suite_fails(string inner, string field) =>
        ReportFolder.Fails("junit", await Look($"<testsuite {At}><testcase name='b'/>{inner}</testsuite>"), field);

    [Theory]
    [InlineData("failures='1'", "failures")]
    [InlineData("errors='1'", "failures")]
    [InlineData("tests='5'", "missing")]
    public async Task What_a_suite_counts_and_does_not_show_counts_against_it(string attribute, string field) =>
        ReportFolder.Fails("junit", await Look($"<testsuites><testsuite {attribute} {At}><testcase name='b'/></testsuite></testsuites>"), field);

    [Fact]
    public async Task What_suites_around_others_count_is_not_counted_twice()
    {
        var sight = await Look($"<testsuites tests='2' failures='1'><testsuite tests='2' failures='1' {At}><testsuite tests='1' failures='1'><testcase name='a'><failure/></testcase></testsuite><testcase name='b'/></testsuite></testsuites>");

        Assert.Equal((2d, 1d, 0d), (ReportFolder.Number(sight, "tests"), ReportFolder.Number(sight, "failures"), ReportFolder.Number(sight, "missing")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<testcase name='a'><skipped/></testcase>")]
    [InlineData("<testcase name='a' status='notrun'/>")]
    public async Task A_run_that_executed_no_test_is_unproven(string inner) => ReportFolder.IsUnproven("junit", await Look($"<testsuite {At}>{inner}</testsuite>"), Why.TooFew);

    [Fact]
    public async Task A_test_that_passed_only_the_second_time_is_shown()
    {
        var sight = await Look($"<testsuite {At}><testcase name='a'><flakyFailure/></testcase></testsuite>");

        Assert.Equal(1, sight.Observation!["flaky"]);
        ReportFolder.Passes("junit", sight);
    }

    [Fact]
    public async Task A_time_without_a_zone_is_a_time_only_where_the_zone_is_said()
    {
        const string text = "<testsuite timestamp='2026-03-01T09:00:00'><testcase name='a'/></testsuite>";

        var local = await Look(text);
        Assert.Null(local.Observation!["made"]);
        Assert.Contains("say \"zone: UTC\"", local.Detail, StringComparison.Ordinal);
        Assert.Equal("2026-03-01T09:00:00.000Z", (await Look(text, ("zone", "UTC"))).Observation!["made"]);
        Assert.Equal("2026-03-01T07:00:00.000Z", (await Look(text, ("zone", "+02:00"))).Observation!["made"]);
        Probing.Blind(await Look(text, ("zone", "Berlin")), Blind.BadQuestion, "zone");
    }

    [Theory]
    [InlineData("<!DOCTYPE t [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><testsuite><testcase name='&x;'/></testsuite>")]
    [InlineData("<!DOCTYPE t [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><testsuite><testcase name='&c;'/></testsuite>")]
    [InlineData("<!DOCTYPE testsuite SYSTEM 'http://127.0.0.1:1/x.dtd'><testsuite><testcase name='a'/></testsuite>")]
    [InlineData("<testsuite><testcase name='&x;'/></testsuite>")]
    public async Task Document_types_and_entities_are_refused(string text) => Probing.Blind(await Look(text), Blind.Unreadable, "entities are refused");

    [Theory]
    [InlineData("<TestRun/>")]
    [InlineData("<assemblies/>")]
    [InlineData("<html><body>404</body></html>")]
    public async Task Another_format_of_tests_is_named(string text) => Probing.Blind(await Look(text), Blind.Unreadable, "no JUnit report");

    [Fact]
    public async Task Long_output_is_passed_over_and_an_endless_tag_is_refused()
    {
        var big = new string('x', 12 * 1024 * 1024);

        ReportFolder.Passes("junit", await Look($"<testsuite {At}><testcase name='a'><system-out>{big}</system-out></testcase></testsuite>"));
        ReportFolder.Passes("junit", await Look($"<testsuite {At}><testcase name='a'><system-out><![CDATA[{big}]]></system-out></testcase></testsuite>"));
        Probing.Blind(await Look($"<testsuite {At}><testcase name='{big}'/></testsuite>"), Blind.TooLarge, "single piece");
    }
}
