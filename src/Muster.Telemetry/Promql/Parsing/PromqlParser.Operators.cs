using System.Collections.Immutable;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Evaluation;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Binary and unary operators, and how two vectors are matched.</summary>
public sealed partial class PromqlParser
{
    const int PowerLevel = 6;

    static (BinaryOperator Operator, int Level)? OperatorOf(Token token) => token.Kind switch
    {
        TokenKind.Plus => (BinaryOperator.Add, 4),
        TokenKind.Minus => (BinaryOperator.Subtract, 4),
        TokenKind.Star => (BinaryOperator.Multiply, 5),
        TokenKind.Slash => (BinaryOperator.Divide, 5),
        TokenKind.Percent => (BinaryOperator.Modulo, 5),
        TokenKind.Caret => (BinaryOperator.Power, PowerLevel),
        TokenKind.Equal => (BinaryOperator.Equal, 3),
        TokenKind.NotEqual => (BinaryOperator.NotEqual, 3),
        TokenKind.Greater => (BinaryOperator.Greater, 3),
        TokenKind.Less => (BinaryOperator.Less, 3),
        TokenKind.GreaterOrEqual => (BinaryOperator.GreaterOrEqual, 3),
        TokenKind.LessOrEqual => (BinaryOperator.LessOrEqual, 3),
        TokenKind.TrimUpper => (BinaryOperator.TrimUpper, 3),
        TokenKind.TrimLower => (BinaryOperator.TrimLower, 3),
        TokenKind.Identifier when token.Is("atan2") => (BinaryOperator.Atan2, 5),
        TokenKind.Identifier when token.Is("and") => (BinaryOperator.And, 2),
        TokenKind.Identifier when token.Is("unless") => (BinaryOperator.Unless, 2),
        TokenKind.Identifier when token.Is("or") => (BinaryOperator.Or, 1),
        _ => null,
    };

    Expression Binary(int least)
    {
        Deeper();
        var left = Prefixed();
        var height = _height;
        while (OperatorOf(Now) is var (op, level) && level >= least)
        {
            var sign = Take();
            var returnsBool = Takes("bool");
            if (returnsBool && !Operators.IsComparison(op)) throw Lexer.Bad("bool modifier can only be used on comparison operators", sign.Start, sign.End);
            var matching = Matching(op);
            // Only the power is read from the right.
            var right = Binary(op == BinaryOperator.Power ? level : level + 1);
            height = Over(Math.Max(height, _height));
            left = Checked(op, left, right, returnsBool, matching, sign);
        }

        _height = height;
        _depth--;
        return left;
    }

    Expression Prefixed()
    {
        if (Now.Kind is not (TokenKind.Plus or TokenKind.Minus)) return Postfixed();
        var sign = Take();
        // -2^3 is -(2^3): the sign binds weaker than the power, stronger than the product.
        var inner = Binary(PowerLevel);
        if (inner.Type is not (ExpressionType.Scalar or ExpressionType.Vector)) throw Lexer.Bad($"unary expression only allowed on expressions of type scalar or instant vector, got \"{TypeName(inner.Type)}\"", sign.Start, inner.Place.End);
        var place = new Place(sign.Start, inner.Place.End);
        var minus = sign.Kind == TokenKind.Minus;
        if (inner is not NumberLiteral) _height = Over(_height);
        return inner is NumberLiteral number ? number with { Value = minus ? -number.Value : number.Value, Place = place } : new Unary(minus, inner) { Place = place };
    }

    static Binary Checked(BinaryOperator op, Expression left, Expression right, bool returnsBool, VectorMatching? matching, Token sign)
    {
        foreach (var side in (Expression[])[left, right])
        {
            if (side.Type is not (ExpressionType.Scalar or ExpressionType.Vector)) throw Lexer.Bad("binary expression must contain only scalar and instant vector types", side.Place.Start, side.Place.End);
        }

        var vectors = left.Type == ExpressionType.Vector && right.Type == ExpressionType.Vector;
        if (!vectors && Operators.IsSet(op)) throw Lexer.Bad($"set operator \"{Operators.Sign(op)}\" not allowed in binary scalar expression", sign.Start, sign.End);
        if (!vectors && matching is { Labels.Length: > 0 }) throw Lexer.Bad("vector matching only allowed between instant vectors", left.Place.Start, right.Place.End);
        if (!vectors && matching is { FillLeft: not null } or { FillRight: not null }) throw Lexer.Bad("filling in missing series only allowed between instant vectors", left.Place.Start, right.Place.End);
        if (left.Type == ExpressionType.Scalar && right.Type == ExpressionType.Scalar && Operators.IsComparison(op) && !returnsBool) throw Lexer.Bad("comparisons between scalars must use BOOL modifier", sign.Start, sign.End);
        if (!vectors) matching = null;
        else matching ??= new(Operators.IsSet(op) ? Cardinality.ManyToMany : Cardinality.OneToOne, false, [], []);
        return new(op, left, right, returnsBool, matching) { Place = new(left.Place.Start, right.Place.End) };
    }

    VectorMatching? Matching(BinaryOperator op)
    {
        var on = Takes("on");
        if (!on && !Takes("ignoring")) return Fills(null, op);
        var labels = Names();
        var cardinality = Operators.IsSet(op) ? Cardinality.ManyToMany : Cardinality.OneToOne;
        ImmutableArray<string> include = [];
        var group = Now;
        if (Now.Is("group_left") || Now.Is("group_right"))
        {
            if (Operators.IsSet(op)) throw Bad($"no grouping allowed for \"{Operators.Sign(op)}\" operation");
            cardinality = Take().Is("group_left") ? Cardinality.ManyToOne : Cardinality.OneToMany;
            if (Now.Kind == TokenKind.OpenParen) include = Names();
            if (on && include.FirstOrDefault(labels.Contains) is { } twice) throw Lexer.Bad($"label \"{twice}\" must not occur in ON and GROUP clause at once", group.Start, group.End);
        }

        return Fills(new(cardinality, on, labels, include), op);
    }

    /// <summary><c>fill(0)</c>, <c>fill_left(0)</c>, <c>fill_right(0)</c>.</summary>
    VectorMatching? Fills(VectorMatching? matching, BinaryOperator op)
    {
        while ((Now.Is("fill") || Now.Is("fill_left") || Now.Is("fill_right")) && After.Kind == TokenKind.OpenParen)
        {
            if (!_features.HasFlag(PromqlFeatures.FillModifiers)) throw Bad("binop fill modifiers are experimental and not enabled");
            if (Operators.IsSet(op)) throw Bad("filling in missing series not allowed for set operators");
            var word = Take();
            Need(TokenKind.OpenParen, "\"(\"");
            var value = Binary(0) is NumberLiteral number ? number.Value : throw Bad("a number is needed in fill");
            Need(TokenKind.CloseParen, "\")\"");
            matching ??= new(Cardinality.OneToOne, false, [], []);
            if (!word.Is("fill_right")) matching = matching.FillLeft is null ? matching with { FillLeft = value } : throw Lexer.Bad("fill modifiers may not be set multiple times", word.Start, word.End);
            if (!word.Is("fill_left")) matching = matching.FillRight is null ? matching with { FillRight = value } : throw Lexer.Bad("fill modifiers may not be set multiple times", word.Start, word.End);
        }

        return matching;
    }

    /// <summary><c>(a, b)</c>: names of labels, words of the language among them.</summary>
    ImmutableArray<string> Names()
    {
        Need(TokenKind.OpenParen, "\"(\" in grouping opts");
        var names = ImmutableArray.CreateBuilder<string>();
        while (Now.Kind != TokenKind.CloseParen)
        {
            if (Now.Kind is not (TokenKind.Identifier or TokenKind.Text) || Now.Word.Length == 0 || (Now.Kind == TokenKind.Identifier && (Now.Word.Contains(':', StringComparison.Ordinal) || Quoted.IsNumber(Now.Word)))) throw Unexpected("label in grouping opts");
            names.Add(Take().Word);
            if (!Takes(TokenKind.Comma)) break;
        }

        Need(TokenKind.CloseParen, "\",\" or \")\" in grouping opts");
        return names.ToImmutable();
    }

    static string TypeName(ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar",
        ExpressionType.Vector => "instant vector",
        ExpressionType.Matrix => "range vector",
        _ => "string",
    };
}
