using System.Collections.Immutable;

namespace Muster.Telemetry.Series;

/// <summary>What queries read from: the store, or what a test holds in its hands.</summary>
public interface ISeriesSource
{
    /// <summary>Every series that all matchers hold for and that may have samples in the range. The order is not promised.</summary>
    /// <param name="from">Milliseconds since 1970, included.</param>
    /// <param name="to">Milliseconds since 1970, included.</param>
    IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel);
}

/// <summary>One series as a query sees it. Its labels cost nothing; its samples are decoded when they are read.</summary>
public interface ISeries
{
    Labels Labels { get; }

    /// <summary>Adds the samples from <paramref name="from"/> to <paramref name="to"/>, both included, stale markers too.</summary>
    void Read(long from, long to, SampleBuffer into);

    /// <summary>The newest sample of the range, where it is a float and known without decoding. False says nothing: read it.</summary>
    bool TryNewest(long from, long to, out long time, out double value)
    {
        (time, value) = (0, 0);
        return false;
    }
}
