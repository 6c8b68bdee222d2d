using System.Globalization;
using System.Text;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Evaluation;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Writes a query on one line.</summary>
/// <param name="enough">Past so many characters nothing more is written: whoever asks only whether it fits need not see the rest.</param>
sealed class QueryLine(int enough)
{
    readonly StringBuilder _text = new();

    public bool IsTooLong => _text.Length > enough;

    public override string ToString() => _text.ToString();

    public void Write(Expression node)
    {
        if (IsTooLong) return;
        switch (node)
        {
            case NumberLiteral number:
                Number(number.Value, number.IsDuration);
                break;
            case StringLiteral text:
                _text.Append(Quoted.Text(text.Value, enough));
                break;
            case Parenthesized parens:
                _text.Append('(');
                Write(parens.Inner);
                _text.Append(')');
                break;
            case Unary unary:
                _text.Append(Sign(unary));
                Write(unary.Inner);
                break;
            case Binary binary:
                if (IsInfinityToAPower(binary)) _text.Append("Inf");
                else Write(binary.Left);
                _text.Append(' ').Append(Operator(binary)).Append(' ');
                Write(binary.Right);
                break;
            case Aggregation aggregation:
                _text.Append(Head(aggregation)).Append('(');
                if (aggregation.Parameter is not null)
                {
                    Write(aggregation.Parameter);
                    _text.Append(", ");
                }

                Write(aggregation.Inner);
                _text.Append(')');
                break;
            case Call call:
                _text.Append(call.Function.Name).Append('(');
                for (var at = 0; at < call.Arguments.Length; at++)
                {
                    if (at > 0) _text.Append(", ");
                    Write(call.Arguments[at]);
                }

                _text.Append(')');
                break;
            case VectorSelector vector:
                Selection(vector);
                At(vector.Shift);
                Extended(vector);
                Offset(vector.Shift);
                break;
            case MatrixSelector matrix:
                Selection(matrix.Vector);
                _text.Append('[');
                Length(matrix.Range, matrix.RangeExpression);
                _text.Append(']');
                Extended(matrix.Vector);
                At(matrix.Vector.Shift);
                Offset(matrix.Vector.Shift);
                break;
            case Subquery subquery:
                Write(subquery.Inner);
                Suffix(subquery);
                break;
            default:
                throw new InvalidOperationException("a node of no known kind");
        }
    }

    /// <summary>What follows the query inside: <c>[1h:5m] @ 0.000 offset 1m</c>.</summary>
    public void Suffix(Subquery node)
    {
        _text.Append('[');
        Length(node.Range, node.RangeExpression);
        _text.Append(':');
        if (node.Step > 0 || node.StepExpression is not null) Length(node.Step, node.StepExpression);
        _text.Append(']');
        At(node.Shift);
        Offset(node.Shift);
    }

    /// <summary>Infinity is written without its sign there, which would be read as one before the power as a whole.</summary>
    public static bool IsInfinityToAPower(Binary node) => node is { Operator: BinaryOperator.Power, Left: NumberLiteral { Value: double.PositiveInfinity } };

    public static char Sign(Unary node) => node.IsMinus ? '-' : '+';

    /// <summary>With how vectors are matched: <c>== bool on (a) group_left (b)</c>.</summary>
    public static string Operator(Binary node)
    {
        var text = new StringBuilder(Operators.Sign(node.Operator));
        if (node.ReturnsBool) text.Append(" bool");
        if (node.Matching is not { } matching) return text.ToString();
        var isGrouped = matching.Cardinality is Cardinality.ManyToOne or Cardinality.OneToMany;
        if (matching.IsOn || matching.Labels.Length > 0 || isGrouped) text.Append(matching.IsOn ? " on (" : " ignoring (").Append(Names(matching.Labels)).Append(')');
        if (isGrouped) text.Append(matching.Cardinality == Cardinality.ManyToOne ? " group_left (" : " group_right (").Append(Names(matching.Include)).Append(')');
        if (matching.FillLeft is { } both && both.Equals(matching.FillRight)) return text.Append(" fill (").Append(Numbers(both)).Append(')').ToString();
        if (matching.FillLeft is { } left) text.Append(" fill_left (").Append(Numbers(left)).Append(')');
        if (matching.FillRight is { } right) text.Append(" fill_right (").Append(Numbers(right)).Append(')');
        return text.ToString();
    }

    /// <summary><c>sum by (a, b) </c>, without what is summed.</summary>
    public static string Head(Aggregation node)
    {
        var name = Name(node.Operator);
        if (node.IsWithout) return $"{name} without ({Names(node.Grouping)}) ";
        return node.Grouping.Length > 0 ? $"{name} by ({Names(node.Grouping)}) " : name;
    }

    public static string Name(Aggregator op) => op switch
    {
        Aggregator.CountValues => "count_values",
        Aggregator.LimitRatio => "limit_ratio",
        _ => op.ToString().ToLowerInvariant(),
    };

    /// <summary>All digits, no exponent; infinities are <c>+Inf</c> and <c>-Inf</c>.</summary>
    public static string Numbers(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = shortest.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0) return shortest;
        var (sign, digits) = shortest[0] == '-' ? ("-", shortest[1..exponent]) : ("", shortest[..exponent]);
        var shift = int.Parse(shortest.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = (point < 0 ? digits.Length : point) + shift;
        digits = digits.Replace(".", "", StringComparison.Ordinal);
        if (whole <= 0) return $"{sign}0.{new string('0', -whole)}{digits}";
        return whole >= digits.Length ? $"{sign}{digits.PadRight(whole, '0')}" : $"{sign}{digits[..whole]}.{digits[whole..]}";
    }

    static string Names(IEnumerable<string> labels) => string.Join(", ", labels.Select(Quoted.Label));

    void Number(double value, bool isDuration)
    {
        var milliseconds = value * 1000;
        // Only what is whole in milliseconds reads back as the same.
        if (isDuration && Math.Abs(milliseconds) < long.MaxValue / 1e6 && (long)Math.Round(milliseconds) is var whole && whole / 1000.0 == value) _text.Append(Durations.Text(whole));
        else _text.Append(Numbers(value));
    }

    void Selection(VectorSelector node)
    {
        var outside = Quoted.IsMetricWord(node.Name) ? node.Name : "";
        _text.Append(outside);
        var conditions = new List<string>();
        foreach (var matcher in node.Matchers)
        {
            var isName = matcher is { Name: Labels.MetricName, Kind: MatchKind.Equal } && outside.Length > 0 && matcher.Value == outside;
            if (!isName) conditions.Add($"{Quoted.Label(matcher.Name)}{Sign(matcher.Kind)}{Quoted.Text(matcher.Value, enough)}");
        }

        if (conditions.Count == 0)
        {
            if (outside.Length == 0) _text.Append("{}");
            return;
        }

        conditions.Sort(StringComparer.Ordinal);
        _text.Append('{').AppendJoin(',', conditions).Append('}');
    }

    public static string Sign(MatchKind kind) => kind switch
    {
        MatchKind.Equal => "=",
        MatchKind.NotEqual => "!=",
        MatchKind.Regex => "=~",
        _ => "!~",
    };

    void At(Shift shift) => _text.Append(shift.At switch
    {
        AtKind.Time => string.Create(CultureInfo.InvariantCulture, $" @ {(shift.AtTime < 0 ? "-" : "")}{Math.Abs((decimal)shift.AtTime) / 1000m:F3}"),
        AtKind.Start => " @ start()",
        AtKind.End => " @ end()",
        _ => "",
    });

    void Extended(VectorSelector node) => _text.Append(node.Extension switch
    {
        Extension.Anchored => " anchored",
        Extension.Smoothed => " smoothed",
        _ => "",
    });

    void Offset(Shift shift)
    {
        if (shift.OffsetExpression is null && shift.Offset == 0) return;
        _text.Append(" offset ");
        Length(shift.Offset, shift.OffsetExpression);
    }

    void Length(long milliseconds, DurationExpression? computed)
    {
        if (computed is null) _text.Append(Durations.Text(milliseconds));
        else Write(computed);
    }

    void Write(DurationExpression node)
    {
        if (IsTooLong) return;
        switch (node)
        {
            case DurationLiteral literal:
                Number(literal.Seconds, literal.IsDuration);
                break;
            case DurationOfQuery query:
                _text.Append(query.IsStep ? "step()" : "range()");
                break;
            case DurationSign sign:
                _text.Append(sign.IsMinus ? '-' : '+');
                Write(sign.Inner);
                break;
            case DurationParenthesized parens:
                _text.Append('(');
                Write(parens.Inner);
                _text.Append(')');
                break;
            case DurationBinary binary:
                Write(binary.Left);
                _text.Append(' ').Append(Operators.Sign(binary.Operator)).Append(' ');
                Write(binary.Right);
                break;
            case DurationChoice choice:
                _text.Append(choice.IsMost ? "max_of(" : "min_of(");
                Write(choice.Left);
                _text.Append(", ");
                Write(choice.Right);
                _text.Append(')');
                break;
            default:
                throw new InvalidOperationException("a duration of no known kind");
        }
    }
}
