namespace Muster.Probes.Load;

/// <summary>One bound of a comparison: met where its whole 95 % interval is within, failed where the whole interval is without, else unproven.</summary>
/// <param name="Name">throughput, p95, p99 or error_rate.</param>
/// <param name="Limit">Of the ratio; of error_rate the rise.</param>
/// <param name="Before">In requests a second, seconds or a share.</param>
/// <param name="Change">after / before; of error_rate after - before.</param>
/// <param name="Low">One-sided 95 % bounds of the change.</param>
public sealed record BoundResult(string Name, double Limit, double? Before, double? After, double? Change, double? Low, double? High, ThresholdState State, string Because);
