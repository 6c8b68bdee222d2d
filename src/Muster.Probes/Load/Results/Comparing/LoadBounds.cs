namespace Muster.Probes.Load;

/// <summary>How much worse a run may be than the one before it.</summary>
public sealed record LoadBounds
{
    /// <summary>At least this share of the throughput before.</summary>
    public double Throughput { get; init; } = 0.95;

    /// <summary>At most this many times the latency before.</summary>
    public double P95 { get; init; } = 1.10;

    public double P99 { get; init; } = 1.10;

    /// <summary>A rise of the failed share that is small enough to call it no worse, absolute: nothing proves a rise of nought.</summary>
    public double FailedRise { get; init; } = 0.001;
}
