using Muster.Readiness;

namespace Muster.Probes;

static class K6Kind
{
    public static readonly Kind Declaration = new()
    {
        Name = "k6",
        Says = "Reads what a load run of k6 left behind: a summary in any of its three shapes, or its points.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(),
        Fields = ReportWords.Fields(
            new("shape", Shape.Text, "Which it is: summary-export, handleSummary, machine-readable or points."),
            new("iterations", Shape.Number, "Iterations that were completed."),
            new("thresholds", Shape.Number, "Thresholds that the file tells of; machine-readable and points tell of none."),
            new("crossed", Shape.Number, "Those that were crossed."),
            new("vacuous", Shape.Number, "Those on a metric that has no sample, which k6 says held."),
            new("crossed_thresholds", Shape.List, "Them, with their metric."),
            new("vacuous_thresholds", Shape.List, "Them, with their metric."),
            new("requests", Shape.Number, "HTTP requests."),
            new("failed_requests", Shape.Number, "Those that failed."),
            new("failed_rate", Shape.Percentage, "Their share."),
            new("checks_passed", Shape.Number, "Checks of the script that passed."),
            new("checks_failed", Shape.Number, "Checks of the script that failed; k6 itself does not fail for them."),
            new("dropped_iterations", Shape.Number, "Iterations that were due and had no virtual user to run them."),
            new("vus", Shape.Number, "The most virtual users."),
            new("duration", Shape.Duration, "How long it ran."),
            new("avg", Shape.Duration, "The mean of http_req_duration."),
            new("min", Shape.Duration, "Its least."),
            new("med", Shape.Duration, "Its median."),
            new("max", Shape.Duration, "Its greatest."),
            new("p90", Shape.Duration, "Its 90th percentile, if the file has it; so for those that follow."),
            new("p95", Shape.Duration, "Its 95th percentile."),
            new("p99", Shape.Duration, "Its 99th percentile."),
            new("p99_9", Shape.Duration, "Its 99.9th percentile.")),
        Holds = Value.Of(("thresholds", "at least 1"), ("crossed", 0), ("vacuous", 0)),
        Population = "iterations",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by the tag release of every point (k6 run --tag release=sha256:…), by a member release that handleSummary adds to what it writes, or by a signature.",
            "In --summary-export a threshold that is true was crossed; in handleSummary ok: true held. Each shape is read as itself, and a mixture is refused.",
            "--summary-export does not say when it was made, and handleSummary only if the script adds generatedAt: without it the report never counts.",
            "machine-readable and points tell of no thresholds. Say thresholds: 0 and what you expect of the latency instead; the verdict names that the kind's own rule was replaced.",
            "p99 is in a summary only if summaryTrendStats asks for it; machine-readable never has it, points always do.",
            "http_req_duration leaves out DNS, connecting, TLS and waiting for a connection."),
        Example = "check: { k6: reports/load.json, expect: { p95: at most 300ms, failed_rate: under 1%, dropped_iterations: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(K6Report.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a summary with a threshold that was crossed, beside one in which it held",
        ("sick.json", Text("false", 412)), ("well.json", Text("true", 180)), [Stage.Is("crossed", 0, Shape.Number), Stage.Is("vacuous", 0, Shape.Number)], cancel);

    static string Text(string ok, int p95) => $$"""
        { "generatedAt": "2026-03-01T09:00:00Z", "release": "{{ReportFixture.Artifact}}", "state": { "testRunDurationMs": 60000 }, "metrics": {
          "iterations": { "type": "counter", "values": { "count": 1200, "rate": 20 } },
          "http_req_duration": { "type": "trend", "values": { "avg": 90, "min": 12, "med": 80, "max": 900, "p(90)": 150, "p(95)": {{p95}} }, "thresholds": { "p(95)<300": { "ok": {{ok}} } } },
          "http_req_failed": { "type": "rate", "values": { "rate": 0, "passes": 0, "fails": 1200 } } } }
        """;
}
