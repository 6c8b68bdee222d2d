using System.Collections.Immutable;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

public sealed partial class MetricStore
{
    /// <summary>Two hours: what is sealed at a time. The samples of a moment may come in a little after it.</summary>
    const long Partition = 7_200_000, Lateness = 120_000;

    readonly List<(Block Block, TimeSpan Since)> _retired = [];
    long _deletion;

    /// <summary>Hides at once, and takes from the disk when the block is next rewritten. How many series it met.</summary>
    public int Delete(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>A whole copy beside the running store, in a new folder (hard links where it can): opening it gives what had been acknowledged before this was asked.</summary>
    public Task Snapshot(string folder, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Seals what is due, merges, drops what is past its retention or budget. The host calls it now and then; tests call it when they like.</summary>
    public Task Tend(CancellationToken cancel) => throw new NotImplementedException();

    long LogBytes()
    {
        lock (_gate) return _segments.Values.Sum(static segment => segment.Length);
    }

    long BytesOf(StoreView view) => view.Blocks.Sum(static block => block.Size) + LogBytes();
}
