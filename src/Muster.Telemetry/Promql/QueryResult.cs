using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql;

/// <summary>What a query came to.</summary>
/// <param name="Warnings">Things that are wrong with the query or its data, though there is an answer; sorted.</param>
/// <param name="Infos">Things worth knowing; sorted.</param>
public sealed record QueryResult(QueryValue Value, IReadOnlyList<string> Warnings, IReadOnlyList<string> Infos, QueryStatistics Statistics);

public abstract record QueryValue
{
    private protected QueryValue() { }
}

/// <param name="Time">Milliseconds since 1970.</param>
public sealed record ScalarValue(long Time, double V) : QueryValue;

public sealed record StringValue(long Time, string V) : QueryValue;

/// <summary>In the order of <c>sort</c>, <c>topk</c> and their like where the query ends with one; else none is promised.</summary>
public sealed record VectorValue(ImmutableArray<VectorSample> Samples) : QueryValue;

/// <param name="Histogram">The sample is this, and the value says nothing; null: it is a float.</param>
public readonly record struct VectorSample(Labels Labels, long Time, double Value, NativeHistogram? Histogram);

/// <summary>Sorted by labels.</summary>
public sealed record MatrixValue(ImmutableArray<RangeSeries> Series) : QueryValue;

/// <param name="Histograms">As long as the times where any sample is a histogram; else null.</param>
public sealed record RangeSeries(Labels Labels, long[] Times, double[] Values, NativeHistogram?[]? Histograms);

/// <summary>What was read for it.</summary>
public sealed record QueryStatistics
{
    public int Series { get; init; }

    /// <summary>Samples decoded from the source.</summary>
    public long SamplesRead { get; init; }

    /// <summary>Samples as Prometheus counts them: for each step, those that were in the window.</summary>
    public long SamplesQueried { get; init; }

    public long PeakSamples { get; init; }

    public ImmutableArray<NodeStatistics> Nodes { get; init; } = [];
}

/// <summary>One node of the query: how long it took, those below it included, and what came out. In the order of the text, parents first.</summary>
public readonly record struct NodeStatistics(int Depth, string Text, TimeSpan Elapsed, int Series, long SamplesRead);
