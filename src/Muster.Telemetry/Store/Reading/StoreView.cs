using System.Collections.Immutable;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Store.Reading;

/// <summary>
/// What the store consists of at one moment. A reader takes it once and sees every sample once: whoever moves samples from memory into a block, or
/// from blocks into another, puts a new view in the place of this one in one step.
/// </summary>
/// <param name="Frozen">Generations that take no samples any more and do not stand in blocks yet; the newest first.</param>
/// <param name="Blocks">The newest generations first.</param>
sealed record StoreView(GenerationSet Head, ImmutableArray<GenerationSet> Frozen, ImmutableArray<Blocks.Block> Blocks, ImmutableArray<Deletion> Deletions)
{
    /// <summary>All that may have samples in this range; the newest first.</summary>
    public List<ISeriesSet> Sets(long from, long to)
    {
        var sets = new List<ISeriesSet>(2 + Blocks.Length);
        if (Overlaps(Head, from, to)) sets.Add(Head);
        foreach (var one in Frozen)
        {
            if (Overlaps(one, from, to)) sets.Add(one);
        }

        foreach (var one in Blocks)
        {
            if (Overlaps(one, from, to)) sets.Add(one);
        }

        return sets;
    }

    static bool Overlaps(ISeriesSet set, long from, long to) => set.First <= to && set.Last >= from;
}
