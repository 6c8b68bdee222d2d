using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

/// <summary>How a query is bound, each operator with its sides in brackets and parentheses left out: two that mean the same have one shape.</summary>
static class Shape
{
    public static string Of(Expression node) => node switch
    {
        Parenthesized parens => Of(parens.Inner),
        Unary unary => $"<{(unary.IsMinus ? "-" : "+")} {Of(unary.Inner)}>",
        Binary binary => $"<{Of(binary.Left)} {binary.Operator} {binary.ReturnsBool} {Of(binary.Matching)} {Of(binary.Right)}>",
        Aggregation aggregation => $"<{aggregation.Operator} {aggregation.IsWithout} {string.Join(',', aggregation.Grouping)} {(aggregation.Parameter is null ? "" : Of(aggregation.Parameter))} {Of(aggregation.Inner)}>",
        Call call => $"<{call.Function.Name} {string.Join(' ', call.Arguments.Select(Of))}>",
        Subquery subquery => $"<{Of(subquery.Inner)} {subquery.Range} {subquery.Step} {Of(subquery.Shift)}>",
        MatrixSelector matrix => $"<{Of(matrix.Vector)} {matrix.Range}>",
        VectorSelector vector => $"<{string.Join(' ', vector.Matchers.Select(matcher => $"{matcher.Name} {matcher.Kind} {matcher.Value}").Order(StringComparer.Ordinal))} {Of(vector.Shift)} {vector.Extension}>",
        _ => PromqlPrinter.Print(node),
    };

    static string Of(Shift shift) => FormattableString.Invariant($"{shift.Offset} {shift.At} {shift.AtTime}");

    static string Of(VectorMatching? matching) => matching is null
        ? ""
        : FormattableString.Invariant($"{matching.Cardinality} {matching.IsOn} {string.Join(',', matching.Labels)} {string.Join(',', matching.Include)} {matching.FillLeft} {matching.FillRight}");
}
