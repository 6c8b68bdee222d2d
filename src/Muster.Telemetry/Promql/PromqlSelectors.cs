using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql;

/// <summary>The selectors of a query, wherever they stand in it.</summary>
public static class PromqlSelectors
{
    public static IEnumerable<VectorSelector> In(Expression node) => node switch
    {
        VectorSelector selector => [selector],
        MatrixSelector matrix => [matrix.Vector],
        Subquery subquery => In(subquery.Inner),
        Parenthesized inner => In(inner.Inner),
        Unary unary => In(unary.Inner),
        Call call => call.Arguments.SelectMany(In),
        Aggregation aggregation => [.. In(aggregation.Inner), .. aggregation.Parameter is { } parameter ? In(parameter) : []],
        Binary binary => [.. In(binary.Left), .. In(binary.Right)],
        _ => [],
    };
}
