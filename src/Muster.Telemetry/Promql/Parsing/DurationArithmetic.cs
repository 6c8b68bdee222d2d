using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>What lengths of time come to: seconds as they are written, milliseconds as they are used.</summary>
static class DurationArithmetic
{
    // What fits into nanoseconds of 64 bits, as upstream holds them: 292 years.
    const double MostSeconds = long.MaxValue / 1e9;

    /// <summary>Seconds, where they do not depend on the query's place in time; else null.</summary>
    /// <exception cref="QueryProblem">Something is divided by zero.</exception>
    public static double? Constant(DurationExpression node) => DependsOnQuery(node) ? null : Seconds(node, 0, 0);

    /// <param name="step">Seconds; 0 of an instant query, as is the range.</param>
    /// <param name="range">Seconds from the query's start to its end.</param>
    /// <exception cref="QueryProblem">Something is divided by zero.</exception>
    public static double Seconds(DurationExpression node, double step, double range) => node switch
    {
        DurationLiteral literal => literal.Seconds,
        DurationOfQuery query => query.IsStep ? step : range,
        DurationParenthesized parens => Seconds(parens.Inner, step, range),
        DurationSign sign => sign.IsMinus ? -Seconds(sign.Inner, step, range) : Seconds(sign.Inner, step, range),
        DurationChoice { IsMost: true } most => Math.Max(Seconds(most.Left, step, range), Seconds(most.Right, step, range)),
        DurationChoice least => Math.Min(Seconds(least.Left, step, range), Seconds(least.Right, step, range)),
        DurationBinary binary => Computed(binary, Seconds(binary.Left, step, range), Seconds(binary.Right, step, range)),
        _ => throw new InvalidOperationException("a duration of no known kind"),
    };

    /// <summary>A range or a step in milliseconds.</summary>
    /// <exception cref="QueryProblem">It is not more than 0, or too long.</exception>
    public static long Length(double seconds, Place place) => Offset(seconds, place) is > 0 and var milliseconds ? milliseconds : throw Lexer.Bad("duration must be greater than 0", place.Start, place.End);

    /// <summary>An offset in milliseconds.</summary>
    /// <exception cref="QueryProblem">It is too long, or no number.</exception>
    public static long Offset(double seconds, Place place) =>
        Math.Abs(seconds) < MostSeconds ? (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero) : throw Lexer.Bad("duration out of range", place.Start, place.End);

    static double Computed(DurationBinary node, double left, double right) => node.Operator switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => right != 0 ? left / right : throw Lexer.Bad("division by zero", node.Place.Start, node.Place.End),
        BinaryOperator.Modulo => right != 0 ? left % right : throw Lexer.Bad("modulo by zero", node.Place.Start, node.Place.End),
        BinaryOperator.Power => Math.Pow(left, right),
        _ => throw new InvalidOperationException("an operator that no duration has"),
    };

    static bool DependsOnQuery(DurationExpression node) => node switch
    {
        DurationOfQuery => true,
        DurationParenthesized parens => DependsOnQuery(parens.Inner),
        DurationSign sign => DependsOnQuery(sign.Inner),
        DurationChoice choice => DependsOnQuery(choice.Left) || DependsOnQuery(choice.Right),
        DurationBinary binary => DependsOnQuery(binary.Left) || DependsOnQuery(binary.Right),
        _ => false,
    };
}
