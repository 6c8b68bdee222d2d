using System.Collections.Immutable;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Ast;

/// <summary>Where something stands in the query: indices of characters, the end not included.</summary>
public readonly record struct Place(int Start, int End);

public enum ExpressionType { Scalar, Vector, Matrix, String }

/// <summary>A node of a PromQL query, well-typed once the parser has given it out.</summary>
public abstract record Expression
{
    private protected Expression() { }

    public required Place Place { get; init; }

    /// <summary>Found once, when the node is made, as asking down the tree each time costs its height: a copy with other parts must have parts of the same types.</summary>
    public abstract ExpressionType Type { get; }
}

public sealed record NumberLiteral(double Value) : Expression
{
    /// <summary>It was written with units of time; only of account when it is printed.</summary>
    public bool IsDuration { get; init; }

    public override ExpressionType Type => ExpressionType.Scalar;
}

public sealed record StringLiteral(string Value) : Expression
{
    public override ExpressionType Type => ExpressionType.String;
}

public sealed record Parenthesized(Expression Inner) : Expression
{
    public override ExpressionType Type { get; } = Inner.Type;
}

public sealed record Unary(bool IsMinus, Expression Inner) : Expression
{
    public override ExpressionType Type { get; } = Inner.Type;
}

public enum AtKind { None, Time, Start, End }

/// <summary>When a selector is read instead of at the time of evaluation: <c>offset</c> and <c>@</c>.</summary>
/// <param name="Offset">Milliseconds back; negative is forward.</param>
/// <param name="AtTime">Milliseconds since 1970, under <see cref="AtKind.Time"/>.</param>
public readonly record struct Shift(long Offset, AtKind At, long AtTime)
{
    /// <summary>What the offset was computed from; null: it was written as it is. With <c>step()</c> or <c>range()</c> in it the offset is 0 until the query is placed in time.</summary>
    public DurationExpression? OffsetExpression { get; init; }
}

/// <summary>Extended range and instant selectors, experimental upstream.</summary>
public enum Extension { None, Anchored, Smoothed }

/// <param name="Name">The metric's name as written outside or as the first item inside of the braces; empty when there is none. Its matcher is among <paramref name="Matchers"/> too.</param>
public sealed record VectorSelector(string Name, ImmutableArray<Matcher> Matchers, Shift Shift, Extension Extension = Extension.None) : Expression
{
    public override ExpressionType Type => ExpressionType.Vector;
}

/// <param name="Vector">Carries the shift and the extension.</param>
/// <param name="Range">Milliseconds, more than 0.</param>
public sealed record MatrixSelector(VectorSelector Vector, long Range) : Expression
{
    /// <summary>What the range was computed from, as with <see cref="Shift.OffsetExpression"/>.</summary>
    public DurationExpression? RangeExpression { get; init; }

    public override ExpressionType Type => ExpressionType.Matrix;
}

/// <param name="Range">Milliseconds.</param>
/// <param name="Step">Milliseconds; 0: the default.</param>
public sealed record Subquery(Expression Inner, long Range, long Step, Shift Shift) : Expression
{
    /// <summary>What the range was computed from, as with <see cref="Shift.OffsetExpression"/>.</summary>
    public DurationExpression? RangeExpression { get; init; }

    /// <summary>What the step was computed from, as with <see cref="Shift.OffsetExpression"/>.</summary>
    public DurationExpression? StepExpression { get; init; }

    public override ExpressionType Type => ExpressionType.Matrix;
}

public sealed record Call(Function Function, ImmutableArray<Expression> Arguments) : Expression
{
    public override ExpressionType Type => Function.Returns;
}

/// <summary>A function as the language knows it.</summary>
/// <param name="Arguments">Their types, in order.</param>
/// <param name="Optional">How many of the last may be left out; -1: the last may also be repeated without end.</param>
public sealed record Function(string Name, ImmutableArray<ExpressionType> Arguments, int Optional, ExpressionType Returns, bool IsExperimental);

public enum Aggregator { Sum, Avg, Count, Min, Max, Group, Stddev, Stdvar, Topk, Bottomk, CountValues, Quantile, Limitk, LimitRatio }

public sealed record Aggregation(Aggregator Operator, Expression Inner, Expression? Parameter, ImmutableArray<string> Grouping, bool IsWithout) : Expression
{
    public override ExpressionType Type => ExpressionType.Vector;
}

public enum BinaryOperator { Add, Subtract, Multiply, Divide, Modulo, Power, Atan2, Equal, NotEqual, Greater, Less, GreaterOrEqual, LessOrEqual, And, Or, Unless, TrimUpper, TrimLower }

public enum Cardinality { OneToOne, ManyToOne, OneToMany, ManyToMany }

/// <summary>Which samples of two vectors meet.</summary>
/// <param name="Labels">Those of <c>on(…)</c> or <c>ignoring(…)</c>.</param>
/// <param name="Include">Labels that <c>group_left</c> or <c>group_right</c> takes over from the side with one.</param>
/// <param name="FillLeft">What stands for a missing sample of the left side, experimental upstream; null: none.</param>
public sealed record VectorMatching(Cardinality Cardinality, bool IsOn, ImmutableArray<string> Labels, ImmutableArray<string> Include, double? FillLeft = null, double? FillRight = null);

/// <param name="Matching">Null when a side is a scalar.</param>
public sealed record Binary(BinaryOperator Operator, Expression Left, Expression Right, bool ReturnsBool, VectorMatching? Matching) : Expression
{
    public override ExpressionType Type { get; } = Left.Type == ExpressionType.Scalar && Right.Type == ExpressionType.Scalar ? ExpressionType.Scalar : ExpressionType.Vector;
}
