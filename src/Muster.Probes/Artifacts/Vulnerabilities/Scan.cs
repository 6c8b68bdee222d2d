using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a scanner's report says, whichever scanner made it.</summary>
/// <param name="Packages">How many packages it is known to have looked at.</param>
sealed record Scan(string Tool, string? ToolVersion, DateTimeOffset? Made, long Packages, ImmutableArray<Finding> Findings, ImmutableArray<string> Subjects)
{
    const int MostFindings = 200_000;

    /// <summary>What the scanner itself was told to leave out.</summary>
    public ImmutableArray<Finding> Suppressed { get; init; } = [];

    public DateTimeOffset? DatabaseBuilt { get; init; }

    public string? Scanned { get; init; }

    public string? Os { get; init; }

    /// <summary>Whether the packages of the operating system were looked at; null where nothing tells.</summary>
    public bool? OsSupported { get; init; }

    public bool? OsEndOfLife { get; init; }

    public static async Task<Scan> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        var root = await file.Json(cancel);
        var scan = root.At("SchemaVersion") is not null && root.Text("ArtifactType") is not null ? await TrivyScan.Read(root, file, given, context, cancel)
            : root.Text("descriptor", "name") == "grype" ? GrypeScan.Read(root, file, given)
            : throw file.Wrong(root.At("runs") is not null ? "is SARIF, which does not say which packages were looked at; write the scanner's own JSON, or ask the kind sarif" : "is neither Trivy's JSON nor Grype's");
        return scan.Findings.Length + scan.Suppressed.Length <= MostFindings ? scan : throw new Unseen(Blind.TooLarge, $"{file.Name} has more than {MostFindings} findings");
    }
}
