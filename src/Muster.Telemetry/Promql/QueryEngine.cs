using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql;

/// <summary>Answers PromQL over whatever source it is given. Holds no state; safe from several threads.</summary>
public static class QueryEngine
{
    /// <param name="time">Milliseconds since 1970.</param>
    /// <exception cref="QueryProblem">It cannot be read, or not be answered.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static QueryResult Instant(ISeriesSource source, string query, long time, QueryOptions options, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>At start, start + step, … up to end, which is included when it is met.</summary>
    /// <param name="step">Milliseconds, more than 0.</param>
    /// <exception cref="QueryProblem">It cannot be read, or not be answered.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static QueryResult Range(ISeriesSource source, string query, long start, long end, long step, QueryOptions options, CancellationToken cancel) => throw new NotImplementedException();
}
