using Muster.Readiness;

namespace Muster.Probes;

static class GrypeKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "grype",
        Says = "Reads a scan of Grype, as JSON.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(new Parameter("without_os", Shape.Truth, "true says that what was scanned has no operating system's packages, as an image made from scratch, or a folder.")),
        Fields = ReportWords.Fields([.. Severities.Fields,
            new("database_valid", Shape.Truth, "Whether Grype found its database in order."),
            new("scanned", Shape.Text, "What was scanned, as it was called."),
            new("type", Shape.Text, "What that is: image, directory, sbom-file, …"),
            new("distro", Shape.Text, "The operating system that was found."),
            new("distro_known", Shape.Truth, "Whether one was found, or somebody said that there is none."),
            new("only_fixed", Shape.Truth, "Whether only what has a fix was to be shown."),
            new("alerts", Shape.Number, "Packages of which Grype says that it may know too little, as those of a system at its end of life.")]),
        Holds = Value.Of(("critical", 0), ("high", 0), ("unknown", 0), ("distro_known", true), ("only_fixed", false), ("database_valid", true), ("database_age", ScannerDatabase.Fresh)),
        Population = "scans that had something to look at",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by source.target.repoDigests, manifestDigest or imageID, or by a signature.",
            "Grype does not say how many packages it looked at. Without a known system and without a match nothing tells a clean scan from a blind one, and the check is unproven; ask for the list of parts beside it, with cyclonedx or spdx.",
            "What an ignore rule or a VEX statement took out is counted as suppressed, and holds nothing back unless expect says so: suppressed: 0.",
            "Its database is refused when it is older than 5 days at the time of the scan; say database_age in expect for another limit."),
        Example = "check: { grype: reports/web.grype.json, artifact: web, expect: { suppressed: 0, alerts: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(GrypeReport.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a scan that found a high vulnerability, beside one that found none",
        ("sick.json", Text("""{ "vulnerability": { "id": "CVE-2026-0001", "severity": "High", "fix": { "state": "fixed" } }, "artifact": { "name": "libexample", "version": "1.0" } }""")), ("well.json", Text("")),
        [Stage.Is("critical", 0, Shape.Number), Stage.Is("high", 0, Shape.Number), Stage.Is("distro_known", true, Shape.Truth)], cancel);

    static string Text(string match) => $$"""
        { "matches": [ {{match}} ], "source": { "type": "image", "target": { "userInput": "registry.shop.test/web:1.4", "manifestDigest": "{{ReportFixture.Artifact}}" } },
          "distro": { "name": "debian", "version": "12" },
          "descriptor": { "name": "grype", "version": "0.90.0", "timestamp": "2026-03-01T09:00:00Z", "db": { "status": { "built": "2026-03-01T06:00:00Z", "valid": true } } } }
        """;
}
