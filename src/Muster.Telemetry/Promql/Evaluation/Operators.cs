using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Binary operators on two values (<see href="https://prometheus.io/docs/prometheus/latest/querying/operators/"/>).</summary>
static class Operators
{
    public static bool IsComparison(BinaryOperator op) => op is BinaryOperator.Equal or BinaryOperator.NotEqual or BinaryOperator.Greater or BinaryOperator.Less or BinaryOperator.GreaterOrEqual or BinaryOperator.LessOrEqual;

    public static bool IsSet(BinaryOperator op) => op is BinaryOperator.And or BinaryOperator.Or or BinaryOperator.Unless;

    public static string Sign(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Atan2 => "atan2",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Greater => ">",
        BinaryOperator.Less => "<",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.And => "and",
        BinaryOperator.Or => "or",
        BinaryOperator.Unless => "unless",
        BinaryOperator.TrimUpper => "</",
        _ => ">/",
    };

    public static double Compute(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        BinaryOperator.Power => Math.Pow(left, right),
        BinaryOperator.Atan2 => Math.Atan2(left, right),
        _ => Holds(op, left, right) ? 1 : 0,
    };

    public static bool Holds(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Greater => left > right,
        BinaryOperator.Less => left < right,
        BinaryOperator.GreaterOrEqual => left >= right,
        BinaryOperator.LessOrEqual => left <= right,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
    };

    /// <param name="kept">What a comparison that holds, and is no bool, gives: the side that is a vector, or the left one.</param>
    public static Point Apply(Binary node, Point left, Point right, Point kept, Notes notes)
    {
        var op = node.Operator;
        switch (left.Histogram, right.Histogram)
        {
            case (null, null):
                if (!IsComparison(op)) return op is BinaryOperator.TrimUpper or BinaryOperator.TrimLower ? Refuse("float", "float") : Compute(op, left.Value, right.Value);
                var holds = Holds(op, left.Value, right.Value);
                return node.ReturnsBool ? (holds ? 1 : 0) : holds ? kept : Point.None;
            case ({ } a, { } b):
                return OfHistograms(node, a, b, kept, notes);
            case (null, { } b):
                return op == BinaryOperator.Multiply ? new(0, b.Multiply(left.Value).Compact()) : Refuse("float", "histogram");
            case ({ } a, null):
                return op switch
                {
                    BinaryOperator.Multiply => new(0, a.Multiply(right.Value).Compact()),
                    BinaryOperator.Divide => new(0, a.Divide(right.Value).Compact()),
                    BinaryOperator.TrimUpper => new(0, a.TrimAbove(right.Value).Compact()),
                    BinaryOperator.TrimLower => new(0, a.TrimBelow(right.Value).Compact()),
                    _ => Refuse("histogram", "float"),
                };
        }

        Point Refuse(string what, string with)
        {
            notes.Incompatible(what, Sign(op), with, node.Place);
            return Point.None;
        }
    }

    static Point OfHistograms(Binary node, NativeHistogram left, NativeHistogram right, Point kept, Notes notes)
    {
        switch (node.Operator)
        {
            case BinaryOperator.Add or BinaryOperator.Subtract:
                var happened = HistogramNotes.None;
                var sum = node.Operator == BinaryOperator.Add ? left.Add(right, out happened) : left.Subtract(right, out happened);
                if (sum is null)
                {
                    notes.MixedSchemas("", node.Place);
                    return Point.None;
                }

                var operation = node.Operator == BinaryOperator.Add ? "addition" : "subtraction";
                notes.Tell(happened, operation, node.Place);
                // A difference may fall: it is no counter.
                return new(0, (node.Operator == BinaryOperator.Subtract ? sum.WithHint(ResetHint.Gauge) : sum).Compact());
            case BinaryOperator.Equal or BinaryOperator.NotEqual:
                var holds = left.Compact().SameAs(right.Compact()) == (node.Operator == BinaryOperator.Equal);
                return node.ReturnsBool ? (holds ? 1 : 0) : holds ? kept : Point.None;
            default:
                notes.Incompatible("histogram", Sign(node.Operator), "histogram", node.Place);
                return Point.None;
        }
    }
}
