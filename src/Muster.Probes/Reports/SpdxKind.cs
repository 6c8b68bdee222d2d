using Muster.Readiness;

namespace Muster.Probes;

static class SpdxKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "spdx",
        Says = "Reads an SPDX list of parts (SBOM), version 2.2 or 2.3, as JSON or tag-value.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters = ReportWords.Parameters(),
        Fields = ReportWords.Fields(Parts.Fields),
        Holds = Value.Of(("components", "at least 1"), ("described", true), ("author", true)),
        Population = "parts",
        Deadline = ReportWords.Deadline,
        Pitfalls = ReportWords.Pitfalls(
            "It is bound by a digest of a package that it DESCRIBES: a SHA256 checksum, or one in its version, name, download location or package URL; or by a signature.",
            "What it describes is not counted as one of its parts: a list of the thing itself alone is unproven.",
            "SPDX 3 is another format (JSON-LD) and is refused as such; most tools write 2.3 too.",
            "The tool that made it is no author by NTIA's minimum elements; look at creators where that is asked."),
        Example = "check: { spdx: reports/web.spdx.json, artifact: web, expect: { unidentified: 0, with_supplier: at least 80% } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ReportProbe.Of(SpdxReport.Read), Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a list that nobody says to have made, beside one with its creator",
        ("sick.json", Text("")), ("well.json", Text("\"Tool: lister-1.0\"")), [Stage.Is("described", true, Shape.Truth), Stage.Is("author", true, Shape.Truth)], cancel);

    static string Text(string creator) => $$"""
        { "spdxVersion": "SPDX-2.3", "creationInfo": { "created": "2026-03-01T09:00:00Z", "creators": [ {{creator}} ] }, "documentDescribes": [ "SPDXRef-web" ],
          "packages": [ { "SPDXID": "SPDXRef-web", "name": "web", "versionInfo": "{{ReportFixture.Artifact}}" },
            { "SPDXID": "SPDXRef-lib", "name": "libexample", "versionInfo": "1.0", "checksums": [ { "algorithm": "SHA1", "checksumValue": "00" } ] } ] }
        """;
}
