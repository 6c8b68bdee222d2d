using Muster.Readiness;

namespace Muster.Probes;

static class CycloneDxKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "cyclonedx",
        Says = "Reads a CycloneDX list of parts (SBOM), JSON or XML, versions 1.2 to 1.7.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(),
        Fields = ReportWords.Fields([.. Parts.Fields,
            new("vulnerabilities", Shape.Number, "Vulnerabilities that it names."),
            new("suppressed", Shape.Number, "Those of them of which it says that they do no harm here, or that they are resolved."),
            new("incomplete", Shape.Truth, "Whether it says itself that it is not complete.")]),
        Holds = Value.Of(("components", "at least 1"), ("described", true), ("incomplete", false)),
        Population = "parts",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by a digest in metadata.component: a SHA-256 in its hashes, or one in its version, package URL or properties; or by a signature.",
            "A list without parts is valid CycloneDX, and unproven here.",
            "That the list is complete it cannot say of itself: compare it with a scan of the same digest.",
            "Vulnerabilities in it are counted, not judged; ask a scanner."),
        Example = "check: { cyclonedx: reports/web.cdx.json, artifact: web, expect: { unidentified: 0, with_version: at least 95% } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(CycloneDxReport.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a list that says itself that it is not complete, beside one that does not",
        ("sick.json", Text("""[ { "aggregate": "incomplete" } ]""")), ("well.json", Text("[]")), [Stage.Is("described", true, Shape.Truth), Stage.Is("incomplete", false, Shape.Truth)], cancel);

    static string Text(string compositions) => $$"""
        { "bomFormat": "CycloneDX", "specVersion": "1.6", "compositions": {{compositions}},
          "metadata": { "timestamp": "2026-03-01T09:00:00Z", "component": { "type": "container", "name": "web", "version": "{{ReportFixture.Artifact}}" } },
          "components": [ { "type": "library", "name": "libexample", "version": "1.0", "purl": "pkg:deb/debian/libexample@1.0" } ] }
        """;
}
