using System.Collections.Immutable;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store.Reading;

/// <summary>Samples that are hidden: those of the series that any of the sets of matchers holds for, in a range, that had come in until then.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="LastGeneration">The last generation that it goes for.</param>
sealed record Deletion(long Number, long LastGeneration, long From, long To, ImmutableArray<ImmutableArray<Matcher>> Any)
{
    public bool GoesFor(ISeriesSet set) => set.LastGeneration <= LastGeneration && set.Deleted < Number && set.First <= To && set.Last >= From;

    /// <summary>Whether it goes for what came in then, of this series and time.</summary>
    public bool Hits(Labels labels, long time, long generation) => generation <= LastGeneration && time >= From && time <= To && Hits(labels);

    public bool Hits(Labels labels)
    {
        foreach (var all in Any)
        {
            var holds = true;
            foreach (var matcher in all) holds &= matcher.Matches(labels[matcher.Name]);
            if (holds) return true;
        }

        return false;
    }
}
