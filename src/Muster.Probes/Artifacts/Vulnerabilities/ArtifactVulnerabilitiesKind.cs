using Muster.Readiness;

namespace Muster.Probes;

static class ArtifactVulnerabilitiesKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "artifact.vulnerabilities",
        Says = "Reads a scan for vulnerabilities, of Trivy or Grype as JSON, hears what VEX statements and dated exceptions say of each finding, and shows what stays open.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters =
        [
            .. ArtifactSubject.Parameters,
            new("database", Shape.Text, "For Trivy: the file that `trivy version --format json` wrote beside the scan; the report itself does not say how old its database was."),
            new("parts", Shape.Text, "For Grype: the bill of materials of the same digest, which says what there was to look at; the report itself does not."),
            new("without_os", Shape.Truth, "true says that what was scanned has no operating system's packages, as an image made from scratch."),
            new("vex", Shape.List, "Files of VEX statements: OpenVEX, or CycloneDX with analyses."),
            new("exceptions", Shape.Map, "From a vulnerability to { until, because, owner }, and perhaps package: a finding that is accepted until the end of that day. All three must be said."),
        ],
        Fields =
        [
            .. Finding.Severities.Select(name => new Field(name, Shape.Number, name == "unknown" ? "Open findings of a severity that nobody has said yet, or of one that is not known here." : $"Open findings of the severity {name}.")),
            new("fixable", Shape.Number, "Open findings for which there is a fixed version."),
            new("open", Shape.List, "The first open findings, the worst before the others.") { Of = [.. Finding.Fields] },
            new("excused", Shape.List, "The first findings that a statement or an exception excuses.")
            {
                Of = [.. Finding.Fields, new("by", Shape.Text, "vex or exception."), new("because", Shape.Text, "What was said."), new("owner", Shape.Text, "Who answers for the exception."), new("until", Shape.Text, "When the exception ends.")],
            },
            new("excused_by_vex", Shape.Number, "Findings of which the last statement says not_affected, with a reason, or fixed."),
            new("excused_by_exception", Shape.Number, "Findings with an exception that has not ended."),
            new("suppressed", Shape.Number, "Findings that the scanner itself was told to leave out, by an ignore rule or a statement of its own."),
            new("suppressed_severe", Shape.Number, "Those of them that are critical, high or unknown and that nothing here excuses."),
            new("suppressed_findings", Shape.List, "The first of those that nothing here excuses.") { Of = [.. Finding.Fields] },
            new("expired", Shape.List, "Exceptions that have ended; what they were for counts again."),
            new("unneeded", Shape.List, "Exceptions for what was not found."),
            new("vex_statements", Shape.Number, "Statements that were heard."),
            new("vex_unmatched", Shape.Number, "Those of them that decided about no finding: they are of another product, or of what was not found."),
            new("vex_undated", Shape.Number, "Statements without a time, or of a time to come; they are not heard."),
            new("packages", Shape.Number, "Packages that were looked at, as far as the report or the list beside it says."),
            .. ArtifactSubject.Fields,
            new("scanned", Shape.Text, "What was scanned, as it was called."),
            new("os", Shape.Text, "The operating system that was found."),
            new("os_supported", Shape.Truth, "Whether the packages of the operating system were looked at; not seen where nothing tells."),
            new("os_end_of_life", Shape.Truth, "Whether that system gets no more fixes: then few vulnerabilities are known of it."),
            new("database_built", Shape.Instant, "When the database of vulnerabilities was built."),
            new("database_age", Shape.Duration, "How old it was when the scan was made."),
            new("tool", Shape.Text, "trivy or grype."),
            new("tool_version", Shape.Text, "Its version, as it says."),
            new("made", Shape.Instant, "When the scan was made, as it says; this is when the evidence begins to age. Without it the evidence does not count."),
            new("sha256", Shape.Text, "The digest of the report."),
            new("size", Shape.Size, "Its size."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("critical", 0), ("high", 0), ("unknown", 0), ("suppressed_severe", 0), ("subject_matches", true), ("os_supported", true), ("database_age", ScannerDatabase.Fresh)),
        Population = "packages looked at",
        Deadline = ReportWords.Deadline,
        Pitfalls =
        [
            "A scanner that does not know the system, or found no packages, reports no vulnerabilities. What it looked at is counted, and nothing is unproven: Trivy with --list-all-pkgs lists its packages, for Grype name the bill of materials under parts.",
            "A scan of another digest is as clean as it is worthless. An image's configuration has a digest of its own, which Trivy calls ImageID; RepoDigests are there only after the image was pulled by name.",
            "A scan of today with a database of last month finds nothing new: database_age counts at the time of the scan, and the evidence itself ages from then.",
            "What the scanner left out by a rule of its own (.trivyignore, an ignore rule, --only-fixed) has no owner and no end. Where the report shows it (Trivy with --show-suppressed), it counts as suppressed; what --severity or --ignore-unfixed of Trivy left out is in no report.",
            "A statement counts for a finding if it names the scanned digest, or the package by its URL; one that names a product by tag or name alone is of no product that is known here. not_affected without a reason does not count, and the last word does.",
            "An exception that has ended does not count, and its finding is open again. Statements stand in files, exceptions in the document: only the second are signed for with it.",
            "Evidence of a scan is as old as the scan: a statement that comes later needs another scan to take back what failed.",
            "Only vulnerabilities are counted. Misconfigurations, secrets and licences in the same report are read by the kind trivy, SARIF by sarif.",
            "Of a system at its end of life few vulnerabilities are known: expect os_end_of_life: false.",
        ],
        Example = "check: { artifact.vulnerabilities: dist/web.trivy.json, database: dist/trivy-version.json, artifact: web, vex: [ dist/web.vex.json ], exceptions: { CVE-2026-0001: { until: 2026-12-31, because: the parser is never called, owner: mia } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ArtifactVulnerabilitiesProbe.Look, Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a scan with a critical finding whose exception has ended, beside one without a finding",
        ("sick.json", Text("""{ "VulnerabilityID": "CVE-2026-0001", "PkgName": "libexample", "InstalledVersion": "1.0", "FixedVersion": "1.1", "Severity": "CRITICAL" }""")), ("well.json", Text("")),
        [Stage.Is("critical", 0, Shape.Number), Stage.Is("subject_matches", true, Shape.Truth), Stage.Is("os_supported", true, Shape.Truth)], cancel,
        Value.Of(("database", "version.json"), ("exceptions", Value.Of(("CVE-2026-0001", Value.Of(("until", "2026-03-02"), ("because", "it is not called"), ("owner", "mia")))))),
        ("version.json", """{ "Version": "0.60.0", "VulnerabilityDB": { "Version": 2, "UpdatedAt": "2026-03-01T06:00:00Z" } }"""));

    static string Text(string vulnerability) => $$"""
        { "SchemaVersion": 2, "CreatedAt": "2026-03-01T09:00:00Z", "ArtifactName": "registry.shop.test/web:1.4", "ArtifactType": "container_image",
          "Metadata": { "OS": { "Family": "debian", "Name": "12.9" }, "RepoDigests": [ "registry.shop.test/web@{{ReportFixture.Artifact}}" ] },
          "Results": [ { "Target": "web (debian 12.9)", "Class": "os-pkgs", "Type": "debian", "Packages": [ { "Name": "libexample" } ], "Vulnerabilities": [ {{vulnerability}} ] } ] }
        """;
}
