using Muster.Readiness;

namespace Muster.Probes;

static class ChaosToolkitKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "chaostoolkit",
        Says = "Reads the journal of an experiment by Chaos Toolkit.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(),
        Fields = ReportWords.Fields(
            new("title", Shape.Text, "The experiment's title."),
            new("status", Shape.Text, "How it ended: completed, failed, aborted or interrupted."),
            new("deviated", Shape.Truth, "Whether the steady state was lost."),
            new("met_before", Shape.Truth, "Whether the steady state was met before; not seen where there is no hypothesis."),
            new("met_after", Shape.Truth, "Whether it was met afterwards."),
            new("hypothesis_probes", Shape.Number, "Probes of the hypothesis that were judged, both before and after."),
            new("during_checks", Shape.Number, "How often the steady state was looked at while the method ran."),
            new("during_unmet", Shape.Number, "How often it was not met then."),
            new("activities", Shape.Number, "Steps of the method that were carried out."),
            new("actions", Shape.Number, "Those that do something, which probes do not."),
            new("failed_activities", Shape.Number, "Steps of the method that failed."),
            new("rollbacks", Shape.Number, "Rollbacks that were carried out."),
            new("failed_rollbacks", Shape.Number, "Rollbacks that failed."),
            new("rollbacks_left", Shape.Number, "Rollbacks of the experiment that were not carried out."),
            new("failed", Shape.List, "The first steps and rollbacks that failed, by name."),
            new("duration", Shape.Duration, "How long it took.")),
        Holds = Value.Of(("status", "completed"), ("deviated", false), ("met_before", true), ("met_after", true), ("hypothesis_probes", "at least 1"), ("failed_activities", 0), ("failed_rollbacks", 0), ("rollbacks_left", 0)),
        Population = "actions carried out",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by configuration.release or a tag release=sha256:… of the experiment, or by a signature.",
            "status: completed stands beside deviated: true; both are asked, and the hypothesis before and after.",
            "An experiment without actions disturbed nothing, and one whose hypothesis has no probes is always steady; neither proves anything.",
            "A journal of a dry run is of origin dry-run and never counts, whatever it says.",
            "That the fault had an effect is not in the journal: give the method a probe that sees it."),
        Example = "check: { chaostoolkit: reports/journal.json, binds: environment, fresh: 31d, expect: { during_unmet: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(ChaosToolkitReport.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "an experiment that was completed and deviated, beside one that stayed steady",
        ("sick.json", Text("true", "false")), ("well.json", Text("false", "true")), [Stage.Is("status", "completed", Shape.Text), Stage.Is("deviated", false, Shape.Truth), Stage.Is("met_after", true, Shape.Truth)], cancel);

    static string Text(string deviated, string after) => $$"""
        { "chaoslib-version": "1.44.0", "status": "completed", "deviated": {{deviated}}, "start": "2026-03-01T09:00:00", "duration": 12.5,
          "experiment": { "title": "Orders outlive the cache", "configuration": { "release": "{{ReportFixture.Artifact}}" }, "rollbacks": [] },
          "steady_states": { "before": { "steady_state_met": true, "probes": [ { "activity": { "name": "orders answer" }, "tolerance_met": true } ] },
            "after": { "steady_state_met": {{after}}, "probes": [ { "activity": { "name": "orders answer" }, "tolerance_met": {{after}} } ] }, "during": [] },
          "run": [ { "activity": { "type": "action", "name": "stop the cache" }, "status": "succeeded" } ], "rollbacks": [] }
        """;
}
