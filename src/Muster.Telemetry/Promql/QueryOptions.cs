namespace Muster.Telemetry.Promql;

/// <summary>How queries are answered, and what they may cost.</summary>
public sealed record QueryOptions
{
    public static readonly QueryOptions Default = new();

    /// <summary>How far back an instant selector looks for a sample, in milliseconds.</summary>
    public long Lookback { get; init; } = 5 * 60_000;

    /// <summary>The step of a subquery that names none, in milliseconds.</summary>
    public long SubqueryStep { get; init; } = 60_000;

    /// <summary>Most samples that may be held at once; what Prometheus calls <c>--query.max-samples</c>.</summary>
    public long MaxSamples { get; init; } = 50_000_000;

    /// <summary>Takes the functions and forms that are experimental upstream too.</summary>
    public bool Experimental { get; init; }

    /// <summary>Times each node; a little slower.</summary>
    public bool Explain { get; init; }
}
