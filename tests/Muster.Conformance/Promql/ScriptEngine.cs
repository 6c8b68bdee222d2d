using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>What runs the queries of a script.</summary>
sealed record ScriptEngine(Func<ISeriesSource, string, long, QueryResult> Instant, Func<ISeriesSource, string, long, long, long, QueryResult> Range)
{
    static readonly QueryOptions Options = new() { Experimental = true };

    public static readonly ScriptEngine Ours = new(
        (source, query, time) => QueryEngine.Instant(source, query, time, Options, CancellationToken.None),
        (source, query, start, end, step) => QueryEngine.Range(source, query, start, end, step, Options, CancellationToken.None));
}

/// <summary>How one eval of a script ended.</summary>
/// <param name="Problem">Null: as it must.</param>
sealed record ScriptOutcome(int Line, string Query, string? Problem);
