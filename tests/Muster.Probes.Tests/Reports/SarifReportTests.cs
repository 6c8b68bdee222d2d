using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

public class SarifReportTests
{
    static Task<Sight> Look(string text) => ReportFolder.Look("sarif", text, ("claimed", true));

    static string Run(string results, string invocations = """[ { "executionSuccessful": true, "startTimeUtc": "2026-03-01T09:00:00Z" } ]""", string rules = "[]") =>
        $$"""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "analyser", "rules": {{rules}} } }, "invocations": {{invocations}}, "results": {{results}} } ] }""";

    [Fact]
    public async Task Results_are_counted_by_their_level_or_their_rules()
    {
        var sight = await Look(Samples.Sarif);

        Assert.Equal((0d, 1d, 1d), (ReportFolder.Number(sight, "errors"), ReportFolder.Number(sight, "warnings"), ReportFolder.Number(sight, "notes")));
        Assert.Equal(5.5, sight.Observation!["highest_severity"]);
        ReportFolder.Passes("sarif", sight);
    }

    [Theory]
    [InlineData("""[ { "level": "error" } ]""", "errors")]
    [InlineData("""[ { "level": "fatal" } ]""", "errors")]
    [InlineData("""[ { "kind": "open" } ]""", "undecided")]
    [InlineData("""[ { "kind": "review" } ]""", "undecided")]
    [InlineData("""[ { "level": "error", "suppressions": [ { "kind": "external", "status": "rejected" } ] } ]""", "errors")]
    [InlineData("""[ { "level": "error", "suppressions": [ { "kind": "external", "status": "underReview" } ] } ]""", "errors")]
    [InlineData("""[ { "level": "error", "suppressions": [] } ]""", "errors")]
    public async Task An_error_and_what_the_tool_could_not_tell_fail(string results, string field) => ReportFolder.Fails("sarif", await Look(Run(results)), field);

    [Fact]
    public async Task A_rule_makes_an_error_of_a_result_without_a_level() =>
        ReportFolder.Fails("sarif", await Look(Run("""[ { "ruleId": "A" } ]""", rules: """[ { "id": "A", "defaultConfiguration": { "level": "error" } } ]""")), "errors");

    [Fact]
    public async Task What_is_suppressed_or_gone_is_counted_and_not_dropped()
    {
        var sight = await Look(Run("""[ { "level": "error", "suppressions": [ { "kind": "inSource" } ] }, { "level": "error", "baselineState": "absent" }, { "kind": "pass" }, { "kind": "notApplicable" } ]"""));

        Assert.Equal((1d, 1d, 1d, 1d), (ReportFolder.Number(sight, "suppressed"), ReportFolder.Number(sight, "absent"), ReportFolder.Number(sight, "passes"), ReportFolder.Number(sight, "others")));
        ReportFolder.Passes("sarif", sight);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""[ { "startTimeUtc": "2026-03-01T09:00:00Z" } ]""")]
    public async Task A_tool_that_does_not_say_whether_it_finished_proves_nothing(string invocations) => ReportFolder.IsUnproven("sarif", await Look(Run("[]", invocations)), Why.NotSeen);

    [Fact]
    public async Task A_tool_that_says_that_it_did_not_finish_fails() =>
        ReportFolder.Fails("sarif", await Look(Run("[]", """[ { "executionSuccessful": true }, { "executionSuccessful": false } ]""")), "successful");

    [Fact]
    public async Task An_error_of_the_tool_itself_fails() =>
        ReportFolder.Fails("sarif", await Look(Run("[]", """[ { "executionSuccessful": true, "toolExecutionNotifications": [ { "level": "error", "message": { "text": "out of memory" } } ] } ]""")), "complaints");

    [Fact]
    public async Task No_runs_and_a_run_without_results_prove_nothing()
    {
        ReportFolder.IsUnproven("sarif", await Look("""{ "version": "2.1.0", "runs": [] }"""), Why.TooFew);
        ReportFolder.IsUnproven("sarif", await Look(Run("null")), Why.TooFew);
    }

    [Fact]
    public async Task Every_run_must_be_of_the_release()
    {
        var text = Run("[]");
        using var folder = new ReportFolder();
        var one = text[(text.IndexOf('[', StringComparison.Ordinal) + 1)..text.LastIndexOf(']')];
        var bound = one.Replace("\"results\"", $"\"properties\": {{ \"release\": \"{ReportFolder.Web}\" }}, \"results\"", StringComparison.Ordinal);
        folder.Write("both", $$"""{ "version": "2.1.0", "runs": [ {{bound}}, {{bound}} ] }""").Write("one", $$"""{ "version": "2.1.0", "runs": [ {{bound}}, {{one}} ] }""")
            .Write("other", $$"""{ "version": "2.1.0", "runs": [ {{bound}}, {{bound.Replace(ReportFolder.Web, ReportFolder.Other, StringComparison.Ordinal)}} ] }""");

        Assert.Equal("digest", (await folder.Run("sarif", "both")).Sights[0].Observation.Text("bound"));
        Probing.Blind((await folder.Run("sarif", "one")).Sights[0], Blind.OtherSubject, "names no digest");
        Probing.Blind((await folder.Run("sarif", "other", ("claimed", true))).Sights[0], Blind.OtherSubject, "one run of several");
    }

    [Theory]
    [InlineData("\"2.1.0\"", "\"2.0.0\"", "2.1.0 is read")]
    [InlineData("\"results\": []", "\"externalPropertyFileReferences\": { \"results\": [ {} ] }", "in other files")]
    [InlineData("\"name\": \"analyser\"", "\"name\": 1", "names no tool")]
    public async Task What_is_not_read_is_said(string from, string to, string says) => Probing.Blind(await Look(Run("[]").Replace(from, to, StringComparison.Ordinal)), Blind.Unreadable, says);
}
