namespace Muster.Probes.Tests.Reports;

/// <summary>One good report of each kind, bound to the artifact web.</summary>
static class Samples
{
    const string Web = ReportFolder.Web;

    public const string JUnit = $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="4" failures="0" errors="0" time="1.5">
          <testsuite name="cart" tests="3" failures="0" errors="0" skipped="1" timestamp="2026-03-01T09:00:00Z">
            <properties><property name="release" value="{Web}"/></properties>
            <testcase classname="Cart" name="adds" time="0.1"/>
            <testcase classname="Cart" name="takes away"><system-out><![CDATA[some output]]></system-out></testcase>
            <testcase classname="Cart" name="empties"><skipped message="later"/></testcase>
          </testsuite>
          <testsuite name="orders" tests="1" timestamp="2026-03-01T09:00:02+00:00"><testcase name="orders"/></testsuite>
        </testsuites>
        """;

    public const string Sarif = $$"""
        { "version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [ {
          "tool": { "driver": { "name": "analyser", "semanticVersion": "1.2.3", "rules": [ { "id": "A1", "defaultConfiguration": { "level": "note" } }, { "id": "A2", "properties": { "security-severity": "5.5" } } ] } },
          "properties": { "repoDigests": [ "registry.shop.test/web@{{Web}}" ] },
          "invocations": [ { "executionSuccessful": true, "startTimeUtc": "2026-03-01T09:00:00.123456789Z" } ],
          "results": [ { "ruleId": "A1", "message": { "text": "small" } }, { "ruleIndex": 1, "message": { "text": "medium" } } ] } ] }
        """;

    public const string Handled = $$"""
        { "generatedAt": "2026-03-01T09:00:00.000Z", "release": "{{Web}}", "root_group": { "name": "", "groups": [], "checks": [] }, "options": { "summaryTrendStats": [ "avg", "p(95)" ] },
          "state": { "isStdOutTTY": false, "testRunDurationMs": 300000 },
          "metrics": {
            "iterations": { "type": "counter", "contains": "default", "values": { "count": 6000, "rate": 20 } },
            "dropped_iterations": { "type": "counter", "contains": "default", "values": { "count": 3, "rate": 0.01 } },
            "checks": { "type": "rate", "contains": "default", "values": { "rate": 0.999, "passes": 5994, "fails": 6 } },
            "http_req_failed": { "type": "rate", "contains": "default", "values": { "rate": 0.001, "passes": 6, "fails": 5994 }, "thresholds": { "rate<0.01": { "ok": true } } },
            "http_req_duration": { "type": "trend", "contains": "time", "values": { "avg": 90.5, "min": 10, "med": 80, "max": 900, "p(90)": 150, "p(95)": 180 }, "thresholds": { "p(95)<300": { "ok": true } } } } }
        """;

    /// <summary>In this shape a threshold that is true was crossed.</summary>
    public const string Exported = """
        { "root_group": { "name": "", "path": "", "groups": {}, "checks": {} }, "metrics": {
            "iterations": { "count": 6000, "rate": 20 },
            "checks": { "value": 1, "passes": 6000, "fails": 0 },
            "http_req_failed": { "value": 0.001, "passes": 6, "fails": 5994, "thresholds": { "rate<0.01": false } },
            "http_req_duration": { "avg": 90.5, "min": 10, "med": 80, "max": 900, "p(90)": 150, "p(95)": 180, "thresholds": { "p(95)<300": false } } } }
        """;

    public const string MachineReadable = $$"""
        { "version": "1.0.0", "config": { "script": "load.js", "duration": 300, "execution": "local" }, "metadata": { "k6Version": "2.2.0", "generatedAt": "2026-03-01T09:00:00Z", "release": "{{Web}}" },
          "results": { "checks": {}, "metrics": [
            { "name": "iterations", "type": "counter", "contains": "default", "values": { "count": 6000 } },
            { "name": "http_req_failed", "type": "rate", "contains": "default", "values": { "rate": 0.001, "matches": 6, "total": 6000 } },
            { "name": "http_req_duration", "type": "trend", "contains": "time", "values": { "avg": 90.5, "min": 10, "med": 80, "max": 900, "p(90)": 150, "p(95)": 180 } } ] } }
        """;

    public const string Points = $$$"""
        {"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time","thresholds":["p(95)<300"],"submetrics":null},"metric":"http_req_duration"}
        {"type":"Point","data":{"time":"2026-03-01T09:00:00.000000001Z","value":100,"tags":{"release":"{{{Web}}}"}},"metric":"http_req_duration"}
        {"type":"Point","data":{"time":"2026-03-01T09:00:00.000000001Z","value":0,"tags":{"release":"{{{Web}}}"}},"metric":"http_req_failed"}
        {"type":"Point","data":{"time":"2026-03-01T09:00:05Z","value":200,"tags":{"release":"{{{Web}}}"}},"metric":"http_req_duration"}
        {"type":"Point","data":{"time":"2026-03-01T09:00:05Z","value":1,"tags":{"release":"{{{Web}}}"}},"metric":"http_req_failed"}
        {"type":"Point","data":{"time":"2026-03-01T09:00:06Z","value":1,"tags":{"release":"{{{Web}}}"}},"metric":"checks"}
        {"type":"Point","data":{"time":"2026-03-01T09:00:10Z","value":1,"tags":{"release":"{{{Web}}}"}},"metric":"iterations"}
        """;

    public const string CycloneDx = $$"""
        { "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
          "metadata": { "timestamp": "2026-03-01T09:00:00Z", "tools": { "components": [ { "type": "application", "name": "lister", "version": "1.0" } ] },
            "component": { "type": "container", "name": "web", "purl": "pkg:oci/web@sha256%3A{{WebHex}}" } },
          "components": [ { "type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1", "components": [ { "type": "library", "name": "b" } ] },
            { "type": "file", "name": "c", "hashes": [ { "alg": "SHA-1", "content": "00" } ] } ],
          "dependencies": [ { "ref": "a", "dependsOn": [ "b" ] }, { "ref": "b" } ],
          "vulnerabilities": [ { "id": "CVE-2026-1", "analysis": { "state": "not_affected" } }, { "id": "CVE-2026-2" } ] }
        """;

    public const string CycloneDxXml = $"""
        <?xml version="1.0"?>
        <bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
          <metadata>
            <timestamp>2026-03-01T09:00:00Z</timestamp>
            <tools><components><component type="application"><name>lister</name><version>1.0</version></component></components></tools>
            <component type="container"><name>web</name><hashes><hash alg="SHA-256">{WebHex}</hash></hashes></component>
          </metadata>
          <components>
            <component type="library"><name>a</name><version>1</version><purl>pkg:npm/a@1</purl><components><component type="library"><name>b</name></component></components></component>
            <component type="file"><name>c</name><hashes><hash alg="SHA-1">00</hash></hashes></component>
          </components>
          <dependencies><dependency ref="a"><dependency ref="b"/></dependency><dependency ref="b"/></dependencies>
          <vulnerabilities><vulnerability><id>CVE-2026-1</id><analysis><state>not_affected</state></analysis></vulnerability><vulnerability><id>CVE-2026-2</id></vulnerability></vulnerabilities>
        </bom>
        """;

    public const string Spdx = $$"""
        { "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "web", "creationInfo": { "created": "2026-03-01T09:00:00Z", "creators": [ "Tool: lister-1.0", "Organization: shop" ] },
          "packages": [ { "SPDXID": "SPDXRef-web", "name": "web", "checksums": [ { "algorithm": "SHA256", "checksumValue": "{{WebHex}}" } ] },
            { "SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1", "supplier": "Organization: a", "licenseDeclared": "MIT", "externalRefs": [ { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/a@1" } ] },
            { "SPDXID": "SPDXRef-b", "name": "b", "licenseDeclared": "NOASSERTION" } ],
          "relationships": [ { "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-web" }, { "spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-b" } ] }
        """;

    public const string SpdxTags = $"""
        SPDXVersion: SPDX-2.3
        DataLicense: CC0-1.0
        SPDXID: SPDXRef-DOCUMENT
        DocumentName: web
        Creator: Tool: lister-1.0
        Created: 2026-03-01T09:00:00Z
        CreatorComment: <text>over
        PackageName: not a package
        several lines</text>

        PackageName: web
        SPDXID: SPDXRef-web
        PackageChecksum: SHA256: {WebHex}

        PackageName: a
        SPDXID: SPDXRef-a
        PackageVersion: 1
        PackageSupplier: Organization: a
        PackageLicenseDeclared: MIT
        ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1

        PackageName: b
        SPDXID: SPDXRef-b

        FileName: ./x
        SPDXID: SPDXRef-x

        Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-web
        Relationship: SPDXRef-a DEPENDS_ON SPDXRef-b
        """;

    public const string Trivy = $$"""
        { "SchemaVersion": 2, "CreatedAt": "2026-03-01T10:00:00.123456789+01:00", "ArtifactName": "registry.shop.test/web:1.4", "ArtifactType": "container_image",
          "Metadata": { "OS": { "Family": "debian", "Name": "12.9" }, "ImageID": "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "RepoDigests": [ "registry.shop.test/web@{{Web}}" ] },
          "Results": [ { "Target": "web (debian 12.9)", "Class": "os-pkgs", "Type": "debian", "Packages": [ { "Name": "a" }, { "Name": "b" } ],
              "Vulnerabilities": [ { "VulnerabilityID": "CVE-2026-1", "PkgName": "a", "InstalledVersion": "1", "FixedVersion": "2", "Severity": "MEDIUM" } ] },
            { "Target": "app/package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Packages": [ { "Name": "c" } ] } ] }
        """;

    public const string TrivyVersion = """{ "Version": "0.60.0", "VulnerabilityDB": { "Version": 2, "UpdatedAt": "2026-03-01T06:00:00Z", "NextUpdate": "2026-03-02T06:00:00Z" } }""";

    public const string Grype = $$"""
        { "matches": [ { "vulnerability": { "id": "CVE-2026-1", "severity": "Medium", "fix": { "state": "fixed", "versions": [ "2" ] } }, "artifact": { "name": "a", "version": "1" } } ],
          "ignoredMatches": [], "source": { "type": "image", "target": { "userInput": "web:1.4", "manifestDigest": "{{Web}}", "repoDigests": [] } }, "distro": { "name": "debian", "version": "12" },
          "descriptor": { "name": "grype", "version": "0.90.0", "timestamp": "2026-03-01T09:00:00.1Z", "configuration": { "only-fixed": false }, "db": { "status": { "schemaVersion": "v6.0.2", "built": "2026-03-01T06:00:00Z", "valid": true } } } }
        """;

    public const string Journal = $$"""
        { "chaoslib-version": "1.44.0", "platform": "Linux", "node": "ci", "status": "completed", "deviated": false, "start": "2026-03-01T09:00:00.123456", "end": "2026-03-01T09:01:00", "duration": 60.5,
          "experiment": { "title": "Orders outlive the cache", "configuration": { "release": "{{Web}}" }, "method": [], "rollbacks": [ { "type": "action", "name": "start the cache" } ] },
          "steady_states": { "before": { "steady_state_met": true, "probes": [ { "activity": { "name": "orders" }, "tolerance_met": true } ] },
            "after": { "steady_state_met": true, "probes": [ { "activity": { "name": "orders" }, "tolerance_met": true } ] }, "during": [] },
          "run": [ { "activity": { "type": "action", "name": "stop the cache" }, "status": "succeeded" } ], "rollbacks": [ { "activity": { "type": "action", "name": "start the cache" }, "status": "succeeded" } ] }
        """;

    const string WebHex = "5a4f5d3e2c1b0a99887766554433221100ffeeddccbbaa998877665544332211";

    public static readonly (string Kind, string Text)[] All =
    [
        ("junit", JUnit), ("sarif", Sarif), ("k6", Handled), ("k6", Exported), ("k6", MachineReadable), ("k6", Points), ("cyclonedx", CycloneDx), ("cyclonedx", CycloneDxXml), ("spdx", Spdx), ("spdx", SpdxTags),
        ("trivy", Trivy), ("grype", Grype), ("chaostoolkit", Journal),
    ];
}
