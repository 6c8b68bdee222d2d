using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Trivy's JSON of schema version 2. It is silent where it could not look, so what it looked at is counted first.</summary>
static class TrivyReport
{
    public static async Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        var root = await file.Json(cancel);
        if (root.At("SchemaVersion") is null || root.Text("ArtifactType") is not { } type) throw file.Wrong("is no report of Trivy: it has no \"SchemaVersion\" and \"ArtifactType\"");
        if (root.Number("SchemaVersion") != 2) throw file.Wrong($"has the schema version {root.At("SchemaVersion")} of Trivy; 2 is read");
        if (root.At("Results") is not (null or Value.Items)) throw file.Wrong("has Results that are no list");
        var severities = new Severities();
        var results = root.Items("Results");
        foreach (var result in results) Count(result, severities);
        var made = root.Time("CreatedAt");
        var built = given.Text("database") is { } database ? await Built(database, made, context, cancel) : null;
        var seen = severities.Seen().With(("tool", "trivy"), ("tool_version", root.Text("Trivy", "Version")), ("scanned", root.Text("ArtifactName")), ("type", type),
            ("targets", results.Length), ("os", Os(root)), ("os_supported", OsSupported(root, type, results, given) is { } supported ? supported : null), ("os_end_of_life", root.At("Metadata", "OS") is null ? null : root.Truth("Metadata", "OS", "EOSL") ?? false),
            ("vulnerabilities", Sum(results, "Vulnerabilities")), ("misconfigurations", results.Sum(result => result.Items("Misconfigurations").Count(Fails))), ("secrets", Sum(results, "Secrets")), ("licenses", Sum(results, "Licenses")));
        return new(ScannerDatabase.Seen(seen, built, made), results.Sum(LookedAt), made)
        {
            Subjects = NamedDigests.In([.. root.Items("Metadata", "RepoDigests").Select(one => one.Text()), root.Text("Metadata", "ImageID"), root.Text("ArtifactName")]),
        };
    }

    /// <summary>Trivy's report does not name its database; what `trivy version --format json` prints does.</summary>
    public static async Task<DateTimeOffset?> Built(string database, DateTimeOffset? made, ProbeContext context, CancellationToken cancel)
    {
        using var file = ReportFile.Open(context, database);
        var built = (await file.Json(cancel)).Time("VulnerabilityDB", "UpdatedAt") ?? throw file.Wrong("does not say when Trivy's database was built: write it with `trivy version --format json`");
        return built > made ? throw file.Wrong("tells of a database that was built after the scan, so it is not the one that was asked") : built;
    }

    public static string? Os(Value root) => root.Text("Metadata", "OS", "Family") is { } family ? $"{family} {root.Text("Metadata", "OS", "Name")}".Trim() : null;

    /// <summary>An image's packages of its operating system were looked at only if there is a result of that class; that they were not is said nowhere. Null where Trivy found no operating system and nobody said that there is none.</summary>
    public static bool? OsSupported(Value root, string type, ImmutableArray<Value> results, Given given)
    {
        if (results.Any(result => result.Text("Class") == "os-pkgs")) return true;
        if (root.Text("Metadata", "OS", "Family") is not null) return false;
        return type is not ("container_image" or "vm") || given.Truth("without_os", false) ? true : null;
    }

    /// <summary>Packages where they are listed, checks of a configuration, else the target itself.</summary>
    static long LookedAt(Value result) =>
        result.At("Packages") is Value.Items packages ? packages.Are.Length
        : result.At("MisconfSummary") is Value.Fields summary ? (long)Math.Clamp((summary.Number("Successes") ?? 0) + (summary.Number("Failures") ?? 0), 0, 1e12)
        : result.Text("Class") is null ? 0 : 1;

    static int Sum(ImmutableArray<Value> results, string of) => results.Sum(result => result.Items(of).Length);

    static bool Fails(Value misconfiguration) => misconfiguration.Text("Status") is not ("PASS" or "EXCEPTION");

    static void Count(Value result, Severities severities)
    {
        var target = result.Text("Target");
        foreach (var one in result.Items("Vulnerabilities"))
            severities.Found(one.Text("Severity"), $"{one.Text("VulnerabilityID")} {one.Text("PkgName")} {one.Text("InstalledVersion")}", one.Text("FixedVersion") is not null);
        foreach (var one in result.Items("Misconfigurations"))
            if (Fails(one)) severities.Found(one.Text("Severity"), $"{one.Text("ID")} {target}", false);
            else if (one.Text("Status") == "EXCEPTION") severities.Hidden($"{one.Text("ID")} {target}: exception");
        foreach (var one in result.Items("Secrets")) severities.Found(one.Text("Severity"), $"{one.Text("RuleID")} {target}", false);
        foreach (var one in result.Items("Licenses")) severities.Found(one.Text("Severity"), $"{one.Text("Name")} {one.Text("PkgName")}", false);
        foreach (var one in result.Items("ExperimentalModifiedFindings").Concat(result.Items("ModifiedFindings")))
            severities.Hidden($"{one.Text("Finding", "VulnerabilityID") ?? one.Text("Finding", "ID") ?? one.Text("Finding", "RuleID")}: {one.Text("Status")} {one.Text("Statement")}");
    }
}
