using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql;

/// <summary>Why a query is not answered, told to its author. The kinds are the <c>errorType</c>s of the HTTP API.</summary>
public enum QueryProblemKind { BadData, Execution, Timeout, Canceled }

/// <summary>A query that cannot be read or answered: translated at the edge, once.</summary>
public sealed class QueryProblem(QueryProblemKind kind, string message, Place? place = null) : Exception(message)
{
    public QueryProblemKind Kind { get; } = kind;

    public Place? Place { get; } = place;
}
