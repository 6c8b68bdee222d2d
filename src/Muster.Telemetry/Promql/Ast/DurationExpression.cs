namespace Muster.Telemetry.Promql.Ast;

/// <summary>
/// A length of time that is computed, such as <c>[5m + step()]</c>; experimental upstream
/// (<see href="https://prometheus.io/docs/prometheus/latest/feature_flags/#promql-duration-expressions"/>). Bare numbers are seconds.
/// </summary>
public abstract record DurationExpression
{
    private protected DurationExpression() { }

    public required Place Place { get; init; }
}

/// <param name="IsDuration">It was written with units; only of account when it is printed.</param>
public sealed record DurationLiteral(double Seconds, bool IsDuration) : DurationExpression;

/// <summary><c>step()</c>, or else <c>range()</c>, of the query as a whole.</summary>
public sealed record DurationOfQuery(bool IsStep) : DurationExpression;

public sealed record DurationSign(bool IsMinus, DurationExpression Inner) : DurationExpression;

/// <param name="Operator">One of the six of arithmetic.</param>
public sealed record DurationBinary(BinaryOperator Operator, DurationExpression Left, DurationExpression Right) : DurationExpression;

/// <summary><c>max_of(…)</c>, or else <c>min_of(…)</c>.</summary>
public sealed record DurationChoice(bool IsMost, DurationExpression Left, DurationExpression Right) : DurationExpression;

public sealed record DurationParenthesized(DurationExpression Inner) : DurationExpression;
