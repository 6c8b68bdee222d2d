using Muster.Readiness;

namespace Muster.Probes;

static class TrivyKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "trivy",
        Says = "Reads a scan of Trivy, as JSON of schema version 2.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(
            new Parameter("database", Shape.Text, "The file that `trivy version --format json` wrote beside the scan; the report itself does not say how old its database was."),
            new Parameter("without_os", Shape.Truth, "true says that the image has no operating system's packages, as one made from scratch.")),
        Fields = ReportWords.Fields([.. Severities.Fields,
            new("vulnerabilities", Shape.Number, "Vulnerabilities."),
            new("misconfigurations", Shape.Number, "Checks of a configuration that failed."),
            new("secrets", Shape.Number, "Secrets found."),
            new("licenses", Shape.Number, "Licences found wanting."),
            new("scanned", Shape.Text, "What was scanned, as it was called."),
            new("type", Shape.Text, "What that is: container_image, filesystem, …"),
            new("targets", Shape.Number, "Results in the report: one for each lock file, binary or set of packages."),
            new("os", Shape.Text, "The operating system that was found."),
            new("os_supported", Shape.Truth, "Whether its packages were looked at; not seen where an image shows no operating system and nobody said that it has none."),
            new("os_end_of_life", Shape.Truth, "Whether that system gets no more fixes: then few vulnerabilities are known of it.")]),
        Holds = Value.Of(("critical", 0), ("high", 0), ("unknown", 0), ("os_supported", true), ("database_age", ScannerDatabase.Fresh)),
        Population = "packages and checks looked at",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by Metadata.RepoDigests, Metadata.ImageID or a digest in ArtifactName, or by a signature. The ImageID is the digest of the configuration, not of the manifest.",
            "A system that Trivy does not support, or an image without anything it knows, gives a report without findings. What was looked at is counted, and nothing is unproven.",
            "What .trivyignore, --severity or --ignore-unfixed left out is not in the file at all. Scan with --show-suppressed and without the others; then it is counted here as suppressed.",
            "Say \"database\", or its age is unproven. A scan of configuration or secrets alone needs none: expect database_age in words of your own then.",
            "Of a system at its end of life few vulnerabilities are known: expect os_end_of_life: false."),
        Example = "check: { trivy: reports/web.json, database: reports/trivy-version.json, artifact: web, expect: { os_end_of_life: false, suppressed: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(TrivyReport.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a scan that found a critical vulnerability, beside one that found none",
        ("sick.json", Text("""{ "VulnerabilityID": "CVE-2026-0001", "PkgName": "libexample", "InstalledVersion": "1.0", "FixedVersion": "1.1", "Severity": "CRITICAL" }""")), ("well.json", Text("")),
        [Stage.Is("critical", 0, Shape.Number), Stage.Is("high", 0, Shape.Number), Stage.Is("os_supported", true, Shape.Truth)], cancel,
        Value.Of(("database", "version.json")), ("version.json", """{ "Version": "0.60.0", "VulnerabilityDB": { "Version": 2, "UpdatedAt": "2026-03-01T06:00:00Z" } }"""));

    static string Text(string vulnerability) => $$"""
        { "SchemaVersion": 2, "CreatedAt": "2026-03-01T09:00:00Z", "ArtifactName": "registry.shop.test/web:1.4", "ArtifactType": "container_image",
          "Metadata": { "OS": { "Family": "debian", "Name": "12.9" }, "RepoDigests": [ "registry.shop.test/web@{{ReportFixture.Artifact}}" ] },
          "Results": [ { "Target": "web (debian 12.9)", "Class": "os-pkgs", "Type": "debian", "Packages": [ { "Name": "libexample" } ], "Vulnerabilities": [ {{vulnerability}} ] } ] }
        """;
}
