using Muster.Readiness;

namespace Muster.Probes;

static class ArtifactSbomKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "artifact.sbom",
        Says = "Reads a bill of materials (SBOM), CycloneDX or SPDX as JSON, and shows of what it is, what it names, under which licences, and what must or must not be in it.",
        Target = TargetShape.Path,
        ReadsReport = true,
        Parameters =
        [
            .. ArtifactSubject.Parameters,
            new("required", Shape.List, "Parts that must be named: by package URL, with or without its version, by name, or as name@version. \"*\" and \"?\" match."),
            new("denied", Shape.List, "Parts that must not be named, written in the same way."),
            new("allowed", Shape.List, "Parts that may be named though a pattern under denied matches them, written in the same way: the one queue that was agreed upon."),
            new("denied_licenses", Shape.List, "Licences that must not be needed, as GPL-3.0-*. Of a choice (OR), every side must be denied; an exception (WITH) does not take a licence out."),
        ],
        Fields =
        [
            new("format", Shape.Text, "CycloneDX or SPDX."),
            new("spec_version", Shape.Text, "The version of the format, as 1.6 or 2.3."),
            new("components", Shape.Number, "Parts that it names, those within others included; the thing itself and single files are none."),
            new("nested", Shape.Number, "Those of them that stand within others."),
            new("files", Shape.Number, "Files that it lists besides."),
            new("without_version", Shape.Number, "Parts without a version."),
            new("without_purl", Shape.Number, "Parts without a package URL."),
            new("without_license", Shape.Number, "Parts without a licence: none is named, or NOASSERTION, or NONE."),
            new("unidentified", Shape.Number, "Parts without a name, or without any of package URL, CPE, SWID and hash."),
            new("unidentified_components", Shape.List, "The first of them."),
            new("licenses", Shape.List, "Every licence that is named, each once; the first of them."),
            new("denied_licenses", Shape.List, "Parts under a licence that must not be needed, each with it; the first of them."),
            new("denied_components", Shape.List, "Parts that must not be named and are; the first of them."),
            new("missing", Shape.List, "What must be named and is not."),
            new("describes", Shape.Text, "What it is the list of, by name and version."),
            .. ArtifactSubject.Fields,
            new("incomplete", Shape.Truth, "Whether it says itself that it is not complete."),
            new("tool", Shape.Text, "The tool that made it, as it says."),
            new("made", Shape.Instant, "When it was made, as it says; this is when the evidence begins to age. Without it the evidence does not count."),
            new("sha256", Shape.Text, "The digest of the file."),
            new("size", Shape.Size, "Its size."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("components", "at least 1"), ("subject_matches", true), ("unidentified", 0), ("incomplete", false), ("missing", Value.Of(("count", 0))), ("denied_components", Value.Of(("count", 0))), ("denied_licenses", Value.Of(("count", 0)))),
        Population = "parts",
        Deadline = ReportWords.Deadline,
        Pitfalls =
        [
            "A list without parts, with the right head, is valid in both formats; it is unproven here.",
            "A list of another artifact is as long and as well-formed as the right one: only a digest tells them apart. It is looked for in metadata.component (CycloneDX) or in the packages that it DESCRIBES (SPDX): a SHA-256 hash, or one in version, name or package URL. A list that names none is unproven.",
            "The digest of an image's manifest, of its index and of its configuration are three; make the list from the reference with the digest that is deployed.",
            "NOASSERTION says that nobody looked. Expect without_license where licences are asked for: no denied licence among parts without any is no proof.",
            "That the list is complete it cannot say of itself: name what must be in it under required, and compare it with a scan of the same digest.",
            "A required part is found by what the list calls it, which differs between tools; a denied part under another name is not found.",
            "Evidence of a list is as old as the list: when what stands beside it was wrong and is right again, as the file under artifact_file, the list must be made anew to take back what failed.",
            "A list counts from when it was made, so that a release older than \"fresh\" needs a longer one, as fresh: 90d. Its runs are of origin imported, and count without further words when a runner of the document read them.",
            "XML and tag-value are read by the kinds cyclonedx and spdx, which also ask who signed.",
        ],
        Example = "check: { artifact.sbom: dist/web.cdx.json, artifact: web, denied_licenses: [ AGPL-* ], required: [ \"pkg:npm/shop-core\" ], expect: { without_license: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ArtifactSbomProbe.Look, Prove);

    static Task<Proof> Prove(CancellationToken cancel) => ReportFixture.Of(Declaration, "a list of another artifact, beside one of the right artifact",
        ("sick.json", Text("sha256:" + new string('0', 64))), ("well.json", Text(ReportFixture.Artifact)), [Stage.Is("subject_matches", true, Shape.Truth), Stage.Is("unidentified", 0, Shape.Number)], cancel);

    static string Text(string digest) => $$"""
        { "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": { "timestamp": "2026-03-01T09:00:00Z", "component": { "type": "container", "name": "web", "version": "{{digest}}" } },
          "components": [ { "type": "library", "name": "libexample", "version": "1.0", "purl": "pkg:deb/debian/libexample@1.0", "licenses": [ { "license": { "id": "MIT" } } ] } ] }
        """;
}
