using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Vulnerabilities in Trivy's JSON of schema version 2, and the packages that they were looked for in.</summary>
static class TrivyScan
{
    public static async Task<Scan> Read(Value root, ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        if (root.Number("SchemaVersion") != 2) throw file.Wrong($"has the schema version {root.At("SchemaVersion")} of Trivy; 2 is read");
        if (root.At("Results") is not (null or Value.Items)) throw file.Wrong("has Results that are no list");
        var results = root.Items("Results");
        var made = root.Time("CreatedAt");
        return new("trivy", root.Text("Trivy", "Version"), made, results.Sum(Packages), [.. results.SelectMany(result => result.Items("Vulnerabilities")).Select(Of)],
            NamedDigests.In([.. root.Items("Metadata", "RepoDigests").Select(one => one.Text()), root.Text("Metadata", "ImageID"), root.Text("ArtifactName")]))
        {
            Suppressed = [.. results.SelectMany(result => result.Items("ExperimentalModifiedFindings").Concat(result.Items("ModifiedFindings"))).Where(one => one.Text("Finding", "VulnerabilityID") is not null).Select(one => Of(one.At("Finding")!))],
            DatabaseBuilt = given.Text("database") is { } database ? await TrivyReport.Built(database, made, context, cancel) : null,
            Scanned = root.Text("ArtifactName"),
            Os = TrivyReport.Os(root),
            OsSupported = TrivyReport.OsSupported(root, root.Text("ArtifactType")!, results, given),
            OsEndOfLife = root.At("Metadata", "OS") is null ? null : root.Truth("Metadata", "OS", "EOSL") ?? false,
        };
    }

    /// <summary>Those that are listed; where none are, those at least in which something was found.</summary>
    static int Packages(Value result) => result.At("Packages") is Value.Items { Are.IsEmpty: false } packages ? packages.Are.Length
        : result.Items("Vulnerabilities").Select(one => (one.Text("PkgName"), one.Text("InstalledVersion"))).Distinct().Count();

    static Finding Of(Value one) => new([.. ((string?[])[one.Text("VulnerabilityID"), .. one.Items("VendorIDs").Select(id => id.Text())]).OfType<string>()],
        one.Text("PkgName") ?? "(without a name)", one.Text("InstalledVersion"), one.Text("PkgIdentifier", "PURL"), one.Text("Severity"), one.Text("FixedVersion"));
}
