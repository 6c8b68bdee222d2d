namespace Muster.Telemetry.Intake.Exposition;

/// <summary>
/// The two formats that metrics are shown in: the text of Prometheus, version 0.0.4 (<see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/>), and
/// OpenMetrics 1.0 (<see href="https://prometheus.io/docs/specs/om/open_metrics_spec/"/>).
/// </summary>
public enum ExpositionFormat { Text, OpenMetrics }

/// <summary>What is taken of one text at most; the text's own length is bounded by whoever fetched it.</summary>
public sealed record ExpositionLimits
{
    public static readonly ExpositionLimits Default = new();

    /// <summary>In bytes.</summary>
    public int LongestLine { get; init; } = 256 * 1024;

    /// <summary>Of one sample, without its name.</summary>
    public int MostLabels { get; init; } = 256;

    public int MostSamples { get; init; } = 5_000_000;
}
