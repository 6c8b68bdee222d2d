using Muster.Telemetry.Intake;

namespace Muster.Server.Otlp;

/// <summary>Reads exports of metrics. Safe from several threads.</summary>
interface IOtlpMetrics
{
    /// <param name="project">Deltas are summed up for each project by itself.</param>
    /// <param name="message">An ExportMetricsServiceRequest, uncompressed.</param>
    /// <param name="isJson">As JSON instead of protobuf.</param>
    /// <exception cref="IntakeProblem">It is no such message.</exception>
    OtlpRead Read(string project, ReadOnlySpan<byte> message, bool isJson, SampleBatch into);
}

/// <param name="Points">Data points that are in the batch now.</param>
/// <param name="Rejected">Data points that are not.</param>
/// <param name="First">The first few reasons.</param>
sealed record OtlpRead(int Points, int Rejected, IReadOnlyList<string> First)
{
    /// <summary>Makes as if it had never been read, for when nothing of it was stored: it may be sent again. Null: there is nothing to undo.</summary>
    public Action? Undo { get; init; }
}
