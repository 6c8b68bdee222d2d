using System.Collections.Immutable;

namespace Muster.Telemetry.Histograms;

/// <summary>A run of buckets with consecutive indices: how many indices are left out before it (from 0 for the first), and how long it is.</summary>
public readonly record struct BucketSpan(int Offset, uint Length);

/// <summary>What is known of a reset of the counter between this and the sample before.</summary>
public enum ResetHint { Unknown, Reset, NotReset, Gauge }

/// <summary>
/// A sparse histogram with exponential buckets (schema -4 to 8: bucket i of a schema s ends at 2^(i * 2^-s), included) or with bounds of its own
/// (schema -53), as <see href="https://prometheus.io/docs/specs/native_histograms/"/> defines it. Counts are absolute, one for each bucket of the
/// spans in their order, as floating-point numbers: an integer histogram of the wire is one of these. Immutable.
/// </summary>
public sealed partial class NativeHistogram
{
    public const int CustomBuckets = -53;

    public int Schema { get; init; }

    /// <summary>The zero bucket holds what lies from -threshold to threshold, both included.</summary>
    public double ZeroThreshold { get; init; }

    public double ZeroCount { get; init; }

    public double Count { get; init; }

    public double Sum { get; init; }

    public ImmutableArray<BucketSpan> PositiveSpans { get; init; } = [];

    public ImmutableArray<double> PositiveBuckets { get; init; } = [];

    public ImmutableArray<BucketSpan> NegativeSpans { get; init; } = [];

    public ImmutableArray<double> NegativeBuckets { get; init; } = [];

    /// <summary>Upper bounds of the buckets, ascending, without the last (+Inf); only under <see cref="CustomBuckets"/>.</summary>
    public ImmutableArray<double> CustomBounds { get; init; } = [];

    public ResetHint Hint { get; init; }

    public bool HasCustomBuckets => Schema == CustomBuckets;
}
