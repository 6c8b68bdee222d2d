using Muster.Probes.Tests.Reports;
using Muster.Readiness;

namespace Muster.Probes.Tests.Artifacts;

/// <summary>Reports in the forms that the two scanners write, and what others say of what they found.</summary>
public sealed class ArtifactVulnerabilitiesTests : IDisposable
{
    const string Kind = "artifact.vulnerabilities";

    static readonly string Trivy = $$"""
        { "SchemaVersion": 2, "CreatedAt": "2026-03-01T10:00:00.123456789+01:00", "ArtifactName": "registry.shop.test/web:1.4", "ArtifactType": "container_image",
          "Metadata": { "OS": { "Family": "debian", "Name": "12.9" }, "ImageID": "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "RepoDigests": [ "registry.shop.test/web@{{ReportFolder.Web}}" ] },
          "Results": [ { "Target": "web (debian 12.9)", "Class": "os-pkgs", "Type": "debian", "Packages": [ { "Name": "liba" }, { "Name": "libb" } ],
              "Vulnerabilities": [
                { "VulnerabilityID": "CVE-2026-1", "VendorIDs": [ "DSA-1-1" ], "PkgName": "liba", "PkgIdentifier": { "PURL": "pkg:deb/debian/liba@1.0?arch=amd64&distro=debian-12.9" }, "InstalledVersion": "1.0", "FixedVersion": "1.1", "Severity": "CRITICAL" },
                { "VulnerabilityID": "CVE-2026-2", "PkgName": "libb", "InstalledVersion": "2.0", "Severity": "LOW" } ] },
            { "Target": "app/package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Packages": [ { "Name": "left" } ] } ] }
        """;

    static readonly string Grype = $$"""
        { "matches": [ { "vulnerability": { "id": "GHSA-aaaa", "severity": "Critical", "fix": { "state": "fixed", "versions": [ "1.1" ] } }, "relatedVulnerabilities": [ { "id": "CVE-2026-1" } ],
              "artifact": { "name": "liba", "version": "1.0", "type": "deb", "purl": "pkg:deb/debian/liba@1.0?arch=amd64&distro=debian-12" } },
            { "vulnerability": { "id": "CVE-2026-2", "severity": "Low", "fix": { "state": "not-fixed", "versions": [] } }, "artifact": { "name": "libb", "version": "2.0", "type": "deb" } } ],
          "ignoredMatches": [], "source": { "type": "image", "target": { "userInput": "web:1.4", "manifestDigest": "{{ReportFolder.Web}}", "repoDigests": [] } }, "distro": { "name": "debian", "version": "12" },
          "descriptor": { "name": "grype", "version": "0.90.0", "timestamp": "2026-03-01T09:00:00.1Z", "db": { "status": { "schemaVersion": "v6.0.2", "built": "2026-03-01T06:00:00Z", "valid": true } } } }
        """;

    static readonly string Parts = $$"""
        { "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": { "component": { "type": "container", "name": "web", "version": "{{ReportFolder.Web}}" } },
          "components": [ { "name": "liba", "version": "1.0" }, { "name": "libb", "version": "2.0" }, { "name": "left", "version": "3.0" } ] }
        """;

    readonly ReportFolder _folder = new ReportFolder().Write("version", Samples.TrivyVersion).Write("parts", Parts);

    /// <summary>The day after the scan, until it is moved.</summary>
    readonly FakeClock _clock = new();

    public ArtifactVulnerabilitiesTests() => _clock.Move(TimeSpan.FromDays(1));

    public void Dispose() => _folder.Dispose();

    async Task<Sight> Look(string text, params (string, Value)[] parameters)
    {
        _folder.Write("report", text);
        return (await Probing.Run(_folder.Options with { Clock = _clock }, ReportFolder.Ask(Kind, "report", text.Contains("SchemaVersion", StringComparison.Ordinal) && !Array.Exists(parameters, one => one.Item1 == "database") ? [("database", "version"), .. parameters] : parameters))).Sights[0];
    }

    static Value.Fields Excepted(string until, string? because = "never called", string? owner = "mia", string? package = null, string id = "CVE-2026-1") =>
        Value.Of((id, Value.Of(("until", until)).With(("because", because), ("owner", owner), ("package", package))));

    async Task<Sight> WithVex(string text, string statements, string at = "2026-03-01T12:00:00Z")
    {
        _folder.Write("vex", $$"""{ "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://shop.test/vex/1", "author": "mia", "timestamp": "{{at}}", "version": 1, "statements": [ {{statements}} ] }""");
        return await Look(text, ("vex", "vex"));
    }

    static string Statement(string product, string status = "not_affected", string more = ", \"justification\": \"vulnerable_code_not_in_execute_path\"", string vulnerability = "{ \"name\": \"CVE-2026-1\" }") =>
        $$"""{ "vulnerability": {{vulnerability}}, "products": [ {{product}} ], "status": "{{status}}"{{more}} }""";

    static readonly string Image = $$"""{ "@id": "pkg:oci/web@{{ReportFolder.Web.Replace(":", "%3A", StringComparison.Ordinal)}}?repository_url=registry.shop.test/web" }""";

    static void Critical(double open, Sight sight)
    {
        Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal(open, ReportFolder.Number(sight, "critical"));
        if (open == 0) ReportFolder.Passes(Kind, sight);
        else ReportFolder.Fails(Kind, sight, "critical");
    }

    [Fact]
    public async Task An_open_finding_is_counted_and_named_with_its_package_and_its_fix()
    {
        foreach (var (text, id) in ((string, string)[])[(Trivy, "CVE-2026-1"), (Grype, "GHSA-aaaa")])
        {
            var sight = await Look(text);

            Critical(1, sight);
            Assert.Equal((1d, 1d, 0d, 10800d), (ReportFolder.Number(sight, "low"), ReportFolder.Number(sight, "fixable"), ReportFolder.Number(sight, "suppressed"), Math.Round(ReportFolder.Number(sight, "database_age"))));
            Assert.Equal(Value.Of(("id", id), ("package", "liba"), ("version", "1.0"), ("severity", "critical"), ("fixed_in", "1.1")), sight.Observation.Items("open")[0]);
            Assert.Equal("web", sight.Observation.Text("artifact"));
        }

        Assert.Equal((3L, 2L), ((await Look(Trivy)).Population, (await Look(Grype)).Population));
    }

    [Theory]
    [InlineData("HIGH", "high")]
    [InlineData("UNKNOWN", "unknown")]
    [InlineData("Catastrophic", "unknown")]
    public async Task What_is_severe_or_of_unknown_severity_fails(string severity, string field)
    {
        ReportFolder.Fails(Kind, await Look(Trivy.Replace("CRITICAL", severity, StringComparison.Ordinal)), field);
        ReportFolder.Fails(Kind, await Look(Grype.Replace("Critical", severity, StringComparison.Ordinal)), field);
    }

    [Fact]
    public async Task A_scan_of_another_digest_fails_and_one_of_nobody_knows_what_is_unproven()
    {
        foreach (var text in (string[])[Trivy.Replace("CRITICAL", "LOW", StringComparison.Ordinal), Grype.Replace("Critical", "Low", StringComparison.Ordinal)])
        {
            ReportFolder.Passes(Kind, await Look(text));
            ReportFolder.Fails(Kind, await Look(text.Replace(ReportFolder.Web, ReportFolder.Other, StringComparison.Ordinal)), "subject_matches");
        }

        var nameless = await Look(Grype.Replace("Critical", "Low", StringComparison.Ordinal).Replace(ReportFolder.Web, "web", StringComparison.Ordinal));
        ReportFolder.IsUnproven(Kind, nameless, Why.NotSeen);
        Assert.Contains("may be of anything", nameless.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scan_that_looked_at_no_package_is_unproven()
    {
        foreach (var results in (string[])["null", "[]", """[ { "Target": "web", "Class": "os-pkgs", "Type": "debian" } ]""", """[ { "Target": "web", "Class": "os-pkgs", "Type": "debian", "Packages": [] } ]"""])
        {
            var sight = await Look($$"""{{Trivy[..Trivy.IndexOf("\"Results\"", StringComparison.Ordinal)]}} "Results": {{results}} }""");
            ReportFolder.IsUnproven(Kind, sight, Why.TooFew);
            Assert.Contains("--list-all-pkgs", sight.Detail, StringComparison.Ordinal);
        }

        var clean = $$"""{ "matches": [{{Grype[Grype.IndexOf("],\n", Grype.IndexOf("libb", StringComparison.Ordinal), StringComparison.Ordinal)..]}}""";
        ReportFolder.IsUnproven(Kind, await Look(clean), Why.TooFew);
        var beside = await Look(clean, ("parts", "parts"));
        Assert.Equal(3, beside.Population);
        ReportFolder.Passes(Kind, beside);
        _folder.Write("parts", Parts.Replace(ReportFolder.Web, ReportFolder.Other, StringComparison.Ordinal));
        Probing.Blind(await Look(clean, ("parts", "parts")), Blind.OtherSubject, "not name the same digest");
    }

    [Fact]
    public async Task A_system_that_the_scanner_does_not_know_is_not_clean()
    {
        var harmless = Trivy.Replace("CRITICAL", "LOW", StringComparison.Ordinal);
        var unsupported = harmless.Replace("\"os-pkgs\"", "\"lang-pkgs\"", StringComparison.Ordinal);
        var unseen = unsupported.Replace("\"OS\": { \"Family\": \"debian\", \"Name\": \"12.9\" },", "", StringComparison.Ordinal);
        var grype = Grype.Replace("Critical", "Low", StringComparison.Ordinal).Replace("\"deb\"", "\"npm\"", StringComparison.Ordinal);

        ReportFolder.Fails(Kind, await Look(unsupported), "os_supported");
        ReportFolder.IsUnproven(Kind, await Look(unseen), Why.NotSeen);
        ReportFolder.Passes(Kind, await Look(unseen, ("without_os", true)));
        ReportFolder.Passes(Kind, await Look(grype));
        var odd = await Look(grype.Replace("\"debian\", \"version\"", "\"oddix\", \"version\"", StringComparison.Ordinal));
        ReportFolder.IsUnproven(Kind, odd, Why.NotSeen);
        Assert.Contains("oddix 12", odd.Detail, StringComparison.Ordinal);
        ReportFolder.Fails(Kind, await Look(grype.Replace("\"debian\", \"version\"", "\"\", \"version\"", StringComparison.Ordinal)), "os_supported");
        static string Alert(string type) => $$"""{ "alertsByPackage": [ { "package": { "name": "liba" }, "alerts": [ { "type": "{{type}}", "message": "" } ] } ], {{Grype.TrimStart()[1..]}}""".Replace("Critical", "Low", StringComparison.Ordinal);
        ReportFolder.Fails(Kind, await Look(Alert("distro-unknown")), "os_supported");
        ReportFolder.Fails(Kind, await Look(Alert("distro-disabled")), "os_supported");
        ReportFolder.Passes(Kind, await Look(Alert("distro-eol")));
        Assert.Equal(Value.True, (await Look(Alert("distro-eol"))).Observation!["os_end_of_life"]);
        Assert.Equal(Value.True, (await Look(Trivy.Replace("\"Name\": \"12.9\"", "\"Name\": \"9\", \"EOSL\": true", StringComparison.Ordinal))).Observation!["os_end_of_life"]);
    }

    [Fact]
    public async Task A_stale_database_fails_and_one_that_nobody_named_is_unproven()
    {
        var harmless = (Trivy: Trivy.Replace("CRITICAL", "LOW", StringComparison.Ordinal), Grype: Grype.Replace("Critical", "Low", StringComparison.Ordinal));
        _folder.Write("old", Samples.TrivyVersion.Replace("2026-03-01T06", "2026-02-01T06", StringComparison.Ordinal));

        ReportFolder.Fails(Kind, await Look(harmless.Trivy, ("database", "old")), "database_age");
        ReportFolder.Fails(Kind, await Look(harmless.Grype.Replace("2026-03-01T06", "2026-02-01T06", StringComparison.Ordinal)), "database_age");
        ReportFolder.IsUnproven(Kind, (await _folder.Write("report", harmless.Trivy).Run(Kind, "report")).Sights[0], Why.NotSeen);
        ReportFolder.IsUnproven(Kind, await Look(harmless.Grype.Replace("\"db\"", "\"base\"", StringComparison.Ordinal)), Why.NotSeen);
        Probing.Blind(await Look(harmless.Grype.Replace("\"valid\": true", "\"valid\": false", StringComparison.Ordinal)), Blind.Unreadable, "not in order");
    }

    [Fact]
    public async Task What_the_scanner_was_told_to_leave_out_is_no_clean_scan()
    {
        var trivy = Trivy.Replace("CRITICAL", "LOW", StringComparison.Ordinal).Replace("\"Class\": \"lang-pkgs\"",
            """ "Class": "lang-pkgs", "ExperimentalModifiedFindings": [ { "Type": "vulnerability", "Status": "ignored", "Source": ".trivyignore", "Finding": { "VulnerabilityID": "CVE-2026-9", "PkgName": "left", "Severity": "CRITICAL" } } ]""", StringComparison.Ordinal);
        var grype = Grype.Replace("Critical", "Low", StringComparison.Ordinal).Replace("\"ignoredMatches\": []",
            """ "ignoredMatches": [ { "vulnerability": { "id": "CVE-2026-9", "severity": "Critical" }, "artifact": { "name": "left", "version": "3" }, "appliedIgnoreRules": [ { "fix-state": "not-fixed" } ] } ]""", StringComparison.Ordinal);

        foreach (var text in (string[])[trivy, grype])
        {
            var sight = await Look(text);
            ReportFolder.Fails(Kind, sight, "suppressed_severe");
            Assert.Equal((1d, "CVE-2026-9"), (ReportFolder.Number(sight, "suppressed"), sight.Observation.Items("suppressed_findings")[0].Text("id")));
            ReportFolder.Passes(Kind, await Look(text, ("exceptions", Excepted("2026-12-31", id: "CVE-2026-9"))));
        }
    }

    [Fact]
    public async Task An_exception_counts_to_the_end_of_its_day_and_not_after()
    {
        foreach (var text in (string[])[Trivy, Grype])
        {
            var excused = await Look(text, ("exceptions", Excepted("2026-03-02")));
            Critical(0, excused);
            Assert.Equal(Value.Of(("id", text == Trivy ? "CVE-2026-1" : "GHSA-aaaa"), ("package", "liba"), ("version", "1.0"), ("severity", "critical"), ("fixed_in", "1.1"), ("by", "exception"), ("because", "never called"), ("owner", "mia"), ("until", "2026-03-02")), excused.Observation.Items("excused")[0]);
            Critical(0, await Look(text, ("exceptions", Excepted("2026-03-02T12:00:01Z"))));
            var expired = await Look(text, ("exceptions", Excepted("2026-03-01")));
            Critical(1, expired);
            Assert.Equal(Value.Texts(["CVE-2026-1"]), expired.Observation!["expired"]);
            Critical(1, await Look(text, ("exceptions", Excepted("2026-03-02T12:00:00Z"))));
        }

        _clock.Move(TimeSpan.FromDays(1));
        Critical(1, await Look(Trivy, ("exceptions", Excepted("2026-03-02"))));
    }

    [Fact]
    public async Task An_exception_is_for_its_vulnerability_and_its_package_alone()
    {
        Critical(0, await Look(Trivy, ("exceptions", Excepted("2026-12-31", package: "liba"))));
        Critical(0, await Look(Trivy, ("exceptions", Excepted("2026-12-31", package: "pkg:deb/debian/liba"))));
        Critical(0, await Look(Trivy, ("exceptions", Excepted("2026-12-31", id: "DSA-1-1"))));
        Critical(1, await Look(Trivy, ("exceptions", Excepted("2026-12-31", package: "libb"))));
        var other = await Look(Trivy, ("exceptions", Excepted("2026-12-31", id: "CVE-2026-7")));
        Critical(1, other);
        Assert.Equal(Value.Texts(["CVE-2026-7"]), other.Observation!["unneeded"]);
    }

    [Fact]
    public async Task An_exception_without_its_end_its_reason_or_its_owner_is_none()
    {
        Probing.Blind(await Look(Trivy, ("exceptions", Excepted("2026-12-31", because: null))), Blind.BadQuestion, "why CVE-2026-1");
        Probing.Blind(await Look(Trivy, ("exceptions", Excepted("2026-12-31", because: " "))), Blind.BadQuestion, "why CVE-2026-1");
        Probing.Blind(await Look(Trivy, ("exceptions", Excepted("2026-12-31", owner: null))), Blind.BadQuestion, "whose word");
        Probing.Blind(await Look(Trivy, ("exceptions", Excepted(""))), Blind.BadQuestion, "until when");
        foreach (var until in (string[])["soon", "2026-02-30", "2026-13-01", "31.12.2026", "9999-12-31", "2026-12-31T00:00:00"])
            Probing.Blind(await Look(Trivy, ("exceptions", Excepted(until))), Blind.BadQuestion, "neither a day");
        Probing.Blind(await Look(Trivy, ("exceptions", Value.Of(("CVE-2026-1", "2026-12-31")))), Blind.BadQuestion, "until when, why and who");
        Probing.Blind(await Look(Trivy, ("exceptions", Value.Of(("CVE-2026-1", Value.Of(("ends", "2026-12-31")))))), Blind.BadQuestion, "\"ends\"");
        Probing.Blind(await Look(Trivy, ("exceptions", "CVE-2026-1")), Blind.BadQuestion, "no map");
    }

    [Fact]
    public async Task A_statement_about_the_scanned_digest_or_the_package_excuses()
    {
        foreach (var text in (string[])[Trivy, Grype])
            foreach (var product in (string[])[Image, $$"""{ "@id": "https://shop.test/web", "hashes": { "sha-256": "{{ReportFolder.Web[7..]}}" }, "subcomponents": [ { "@id": "pkg:deb/debian/liba@1.0" } ] }""", """{ "@id": "pkg:deb/debian/liba@1.0" }""",
                """{ "identifiers": { "purl": "pkg:deb/debian/liba" } }""", "\"pkg:deb/debian/liba@1.0\""])
            {
                var sight = await WithVex(text, Statement(product));
                Critical(0, sight);
                Assert.Equal((1d, 0d, 1d), (ReportFolder.Number(sight, "excused_by_vex"), ReportFolder.Number(sight, "vex_unmatched"), ReportFolder.Number(sight, "vex_statements")));
            }

        Critical(0, await WithVex(Trivy, Statement(Image, "fixed", "")));
        Critical(0, await WithVex(Trivy, Statement(Image, vulnerability: "\"CVE-2026-1\"")));
        Critical(0, await WithVex(Trivy, Statement(Image, vulnerability: "{ \"name\": \"GHSA-zzzz\", \"aliases\": [ \"CVE-2026-1\" ] }")));
        Critical(0, await WithVex(Trivy, Statement(Image, more: ", \"impact_statement\": \"never called\"")));
    }

    [Fact]
    public async Task A_statement_about_anything_else_or_without_what_it_needs_excuses_nothing()
    {
        foreach (var statement in (string[])
        [
            Statement(Image.Replace(ReportFolder.Web[7..], ReportFolder.Other[7..], StringComparison.Ordinal)),
            Statement("""{ "@id": "pkg:oci/web?repository_url=registry.shop.test/web" }"""),
            Statement(Image[..^2] + """, "subcomponents": [ { "@id": "pkg:deb/debian/libb@2.0" } ] }"""),
            Statement(Image.Replace(ReportFolder.Web[7..], ReportFolder.Other[7..], StringComparison.Ordinal)[..^2] + """, "subcomponents": [ { "@id": "pkg:deb/debian/liba@1.0" } ] }"""),
            Statement("""{ "@id": "pkg:deb/debian/liba@0.9" }"""),
            Statement("""{ "@id": "pkg:deb/debian/lib" }"""),
            Statement(""),
            Statement(Image, vulnerability: "{ \"name\": \"CVE-2026-11\" }"),
            Statement(Image, "affected", ", \"action_statement\": \"wait\""),
            Statement(Image, "under_investigation", ""),
            Statement(Image, more: ""),
        ])
            Critical(1, await WithVex(Trivy, statement));
    }

    [Fact]
    public async Task The_last_word_counts_and_what_is_undated_or_of_tomorrow_is_not_heard()
    {
        static string At(string time, string status, string more = "") => Statement(Image, status, $", \"timestamp\": \"{time}\"{more}");
        const string Because = ", \"justification\": \"component_not_present\"";

        Critical(1, await WithVex(Trivy, At("2026-03-01T13:00:00Z", "affected") + "," + At("2026-03-01T12:00:00Z", "not_affected", Because)));
        Critical(0, await WithVex(Trivy, At("2026-03-01T12:00:00Z", "affected") + "," + At("2026-03-01T13:00:00Z", "not_affected", Because)));
        Critical(1, await WithVex(Trivy, At("2026-03-01T12:00:00Z", "not_affected", Because) + "," + At("2026-03-01T12:00:00Z", "affected")));
        Critical(1, await WithVex(Trivy, At("2026-03-01T12:00:00Z", "affected") + "," + At("2026-03-01T12:00:00Z", "not_affected", Because)));

        foreach (var at in (string[])["2026-03-01T12:00:00", "2026-03-09T12:00:00Z"])
        {
            var sight = await WithVex(Trivy, Statement(Image), at);
            Critical(1, sight);
            Assert.Equal((0d, 1d), (ReportFolder.Number(sight, "vex_statements"), ReportFolder.Number(sight, "vex_undated")));
        }
    }

    [Fact]
    public async Task Analyses_in_the_list_of_parts_are_heard_too()
    {
        async Task<Sight> With(string state, string reference, string more = ", \"justification\": \"code_not_reachable\"")
        {
            _folder.Write("vex", $$"""
                { "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": { "timestamp": "2026-03-01T12:00:00Z", "component": { "bom-ref": "web", "type": "container", "name": "web", "version": "{{ReportFolder.Web}}" } },
                  "components": [ { "bom-ref": "a", "name": "liba", "purl": "pkg:deb/debian/liba@1.0" } ],
                  "vulnerabilities": [ { "id": "CVE-2026-1", "analysis": { "state": "{{state}}"{{more}} }, "affects": [ { "ref": "{{reference}}" } ] } ] }
                """);
            return await Look(Trivy, ("vex", "vex"));
        }

        foreach (var reference in (string[])["web", "a", "pkg:deb/debian/liba@1.0"]) Critical(0, await With("not_affected", reference));
        Critical(0, await With("false_positive", "web"));
        Critical(0, await With("resolved", "web", ""));
        Critical(1, await With("not_affected", "web", ""));
        Critical(1, await With("exploitable", "web"));
        Critical(1, await With("in_triage", "web"));
        Critical(1, await With("not_affected", "b"));
    }

    [Theory]
    [InlineData("""{ "statements": [] }""", "neither OpenVEX")]
    [InlineData("""{ "@context": "https://openvex.dev/ns/v0.2.0" }""", "without statements")]
    [InlineData("[]", "neither OpenVEX")]
    [InlineData("", "is empty")]
    public async Task What_is_no_statement_is_refused(string text, string says)
    {
        _folder.Write("vex", text);

        Probing.Blind(await Look(Trivy, ("vex", "vex")), Blind.Unreadable, says);
        Probing.Blind(await Look(Trivy, ("vex", "gone")), Blind.Unreadable, "no report gone");
    }

    [Theory]
    [InlineData("""{ "version": "2.1.0", "runs": [] }""", "is SARIF")]
    [InlineData("""{ "SchemaVersion": 3, "ArtifactType": "container_image" }""", "2 is read")]
    [InlineData("""{ "SchemaVersion": 2, "ArtifactType": "container_image", "Results": {} }""", "no list")]
    [InlineData("""{ "descriptor": { "name": "grype" } }""", "no \"matches\"")]
    [InlineData("""{ "descriptor": { "name": "grype" }, "matches": [] }""", "does not say what was scanned")]
    [InlineData("{}", "neither Trivy's JSON nor Grype's")]
    [InlineData("null", "neither Trivy's JSON nor Grype's")]
    public async Task What_is_no_scan_is_refused(string text, string says) => Probing.Blind(await Look(text), Blind.Unreadable, says);

    [Fact]
    public async Task A_scan_without_its_time_is_undated_and_one_with_it_is_as_old_as_it_says()
    {
        _folder.Write("undated", Grype.Replace("\"timestamp\"", "\"time\"", StringComparison.Ordinal)).Write("dated", Grype);

        Assert.True((await _folder.Run(Kind, "undated")).Undated);
        Assert.Equal((Origin.Imported, new DateTimeOffset(2026, 3, 1, 9, 0, 0, 100, TimeSpan.Zero)), ((await _folder.Run(Kind, "dated")).Origin, (await _folder.Run(Kind, "dated")).Started));
    }

    [Fact]
    public void Damaged_scans_end_with_a_scan_or_a_reason() => Hurl([Trivy, Grype], (root, file, context) => Scan.Read(file, new(new Asked("", Kind, Value.Of(("target", "report")))), context, CancellationToken.None).GetAwaiter().GetResult());

    [Fact]
    public void Damaged_statements_end_with_statements_or_a_reason() => Hurl(
        [
            $$"""{ "@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "2026-03-01T12:00:00Z", "statements": [ {{Statement(Image)}} ] }""",
            $$"""{ "bomFormat": "CycloneDX", "metadata": { "timestamp": "2026-03-01T12:00:00Z", "component": { "bom-ref": "web", "version": "{{ReportFolder.Web}}" } }, "vulnerabilities": [ { "id": "CVE-2026-1", "analysis": { "state": "not_affected", "detail": "x" }, "affects": [ { "ref": "web" } ] } ] }""",
        ], (root, file, _) => VexFile.Read(file.Tree(root), file, DateTimeOffset.MaxValue));

    static void Hurl(string[] whole, Action<byte[], ReportFile, ProbeContext> read)
    {
        using var lines = new HttpLines();
        var context = new ProbeContext(Probing.Options, lines, static _ => { }, Probing.Ask(Kind));
        var (good, reasons) = (0, 0);
        Fuzz.Damage([.. whole.Select(System.Text.Encoding.UTF8.GetBytes)], bytes =>
        {
            using var file = ReportFile.Of("report", bytes);
            try
            {
                read(bytes, file, context);
                good++;
            }
            catch (Unseen) { reasons++; }
        }, share: 2);
        Assert.True(good > 0 && reasons > 0, $"{good} read, {reasons} reasons");
    }
}
