using Muster.Readiness;

namespace Muster.Probes;

static class SarifKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "sarif",
        Says = "Reads what a static analyser or scanner found, in SARIF 2.1.0.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(),
        Fields = ReportWords.Fields(
            new("successful", Shape.Truth, "True if every run in it has results and says that it was executed successfully; false if one says that it was not; not seen where one does not say."),
            new("errors", Shape.Number, "Results of the level error, or of a level that SARIF does not know."),
            new("warnings", Shape.Number, "Results of the level warning, which is what a result without a level is."),
            new("notes", Shape.Number, "Results of the levels note and none."),
            new("undecided", Shape.Number, "Results of the kinds open and review: the tool could not tell."),
            new("passes", Shape.Number, "Results of the kind pass."),
            new("others", Shape.Number, "Results of the kinds notApplicable and informational."),
            new("suppressed", Shape.Number, "Results that somebody suppressed, in the source or elsewhere; they are not among the counts above."),
            new("absent", Shape.Number, "Results of an earlier run that this one did not find any more."),
            new("complaints", Shape.Number, "Errors of the tool itself."),
            new("rules", Shape.Number, "Rules that the tools name."),
            new("highest_severity", Shape.Number, "The highest security-severity of a result that is neither suppressed nor absent, 0 to 10, if the rules have one."),
            new("worst", Shape.List, "The first errors, by rule and file.")),
        Holds = Value.Of(("successful", true), ("errors", 0), ("undecided", 0), ("complaints", 0)),
        Population = "runs of a tool with results",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by each run's properties.repoDigests or properties.release, by the sha-256 of an artifact with the role analysisTarget, by a revisionId of SHA-256, or by a signature.",
            "A tool that crashed writes a report without results. Without invocations[].executionSuccessful nobody knows, and the check is unproven.",
            "No results may mean that no rule was asked or no file was read: expect rules, or ask the tool to report its passes.",
            "Suppressed results are counted, and hold nothing back unless expect says so: suppressed: 0.",
            "Tools disagree about levels: what one calls a warning, another calls an error. Expect highest_severity where the rules have it."),
        Example = "check: { sarif: reports/analysis.sarif, expect: { warnings: at most 10, suppressed: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(SarifReport.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "an analysis that found an error, beside one that found none",
        ("sick.sarif", Text("""{"ruleId":"sql-injection","level":"error","message":{"text":"user input in SQL"}}""")), ("well.sarif", Text("")),
        [Stage.Is("successful", true, Shape.Truth), Stage.Is("errors", 0, Shape.Number)], cancel);

    static string Text(string result) => $$"""
        { "version": "2.1.0", "runs": [ {
          "tool": { "driver": { "name": "analyser", "version": "1.0" } }, "properties": { "release": "{{ReportFixture.Artifact}}" },
          "invocations": [ { "executionSuccessful": true, "startTimeUtc": "2026-03-01T09:00:00Z" } ], "results": [ {{result}} ] } ] }
        """;
}
