using System.Collections.Immutable;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests;

/// <summary>A series held in the hand: floats, ascending in time.</summary>
sealed class HeldSeries(Labels labels) : ISeries
{
    public Labels Labels => labels;

    public List<(long Time, double Value)> Samples { get; } = [];

    public void Read(long from, long to, SampleBuffer into)
    {
        foreach (var (time, value) in Samples)
        {
            if (time >= from && time <= to) into.Add(time, value);
        }
    }
}

/// <summary>Series held in the hand, found by asking each matcher of each.</summary>
sealed class HeldSource(IReadOnlyList<HeldSeries> all) : ISeriesSource
{
    public IReadOnlyList<HeldSeries> All => all;

    public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel) =>
        [.. all.Where(series => matchers.All(matcher => matcher.Matches(series.Labels[matcher.Name])))];
}
