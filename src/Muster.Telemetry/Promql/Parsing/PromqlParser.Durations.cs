using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Lengths of time: written, or computed (<see cref="DurationExpression"/>).</summary>
public sealed partial class PromqlParser
{
    const string NotEnabled = "experimental duration expression is not enabled";

    /// <summary>Of a range or a step: more than 0. What it was computed from comes along; where that can only be told of a query placed in time, the length is 0.</summary>
    (long Milliseconds, DurationExpression? Computed) Length()
    {
        var parsed = Sum(0);
        if (parsed is DurationLiteral literal) return (DurationArithmetic.Length(literal.Seconds, literal.Place), null);
        if (!_features.HasFlag(PromqlFeatures.DurationExpressions)) throw Lexer.Bad(NotEnabled, parsed.Place.Start, parsed.Place.End);
        return DurationArithmetic.Constant(parsed) is { } seconds ? (DurationArithmetic.Length(seconds, parsed.Place), parsed) : (0, parsed);
    }

    /// <summary>Unlike a range it ends at the first operator: <c>a offset 5 + 2</c> adds two to the value.</summary>
    (long Milliseconds, DurationExpression? Computed) Offset()
    {
        var height = _height;
        var sign = Now;
        var signed = Now.Kind is TokenKind.Minus or TokenKind.Plus;
        if (signed) Take();
        var parsed = Part();
        if (signed) parsed = Signed(sign, parsed);
        _height = height;
        if (parsed is DurationLiteral literal) return (DurationArithmetic.Offset(literal.Seconds, literal.Place), null);
        if (!_features.HasFlag(PromqlFeatures.DurationExpressions)) throw Lexer.Bad(NotEnabled, parsed.Place.Start, parsed.Place.End);
        return DurationArithmetic.Constant(parsed) is { } seconds ? (DurationArithmetic.Offset(seconds, parsed.Place), parsed) : (0, parsed);
    }

    DurationExpression Sum(int least)
    {
        Deeper();
        DurationExpression left;
        if (Now.Kind is TokenKind.Minus or TokenKind.Plus) left = Signed(Take(), Sum(PowerLevel));
        else left = Part();
        var height = _height;
        while (OperatorOf(Now) is var (op, level) && level >= least && op is BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo or BinaryOperator.Power)
        {
            Take();
            var right = Sum(op == BinaryOperator.Power ? level : level + 1);
            height = Over(Math.Max(height, _height));
            left = new DurationBinary(op, left, right) { Place = new(left.Place.Start, right.Place.End) };
        }

        _height = height;
        _depth--;
        return left;
    }

    DurationExpression Signed(Token sign, DurationExpression inner)
    {
        var place = new Place(sign.Start, inner.Place.End);
        var minus = sign.Kind == TokenKind.Minus;
        if (inner is DurationLiteral literal) return new DurationLiteral(minus ? -literal.Seconds : literal.Seconds, literal.IsDuration) { Place = place };
        _height = Over(_height);
        return new DurationSign(minus, inner) { Place = place };
    }

    DurationExpression Part()
    {
        var token = Now;
        _height = 1;
        if (token.Kind is TokenKind.Number or TokenKind.Duration)
        {
            Take();
            return new DurationLiteral(token.Number, token.Kind == TokenKind.Duration) { Place = new(token.Start, token.End) };
        }

        if (Takes(TokenKind.OpenParen))
        {
            var inner = Sum(0);
            Need(TokenKind.CloseParen, "\")\"");
            _height = Over(_height);
            return new DurationParenthesized(inner) { Place = new(token.Start, Ended) };
        }

        if (After.Kind != TokenKind.OpenParen) throw Unexpected("number or duration");
        if (token.Is("step") || token.Is("range"))
        {
            Take();
            Take();
            Need(TokenKind.CloseParen, "\")\"");
            return new DurationOfQuery(token.Is("step")) { Place = new(token.Start, Ended) };
        }

        return token.Is("min_of") || token.Is("max_of") ? Choice() : throw Unexpected("number, duration, step(), range(), min_of() or max_of()");
    }

    DurationChoice Choice()
    {
        var word = Take();
        Take();
        var left = Sum(0);
        var height = _height;
        Need(TokenKind.Comma, "\",\"");
        var right = Sum(0);
        Need(TokenKind.CloseParen, "\")\"");
        _height = Over(Math.Max(height, _height));
        return new(word.Is("max_of"), left, right) { Place = new(word.Start, Ended) };
    }
}
