using System.Security.Cryptography;
using System.Text;
using Muster.Probes.Tests.Reports;
using Muster.Readiness;

namespace Muster.Probes.Tests.Artifacts;

public sealed class ArtifactSbomTests
{
    const string Head = """ "bomFormat": "CycloneDX", "specVersion": "1.6", """;
    static readonly string Meta = $$"""{ "timestamp": "2026-03-01T09:00:00Z", "tools": [ { "name": "lister", "version": "1.0" } ], "component": { "type": "container", "name": "web", "version": "{{ReportFolder.Web}}" } }""";

    static readonly string CycloneDx = $$"""
        { {{Head}} "metadata": {{Meta}},
          "components": [
            { "type": "library", "name": "a", "version": "1", "purl": "pkg:npm/%40shop/a@1?arch=amd64", "licenses": [ { "license": { "id": "MIT" } } ],
              "components": [ { "type": "library", "name": "b", "version": "2", "purl": "pkg:npm/b@2", "licenses": [ { "expression": "MIT OR AGPL-3.0-only" } ] } ] },
            { "type": "library", "name": "c", "purl": "pkg:npm/c", "licenses": [ { "license": { "name": "NOASSERTION" } } ] },
            { "type": "file", "name": "/bin/c", "hashes": [ { "alg": "SHA-1", "content": "00" } ] } ] }
        """;

    static readonly string Spdx = $$"""
        { "spdxVersion": "SPDX-2.3", "creationInfo": { "created": "2026-03-01T09:00:00Z", "creators": [ "Tool: lister-1.0" ] },
          "packages": [ { "SPDXID": "SPDXRef-web", "name": "web", "versionInfo": "{{ReportFolder.Web}}" },
            { "SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT", "externalRefs": [ { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/%40shop/a@1" } ] },
            { "SPDXID": "SPDXRef-b", "name": "b", "versionInfo": "2", "licenseConcluded": "MIT OR AGPL-3.0-only", "licenseDeclared": "NONE", "checksums": [ { "algorithm": "SHA1", "checksumValue": "00" } ] },
            { "SPDXID": "SPDXRef-c", "name": "c", "versionInfo": "NOASSERTION", "licenseConcluded": "NOASSERTION", "licenseDeclared": "NONE", "checksums": [ { "algorithm": "SHA1", "checksumValue": "00" } ] } ],
          "files": [ { "fileName": "/bin/c" } ],
          "relationships": [ { "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-web" } ] }
        """;

    static Task<Sight> Look(string text, params (string, Value)[] parameters) => ReportFolder.Look("artifact.sbom", text, parameters);

    static void Passes(Sight sight) => ReportFolder.Passes("artifact.sbom", sight);

    static void Fails(Sight sight, string says) => ReportFolder.Fails("artifact.sbom", sight, says);

    static string Names(Sight sight, string field) => string.Join(' ', sight.Observation.Items(field).Select(one => one.Text()));

    [Fact]
    public async Task Parts_are_counted_with_those_within_others_and_without_the_thing_and_its_files()
    {
        foreach (var (text, format, version, nested, withoutUrl) in ((string, string, string, double, double)[])[(CycloneDx, "CycloneDX", "1.6", 1, 0), (Spdx, "SPDX", "2.3", 0, 2)])
        {
            var sight = await Look(text);

            Assert.Equal((format, version, 3L), (sight.Observation.Text("format"), sight.Observation.Text("spec_version"), sight.Population));
            Assert.Equal((3d, nested, 1d, 1d, 1d, withoutUrl), (ReportFolder.Number(sight, "components"), ReportFolder.Number(sight, "nested"), ReportFolder.Number(sight, "files"), ReportFolder.Number(sight, "without_version"), ReportFolder.Number(sight, "without_license"), ReportFolder.Number(sight, "without_purl")));
            Assert.Equal(("AGPL-3.0-only MIT", ReportFolder.Web, "web"), (Names(sight, "licenses"), Names(sight, "subjects"), sight.Observation.Text("artifact")));
            Assert.Equal($"web {ReportFolder.Web}", sight.Observation.Text("describes"));
            Passes(sight);
        }
    }

    [Fact]
    public async Task A_head_without_parts_is_unproven()
    {
        foreach (var text in (string[])[$$"""{ {{Head}} "metadata": {{Meta}}, "components": [] }""", $$"""{ {{Head}} "metadata": {{Meta}} }""", $$"""{ {{Head}} "metadata": {{Meta}}, "components": [ { "type": "file", "name": "/bin/c" } ] }""",
            """{ "spdxVersion": "SPDX-2.3", "documentDescribes": [ "SPDXRef-web" ], "packages": [ { "SPDXID": "SPDXRef-web", "name": "web" } ] }"""])
        {
            var sight = await Look(text);
            ReportFolder.IsUnproven("artifact.sbom", sight, Why.TooFew);
            Assert.Contains("names no parts", sight.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_list_of_another_artifact_fails_and_one_of_nobody_knows_what_is_unproven()
    {
        foreach (var text in (string[])[CycloneDx, Spdx])
        {
            Fails(await Look(text.Replace(ReportFolder.Web, ReportFolder.Other, StringComparison.Ordinal)), "subject_matches");
            var nameless = await Look(text.Replace(ReportFolder.Web, "1.4", StringComparison.Ordinal));
            ReportFolder.IsUnproven("artifact.sbom", nameless, Why.NotSeen);
            Assert.Contains("may be of anything", nameless.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_may_have_to_be_about_a_file_or_a_digest_in_place_of_the_release()
    {
        using var folder = new ReportFolder().Write("chart.tgz", "chart");
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData("chart"u8));
        folder.Write("report", CycloneDx.Replace(ReportFolder.Web, digest, StringComparison.Ordinal));
        async Task<Sight> Of(params (string, Value)[] parameters) => (await folder.Run("artifact.sbom", "report", parameters)).Sights[0];

        Passes(await Of(("artifact_file", "chart.tgz")));
        Passes(await Of(("digest", digest)));
        Fails(await Of(("artifact", "web")), "subject_matches");
        folder.Write("chart.tgz", "another");
        Fails(await Of(("artifact_file", "chart.tgz")), "subject_matches");
        Probing.Blind(await Of(("artifact", "api")), Blind.BadQuestion, "no artifact \"api\"; it has web");
        Probing.Blind(await Of(("artifact_file", "gone.tgz")), Blind.Unreadable, "not there");
        Probing.Blind(await Of(("artifact_file", "../gone.tgz")), Blind.Refused, "leads out");
        Probing.Blind(await Of(("digest", "sha256:AB")), Blind.BadQuestion, "no SHA-256 digest");
        Probing.Blind(await Of(("digest", digest), ("artifact", "web")), Blind.BadQuestion, "one of them");
    }

    [Fact]
    public async Task Where_nobody_says_what_it_must_be_about_another_digest_is_unproven_and_not_wrong()
    {
        using var folder = new ReportFolder().Write("report", CycloneDx);
        var sight = (await Probing.Run(Probing.Options with { Folder = folder.Path }, ReportFolder.Ask("artifact.sbom", "report", []))).Sights[0];

        ReportFolder.IsUnproven("artifact.sbom", sight, Why.NotSeen);
        Assert.Contains("give the release's manifest", sight.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pkg:npm/@shop/a")]
    [InlineData("pkg:npm/@shop/a@1")]
    [InlineData("a")]
    [InlineData("a@*")]
    [InlineData("pkg:npm/*")]
    public async Task A_part_is_found_by_any_of_its_names(string pattern)
    {
        foreach (var text in (string[])[CycloneDx, Spdx])
        {
            Passes(await Look(text, ("required", new Value.Items([pattern]))));
            Fails(await Look(text, ("denied", new Value.Items([pattern]))), "denied_components");
            Passes(await Look(text, ("denied", new Value.Items(["a"])), ("allowed", new Value.Items([pattern]))));
        }
    }

    [Fact]
    public async Task What_must_be_there_and_is_not_is_named()
    {
        var sight = await Look(CycloneDx, ("required", new Value.Items(["b", "pkg:npm/b@3", "queue"])), ("denied", new Value.Items(["queue", "broker*"])));

        Assert.Equal(("pkg:npm/b@3 queue", ""), (Names(sight, "missing"), Names(sight, "denied_components")));
        Fails(sight, "missing");
    }

    [Theory]
    [InlineData("GPL-3.0-only", true)]
    [InlineData("gpl-3.0-ONLY", true)]
    [InlineData("MIT OR GPL-3.0-only", false)]
    [InlineData("GPL-2.0-only OR GPL-3.0-only", true)]
    [InlineData("MIT AND GPL-3.0-only", true)]
    [InlineData("MIT AND (BSD-3-Clause OR GPL-3.0-only)", false)]
    [InlineData("(MIT OR ISC) AND (GPL-2.0-only OR GPL-3.0-only)", true)]
    [InlineData("GPL-2.0-only WITH Classpath-exception-2.0", true)]
    [InlineData("MIT OR GPL-2.0-only WITH Classpath-exception-2.0", false)]
    [InlineData("MIT OR (", false)]
    [InlineData("MIT OR ( GPL-3.0-only", true)]
    [InlineData("GPL of somebody", true)]
    [InlineData("GPL-2.0 or later", true)]
    [InlineData("MIT and GPL-3.0-only", true)]
    [InlineData("The GPL", true)]
    [InlineData("MIT", false)]
    [InlineData("Apache License 2.0", false)]
    [InlineData("", false)]
    public void A_licence_is_denied_only_where_no_other_can_be_chosen(string expression, bool denied) => Assert.Equal(denied, LicenseExpression.IsDenied(expression, ["GPL*"]));

    [Fact]
    public async Task A_denied_licence_is_named_with_its_part()
    {
        var denied = await Look(CycloneDx.Replace("MIT OR AGPL-3.0-only", "MIT AND AGPL-3.0-only", StringComparison.Ordinal), ("denied_licenses", new Value.Items(["AGPL-*"])));

        Assert.Equal("pkg:npm/b@2: MIT AND AGPL-3.0-only", Names(denied, "denied_licenses"));
        Fails(denied, "denied_licenses");
        Passes(await Look(CycloneDx, ("denied_licenses", new Value.Items(["AGPL-*"]))));
    }

    [Fact]
    public async Task Licences_that_all_hold_are_each_asked()
    {
        var text = CycloneDx.Replace("""[ { "license": { "id": "MIT" } } ]""", """[ { "license": { "id": "MIT" } }, { "license": { "id": "AGPL-3.0-only" } } ]""", StringComparison.Ordinal);

        Fails(await Look(text, ("denied_licenses", new Value.Items(["AGPL-*"]))), "denied_licenses");
    }

    [Fact]
    public async Task A_list_that_is_not_whole_or_names_what_nobody_can_find_fails()
    {
        Fails(await Look(CycloneDx.Replace(Head, Head + """ "compositions": [ { "aggregate": "incomplete" } ], """, StringComparison.Ordinal)), "incomplete");
        Fails(await Look(CycloneDx.Replace("\"purl\": \"pkg:npm/c\", ", "", StringComparison.Ordinal)), "unidentified");
    }

    [Fact]
    public async Task A_list_without_its_time_is_undated()
    {
        using var folder = new ReportFolder().Write("report", CycloneDx.Replace("2026-03-01T09:00:00Z", "2026-03-01T09:00:00", StringComparison.Ordinal)).Write("dated", CycloneDx);

        Assert.True((await folder.Run("artifact.sbom", "report")).Undated);
        var run = await folder.Run("artifact.sbom", "dated");
        Assert.Equal((Origin.Imported, false, new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero)), (run.Origin, run.Undated, run.Started));
    }

    [Theory]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.1" }""", "1.2 to 1.7 are read")]
    [InlineData("""{ "bomFormat": "Other", "specVersion": "1.6" }""", "not CycloneDX")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": {} }""", "no list")]
    [InlineData("""{ "spdxVersion": "SPDX-2.3", "packages": 1 }""", "no list")]
    [InlineData("""{ "spdxVersion": "SPDX-3.0" }""", "SPDX-2.2 and SPDX-2.3 are read")]
    [InlineData("""{ "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [] }""", "SPDX 3")]
    [InlineData("""{ "packages": [] }""", "neither CycloneDX nor SPDX")]
    [InlineData("""<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>""", "no JSON")]
    [InlineData("SPDXVersion: SPDX-2.3\n", "no JSON")]
    [InlineData("", "is empty")]
    [InlineData("{", "is not JSON")]
    public async Task What_is_no_such_list_is_refused(string text, string says) => Probing.Blind(await Look(text), Blind.Unreadable, says);

    [Fact]
    public async Task A_list_nested_without_end_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("""{ "name": "a", "components": [ """, 60)) + string.Concat(Enumerable.Repeat(" ] }", 60));

        Probing.Blind(await Look($$"""{ {{Head}} "components": [ {{deep}} ] }"""), Blind.Unreadable, "not JSON");
    }

    [Fact]
    public void Damaged_lists_end_with_a_list_or_a_reason()
    {
        var (lists, reasons) = (0, 0);
        Fuzz.Damage([Encoding.UTF8.GetBytes(CycloneDx), Encoding.UTF8.GetBytes(Spdx)], bytes =>
        {
            using var file = ReportFile.Of("report", bytes);
            try
            {
                var bill = Bill.Read(file, CancellationToken.None).GetAwaiter().GetResult();
                foreach (var part in bill.Parts) _ = part.Is("pkg:*") | part.Licenses.Any(license => LicenseExpression.IsDenied(license, ["*GPL*"]));
                lists++;
            }
            catch (Unseen) { reasons++; }
        });

        Assert.True(lists > 0 && reasons > 0, $"{lists} lists, {reasons} reasons");
    }
}
