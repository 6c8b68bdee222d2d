using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

/// <summary>CycloneDX and SPDX: two formats, each in two spellings, of one thing.</summary>
public class PartsReportTests
{
    static Task<Sight> Look(string kind, string text) => ReportFolder.Look(kind, text, ("claimed", true));

    [Theory]
    [InlineData("cyclonedx", Samples.CycloneDx, "JSON", 3, 1)]
    [InlineData("cyclonedx", Samples.CycloneDxXml, "XML", 3, 1)]
    [InlineData("spdx", Samples.Spdx, "JSON", 2, 1)]
    [InlineData("spdx", Samples.SpdxTags, "tag-value", 2, 1)]
    public async Task Parts_are_counted_and_the_thing_itself_is_none_of_them(string kind, string text, string format, int parts, int unidentified)
    {
        var sight = await Look(kind, text);

        Assert.Equal((format, (double)parts, (long)parts, (double)unidentified), (sight.Observation.Text("format"), ReportFolder.Number(sight, "components"), sight.Population, ReportFolder.Number(sight, "unidentified")));
        Assert.Equal((Value.True, Value.True, Value.Texts(["b"])), (sight.Observation!["described"]!, sight.Observation["author"]!, sight.Observation["unidentified_components"]!));
        Assert.Equal(1, sight.Observation["links"]);
        ReportFolder.Passes(kind, sight);
    }

    [Theory]
    [InlineData(Samples.CycloneDx)]
    [InlineData(Samples.CycloneDxXml)]
    public async Task Vulnerabilities_that_somebody_settled_are_counted_beside_the_others(string text)
    {
        var sight = await Look("cyclonedx", text);

        Assert.Equal((2d, 1d, "lister"), (ReportFolder.Number(sight, "vulnerabilities"), ReportFolder.Number(sight, "suppressed"), sight.Observation.Text("tool")));
    }

    [Theory]
    [InlineData("cyclonedx", """{ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [] }""")]
    [InlineData("cyclonedx", """{ "bomFormat": "CycloneDX", "specVersion": "1.6" }""")]
    [InlineData("cyclonedx", "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><metadata><component><name>web</name></component></metadata></bom>")]
    [InlineData("spdx", """{ "spdxVersion": "SPDX-2.3", "documentDescribes": [ "SPDXRef-web" ], "packages": [ { "SPDXID": "SPDXRef-web", "name": "web" } ] }""")]
    [InlineData("spdx", "SPDXVersion: SPDX-2.3\nCreated: 2026-03-01T09:00:00Z\n")]
    public async Task A_list_without_parts_proves_nothing(string kind, string text) => ReportFolder.IsUnproven(kind, await Look(kind, text), Why.TooFew);

    [Theory]
    [InlineData("cyclonedx", """{ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [ { "name": "a" } ] }""")]
    [InlineData("spdx", """{ "spdxVersion": "SPDX-2.3", "creationInfo": { "creators": [ "Tool: x" ] }, "packages": [ { "SPDXID": "SPDXRef-a", "name": "a" } ] }""")]
    public async Task A_list_of_nobody_knows_what_fails(string kind, string text) => ReportFolder.Fails(kind, await Look(kind, text), "described");

    [Theory]
    [InlineData(Samples.CycloneDx, "\"version\": 1,", "\"version\": 1, \"compositions\": [ { \"aggregate\": \"incomplete_first_party_only\" } ],")]
    [InlineData(Samples.CycloneDxXml, "<dependencies>", "<compositions><composition><aggregate>incomplete</aggregate></composition></compositions><dependencies>")]
    public async Task A_list_that_says_itself_that_it_is_not_complete_fails(string text, string from, string to) =>
        ReportFolder.Fails("cyclonedx", await Look("cyclonedx", text.Replace(from, to, StringComparison.Ordinal)), "incomplete");

    [Theory]
    [InlineData("cyclonedx", """{ "bomFormat": "CycloneDX", "specVersion": "9.9", "components": [] }""", "1.2 to 1.7 are read")]
    [InlineData("cyclonedx", "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.0\"/>", "1.2 to 1.7 are read")]
    [InlineData("cyclonedx", "<bom/>", "no CycloneDX")]
    [InlineData("cyclonedx", "<!DOCTYPE bom [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">&x;</bom>", "entities are refused")]
    [InlineData("spdx", """{ "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [] }""", "SPDX 3")]
    [InlineData("spdx", """{ "spdxVersion": "SPDX-3.0" }""", "SPDX-2.2 and SPDX-2.3 are read")]
    [InlineData("spdx", "<rdf:RDF/>", "RDF")]
    [InlineData("spdx", "SPDXVersion: SPDX-1.2\n", "SPDX-2.2 and SPDX-2.3 are read")]
    public async Task What_is_not_read_is_said(string kind, string text, string says) => Probing.Blind(await Look(kind, text), Blind.Unreadable, says);
}
