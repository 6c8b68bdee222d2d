using System.Collections.Immutable;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store;

/// <summary>The samples of one project, in one folder. One process at a time holds it.</summary>
public sealed class MetricStore : ISeriesSource, IAsyncDisposable
{
    MetricStore() { }

    /// <summary>Opens or makes a store; what was acknowledged before is there again when this returns.</summary>
    public static MetricStore Open(string folder, StoreOptions options, TimeProvider time) => throw new NotImplementedException();

    /// <summary>Takes a batch. Safe from several threads.</summary>
    /// <param name="durable">Answer only after it is synced to the disk (group commit); otherwise it survives a kill of the process, and a power cut loses a second of it at most.</param>
    /// <exception cref="StoreUnavailable">Nothing was taken.</exception>
    public ValueTask<Appended> Append(SampleBatch batch, bool durable, CancellationToken cancel) => throw new NotImplementedException();

    public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Labels of the series that any of the sets of matchers holds for (none: every series), bounded by <paramref name="limit"/> (0: none).</summary>
    public IReadOnlyList<Labels> Series(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, int limit, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> LabelNames(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, int limit, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, int limit, CancellationToken cancel) => throw new NotImplementedException();

    public IReadOnlyList<MetricMetadata> Metadata(string? family, int limit) => throw new NotImplementedException();

    public IReadOnlyList<(Labels Series, Exemplar Exemplar)> Exemplars(ImmutableArray<Matcher> matchers, long from, long to, int limit, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Hides at once, and takes from the disk when the block is next rewritten. How many series it met.</summary>
    public int Delete(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>A whole copy beside the running store, in a new folder (hard links where it can): opening it gives what had been acknowledged before this was asked.</summary>
    public Task Snapshot(string folder, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Seals what is due, merges, drops what is past its retention or budget. The host calls it now and then; tests call it when they like.</summary>
    public Task Tend(CancellationToken cancel) => throw new NotImplementedException();

    public StoreStatistics Statistics() => throw new NotImplementedException();

    public Cardinality Cardinality(int top) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
