using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

/// <summary>Trivy and Grype: what was found counts only beside what was looked at, and with what knowledge.</summary>
public class ScannerReportTests
{
    static async Task<Sight> Trivy(string text, string? version = Samples.TrivyVersion, params (string, Value)[] parameters)
    {
        using var folder = new ReportFolder().Write("report", text);
        if (version is not null) folder.Write("version", version);
        return (await folder.Run("trivy", "report", version is null ? parameters : [("database", "version"), .. parameters])).Sights[0];
    }

    static Task<Sight> Grype(string text, params (string, Value)[] parameters) => ReportFolder.Look("grype", text, parameters);

    [Fact]
    public async Task Findings_are_counted_by_severity()
    {
        foreach (var (kind, sight) in ((string, Sight)[])[("trivy", await Trivy(Samples.Trivy)), ("grype", await Grype(Samples.Grype))])
        {
            Assert.Equal((0d, 0d, 1d, 1d, 0d), (ReportFolder.Number(sight, "critical"), ReportFolder.Number(sight, "high"), ReportFolder.Number(sight, "medium"), ReportFolder.Number(sight, "fixable"), ReportFolder.Number(sight, "suppressed")));
            Assert.Equal(10800d, Math.Round(ReportFolder.Number(sight, "database_age")));
            ReportFolder.Passes(kind, sight);
        }
    }

    [Theory]
    [InlineData("CRITICAL", "critical")]
    [InlineData("High", "high")]
    [InlineData("UNKNOWN", "unknown")]
    [InlineData("Catastrophic", "unknown")]
    public async Task What_is_severe_or_of_unknown_severity_fails(string severity, string field)
    {
        ReportFolder.Fails("trivy", await Trivy(Samples.Trivy.Replace("MEDIUM", severity, StringComparison.Ordinal)), field);
        ReportFolder.Fails("grype", await Grype(Samples.Grype.Replace("Medium", severity, StringComparison.Ordinal)), field);
    }

    [Fact]
    public async Task Findings_of_other_classes_count_too()
    {
        var sight = await Trivy(Samples.Trivy.Replace("\"Class\": \"lang-pkgs\"",
            """
            "Class": "lang-pkgs", "Misconfigurations": [ { "ID": "DS001", "Status": "FAIL", "Severity": "HIGH" }, { "ID": "DS002", "Status": "PASS", "Severity": "CRITICAL" }, { "ID": "DS003", "Status": "EXCEPTION", "Severity": "CRITICAL" } ],
            "Secrets": [ { "RuleID": "key", "Severity": "CRITICAL" } ], "Licenses": [ { "Name": "X", "Severity": "LOW" } ]
            """, StringComparison.Ordinal));

        Assert.Equal((1d, 1d, 1d, 1d), (ReportFolder.Number(sight, "critical"), ReportFolder.Number(sight, "high"), ReportFolder.Number(sight, "low"), ReportFolder.Number(sight, "suppressed")));
        Assert.Equal((1d, 1d, 1d), (ReportFolder.Number(sight, "misconfigurations"), ReportFolder.Number(sight, "secrets"), ReportFolder.Number(sight, "licenses")));
    }

    [Fact]
    public async Task What_was_suppressed_is_counted_and_named()
    {
        var trivy = await Trivy(Samples.Trivy.Replace("\"Class\": \"lang-pkgs\"", """ "Class": "lang-pkgs", "ExperimentalModifiedFindings": [ { "Type": "vulnerability", "Status": "not_affected", "Statement": "not reachable", "Finding": { "VulnerabilityID": "CVE-2026-9", "Severity": "CRITICAL" } } ]""", StringComparison.Ordinal));
        var grype = await Grype(Samples.Grype.Replace("\"ignoredMatches\": []", """ "ignoredMatches": [ { "vulnerability": { "id": "CVE-2026-9", "severity": "Critical" }, "artifact": { "name": "b", "version": "2" }, "appliedIgnoreRules": [ { "vulnerability": "CVE-2026-9", "reason": "not reachable" } ] } ]""", StringComparison.Ordinal));

        Assert.Equal((1d, 1d), (ReportFolder.Number(trivy, "suppressed"), ReportFolder.Number(grype, "suppressed")));
        Assert.Equal(Value.Texts(["CVE-2026-9: not_affected not reachable"]), trivy.Observation!["suppressed_findings"]);
        Assert.Equal(Value.Texts(["CVE-2026-9 b 2: not reachable"]), grype.Observation!["suppressed_findings"]);
    }

    [Fact]
    public async Task A_stale_database_fails_and_one_that_nobody_named_proves_nothing()
    {
        ReportFolder.Fails("trivy", await Trivy(Samples.Trivy, Samples.TrivyVersion.Replace("2026-03-01T06", "2026-02-01T06", StringComparison.Ordinal)), "database_age");
        ReportFolder.Fails("grype", await Grype(Samples.Grype.Replace("2026-03-01T06", "2026-02-01T06", StringComparison.Ordinal)), "database_age");
        ReportFolder.Fails("grype", await Grype(Samples.Grype.Replace("\"valid\": true", "\"valid\": false", StringComparison.Ordinal)), "database_valid");
        ReportFolder.IsUnproven("trivy", await Trivy(Samples.Trivy, null), Why.NotSeen);
        ReportFolder.IsUnproven("grype", await Grype(Samples.Grype.Replace("\"db\"", "\"base\"", StringComparison.Ordinal)), Why.NotSeen);
        Probing.Blind(await Trivy(Samples.Trivy, Samples.TrivyVersion.Replace("2026-03-01T06", "2026-03-01T12", StringComparison.Ordinal)), Blind.Unreadable, "built after the scan");
        Probing.Blind(await Trivy(Samples.Trivy, "{}"), Blind.Unreadable, "does not say when Trivy's database was built");
    }

    [Fact]
    public async Task The_older_shape_of_grypes_database_is_read() =>
        ReportFolder.Passes("grype", await Grype(Samples.Grype.Replace("""{ "status": { "schemaVersion": "v6.0.2", "built": "2026-03-01T06:00:00Z", "valid": true } }""", """{ "built": "2026-03-01T06:00:00Z", "schemaVersion": 5, "error": null }""", StringComparison.Ordinal)));

    [Fact]
    public async Task A_scan_that_found_nothing_to_look_at_proves_nothing()
    {
        var image = Samples.Trivy[..Samples.Trivy.IndexOf("\"Results\"", StringComparison.Ordinal)];
        foreach (var results in (string[])["\"Results\": null }", "\"Results\": [] }", """ "Results": [ { "Target": "web", "Class": "os-pkgs", "Type": "debian", "Packages": [] } ] }"""])
            ReportFolder.IsUnproven("trivy", await Trivy(image + results), Why.TooFew);
        ReportFolder.IsUnproven("grype", await Grype(Samples.Grype.Replace(Samples.Grype[Samples.Grype.IndexOf("[ {", StringComparison.Ordinal)..Samples.Grype.IndexOf("\"ignored", StringComparison.Ordinal)], "[],", StringComparison.Ordinal)
            .Replace("\"name\": \"debian\"", "\"name\": \"\"", StringComparison.Ordinal)), Why.TooFew);
    }

    [Fact]
    public async Task A_system_that_is_not_supported_is_not_clean()
    {
        var unsupported = Samples.Trivy.Replace("\"os-pkgs\"", "\"lang-pkgs\"", StringComparison.Ordinal);
        var unseen = unsupported.Replace("\"OS\": { \"Family\": \"debian\", \"Name\": \"12.9\" },", "", StringComparison.Ordinal);
        var unknown = Samples.Grype.Replace("\"name\": \"debian\"", "\"name\": \"\"", StringComparison.Ordinal);

        ReportFolder.Fails("trivy", await Trivy(unsupported), "os_supported");
        ReportFolder.IsUnproven("trivy", await Trivy(unseen), Why.NotSeen);
        ReportFolder.Passes("trivy", await Trivy(unseen, parameters: ("without_os", true)));
        ReportFolder.Fails("trivy", await Trivy(unsupported, parameters: ("without_os", true)), "os_supported");
        ReportFolder.Fails("grype", await Grype(unknown), "distro_known");
        ReportFolder.Passes("grype", await Grype(unknown, ("without_os", true)));
        Assert.Equal(Value.True, (await Trivy(Samples.Trivy.Replace("\"Name\": \"12.9\"", "\"Name\": \"9\", \"EOSL\": true", StringComparison.Ordinal))).Observation!["os_end_of_life"]);
    }

    [Fact]
    public async Task A_scan_of_what_can_be_mended_alone_fails() =>
        ReportFolder.Fails("grype", await Grype(Samples.Grype.Replace("\"only-fixed\": false", "\"only-fixed\": true", StringComparison.Ordinal)), "only_fixed");

    [Theory]
    [InlineData("\"SchemaVersion\": 2", "\"SchemaVersion\": 3", "2 is read")]
    [InlineData("\"SchemaVersion\": 2", "\"SchemaVersion\": \"2\"", "2 is read")]
    [InlineData("\"ArtifactType\"", "\"Type\"", "no report of Trivy")]
    public async Task Another_schema_of_trivy_is_refused(string from, string to, string says) => Probing.Blind(await Trivy(Samples.Trivy.Replace(from, to, StringComparison.Ordinal)), Blind.Unreadable, says);

    [Theory]
    [InlineData("\"name\": \"grype\"", "\"name\": \"other\"", "no report of Grype")]
    [InlineData("\"matches\": [", "\"found\": [", "no report of Grype")]
    [InlineData("\"source\":", "\"of\":", "does not say what was scanned")]
    public async Task What_grype_did_not_write_is_refused(string from, string to, string says) => Probing.Blind(await Grype(Samples.Grype.Replace(from, to, StringComparison.Ordinal)), Blind.Unreadable, says);
}
