using System.Collections.Immutable;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>
/// Puts lengths into a query that depend on its step or its range: <c>[step()]</c>, <c>offset range()</c>. A query without any comes back as it is. The
/// recursion is as deep as the tree, which is <see cref="PromqlParser.HighestTree"/> high at most.
/// </summary>
public static class PlacedInTime
{
    /// <param name="step">Milliseconds; 0 of an instant query.</param>
    /// <param name="range">Milliseconds from the start to the end; 0 of an instant query.</param>
    /// <exception cref="QueryProblem">A range or a step came to 0 or less, something is divided by zero, or it is longer than 292 years.</exception>
    public static Expression Of(Expression query, long step, long range) => new Placing(step / 1000.0, range / 1000.0).Of(query);

    readonly record struct Placing(double Step, double Range)
    {
        public Expression Of(Expression node) => node switch
        {
            VectorSelector vector => Vector(vector),
            MatrixSelector matrix => Matrix(matrix),
            Subquery subquery => Inside(subquery),
            Parenthesized parens => Of(parens.Inner) is var inner && ReferenceEquals(inner, parens.Inner) ? parens : parens with { Inner = inner },
            Unary unary => Of(unary.Inner) is var inner && ReferenceEquals(inner, unary.Inner) ? unary : unary with { Inner = inner },
            Binary binary => Sides(binary),
            Aggregation aggregation => Inside(aggregation),
            Call call => Arguments(call),
            _ => node,
        };

        VectorSelector Vector(VectorSelector node) => node.Shift.OffsetExpression is null ? node : node with { Shift = Shifted(node.Shift) };

        MatrixSelector Matrix(MatrixSelector node)
        {
            var vector = Vector(node.Vector);
            if (ReferenceEquals(vector, node.Vector) && node.RangeExpression is null) return node;
            return node with { Vector = vector, Range = Length(node.RangeExpression, node.Range) };
        }

        Subquery Inside(Subquery node)
        {
            var inner = Of(node.Inner);
            if (ReferenceEquals(inner, node.Inner) && node is { RangeExpression: null, StepExpression: null, Shift.OffsetExpression: null }) return node;
            return node with { Inner = inner, Range = Length(node.RangeExpression, node.Range), Step = Length(node.StepExpression, node.Step), Shift = Shifted(node.Shift) };
        }

        Binary Sides(Binary node)
        {
            var (left, right) = (Of(node.Left), Of(node.Right));
            return ReferenceEquals(left, node.Left) && ReferenceEquals(right, node.Right) ? node : node with { Left = left, Right = right };
        }

        Aggregation Inside(Aggregation node)
        {
            var inner = Of(node.Inner);
            var parameter = node.Parameter is null ? null : Of(node.Parameter);
            return ReferenceEquals(inner, node.Inner) && ReferenceEquals(parameter, node.Parameter) ? node : node with { Inner = inner, Parameter = parameter };
        }

        Call Arguments(Call node)
        {
            ImmutableArray<Expression>.Builder? changed = null;
            for (var at = 0; at < node.Arguments.Length; at++)
            {
                var placed = Of(node.Arguments[at]);
                if (ReferenceEquals(placed, node.Arguments[at])) continue;
                changed ??= node.Arguments.ToBuilder();
                changed[at] = placed;
            }

            return changed is null ? node : node with { Arguments = changed.ToImmutable() };
        }

        Shift Shifted(Shift shift) => shift.OffsetExpression is { } computed ? shift with { Offset = DurationArithmetic.Offset(DurationArithmetic.Seconds(computed, Step, Range), computed.Place) } : shift;

        long Length(DurationExpression? computed, long written) => computed is null ? written : DurationArithmetic.Length(DurationArithmetic.Seconds(computed, Step, Range), computed.Place);
    }
}
