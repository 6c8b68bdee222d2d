using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// What k6 leaves behind, in whichever of its shapes: the export of <c>--summary-export</c>, in which a threshold that is true was crossed; what <c>handleSummary</c> is given, in which ok is true
/// for one that held; the machine-readable summary, which tells of no thresholds; and the points of <c>--out json</c>, one JSON value a line.
/// </summary>
static class K6Report
{
    public static async Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        if (file.Beginning is [0x1f, 0x8b, ..]) throw file.Wrong("is compressed; name the file without .gz when k6 writes it, or unpack it");
        if (IsPoints(file.Beginning)) return await K6Points.Read(file, cancel);
        var root = await file.Json(cancel);
        return root switch
        {
            Value.Fields when root.At("results", "metrics") is Value.Items && root.At("metadata") is Value.Fields => K6Summary.MachineReadable(root, file),
            Value.Fields when root.At("metrics") is Value.Fields metrics => metrics.Any(metric => metric.Value.At("values") is not null) ? K6Summary.Handled(root, file) : K6Summary.Exported(root, file),
            _ => throw file.Wrong("is no summary of k6 and no points of it"),
        };
    }

    /// <summary>A point or a metric stands alone on the first line.</summary>
    static bool IsPoints(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("\uFEFF"u8)) beginning = beginning[3..];
        var line = beginning.IndexOf((byte)'\n') is var end and >= 0 ? beginning[..end] : beginning;
        return line.TrimStart(" \t\r"u8) is var trimmed && trimmed.StartsWith("{"u8) && line.IndexOf("\"type\":"u8) >= 0 && (line.IndexOf("\"Metric\""u8) >= 0 || line.IndexOf("\"Point\""u8) >= 0);
    }
}
