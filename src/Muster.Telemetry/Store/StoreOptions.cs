namespace Muster.Telemetry.Store;

/// <summary>How one store is kept. Every value has a default that suits a small machine.</summary>
public sealed record StoreOptions
{
    /// <summary>How long samples are kept; whole partitions are dropped.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Bytes on disk, log and index included; the oldest partitions go first. 0: no bound.</summary>
    public long MaxBytes { get; init; }

    /// <summary>How far behind its series' newest sample one may come in.</summary>
    public TimeSpan OutOfOrderWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far ahead of the clock a sample may be.</summary>
    public TimeSpan FutureWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Most series that are live at a time.</summary>
    public int MaxSeries { get; init; } = 2_000_000;

    public int MaxLabels { get; init; } = 128;

    public int MaxLabelNameBytes { get; init; } = 1024;

    public int MaxLabelValueBytes { get; init; } = 4096;

    /// <summary>Size at which the log is sealed into a block, so that a restart reads no more than this.</summary>
    public long MaxLogBytes { get; init; } = 256 << 20;
}

/// <summary>Why a sample was not taken. Each is counted, shown, and told to the sender.</summary>
public enum Refused { TooOld, TooFarAhead, DuplicateOtherValue, SeriesLimit, LabelLimit, BadLabels, BadHistogram, BadValue, NoSpace }

/// <summary>What became of a batch. A repetition of a sample with the same value is taken, and is no second sample.</summary>
/// <param name="Accepted">Samples taken, repetitions among them.</param>
/// <param name="First">An example of each reason, for the sender: which series, and why; bounded.</param>
public sealed record Appended(int Accepted, int Histograms, int Exemplars, IReadOnlyDictionary<Refused, int> Rejected, IReadOnlyList<string> First)
{
    public int RejectedCount => Rejected.Values.Sum();
}

/// <summary>The store cannot take anything now, and will be able to again: a full disk, a full queue. Nothing of the batch was taken.</summary>
public sealed class StoreUnavailable(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>Figures of a store, for its own metrics and for the page on cardinality.</summary>
public sealed record StoreStatistics
{
    public required int LiveSeries { get; init; }

    public required long Samples { get; init; }

    public required long BytesOnDisk { get; init; }

    public required long LogBytes { get; init; }

    public required int Blocks { get; init; }

    public required long OldestTime { get; init; }

    public required long NewestTime { get; init; }

    public required IReadOnlyDictionary<Refused, long> Rejected { get; init; }
}

/// <summary>A name and how much hangs on it.</summary>
public readonly record struct Tally(string Name, long Count);

/// <summary>Who makes the series many: by metric, by label (distinct values), by label and value (series), by bytes of a label.</summary>
/// <param name="Series">How many there are.</param>
public sealed record Cardinality(int Series, IReadOnlyList<Tally> ByMetric, IReadOnlyList<Tally> ByLabel, IReadOnlyList<Tally> ByPair, IReadOnlyList<Tally> ByLabelBytes);
