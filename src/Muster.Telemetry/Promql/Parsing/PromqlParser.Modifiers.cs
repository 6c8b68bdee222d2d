using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Ranges, subqueries, <c>offset</c> and <c>@</c>, in whatever order they may follow a term.</summary>
public sealed partial class PromqlParser
{
    Expression Postfixed()
    {
        var term = Term();
        var (hasOffset, hasAt) = (false, false);
        while (true)
        {
            if (Now.Kind == TokenKind.OpenBracket)
            {
                term = Ranged(term);
                if (term is not VectorSelector) (hasOffset, hasAt) = (false, false);
            }
            else if (Now.Is("offset"))
            {
                if (hasOffset) throw Bad("offset may not be set multiple times");
                Take();
                hasOffset = true;
                var (offset, computed) = Offset();
                term = Shifted(term, "offset", shift => shift with { Offset = offset, OffsetExpression = computed });
            }
            else if (Now.Kind == TokenKind.At)
            {
                if (hasAt) throw Bad("@ <timestamp> may not be set multiple times");
                Take();
                hasAt = true;
                term = Shifted(term, "@", Pinned);
            }
            else if (Now.Is("anchored") || Now.Is("smoothed")) term = Extended(term);
            else return term;
        }
    }

    Expression Ranged(Expression term)
    {
        Take();
        var height = _height;
        var (range, computed) = Length();
        _height = height;
        if (Takes(TokenKind.Colon))
        {
            var (step, computedStep) = Now.Kind == TokenKind.CloseBracket ? (0, null) : Length();
            Need(TokenKind.CloseBracket, "\"]\"");
            if (term.Type != ExpressionType.Vector) throw Lexer.Bad($"subquery is only allowed on instant vector, got {TypeName(term.Type)} instead", term.Place.Start, Ended);
            _height = Over(height);
            return new Subquery(term, range, step, default) { RangeExpression = computed, StepExpression = computedStep, Place = new(term.Place.Start, Ended) };
        }

        Need(TokenKind.CloseBracket, "\":\" or \"]\"");
        if (term is not VectorSelector selector) throw Lexer.Bad("ranges only allowed for vector selectors", term.Place.Start, Ended);
        if (selector.Shift.Offset != 0 || selector.Shift.OffsetExpression is not null) throw Lexer.Bad("no offset modifiers allowed before range", term.Place.Start, Ended);
        if (selector.Shift.At != AtKind.None) throw Lexer.Bad("no @ modifiers allowed before range", term.Place.Start, Ended);
        if (selector.Extension != Extension.None) throw Lexer.Bad("no smoothed modifier allowed before range", term.Place.Start, Ended);
        return new MatrixSelector(selector, range) { RangeExpression = computed, Place = new(term.Place.Start, Ended) };
    }

    Expression Shifted(Expression term, string what, Func<Shift, Shift> change) => term switch
    {
        VectorSelector vector => Placed(vector, vector with { Shift = change(vector.Shift) }),
        MatrixSelector matrix => Placed(matrix, matrix with { Vector = matrix.Vector with { Shift = change(matrix.Vector.Shift) } }),
        Subquery subquery => Placed(subquery, subquery with { Shift = change(subquery.Shift) }),
        _ => throw Lexer.Bad($"{what} modifier must be preceded by an instant vector selector or range vector selector or a subquery", term.Place.Start, term.Place.End),
    };

    Expression Extended(Expression term)
    {
        if (!_features.HasFlag(PromqlFeatures.ExtendedSelectors)) throw Bad($"{Now.Word} modifier is experimental and not enabled");
        var extension = Take().Is("anchored") ? Extension.Anchored : Extension.Smoothed;
        return term switch
        {
            VectorSelector { Extension: not Extension.None } or MatrixSelector { Vector.Extension: not Extension.None } => throw Lexer.Bad("anchored and smoothed modifiers may be set once only", term.Place.Start, Ended),
            VectorSelector vector when extension == Extension.Smoothed => Placed(vector, vector with { Extension = extension }),
            MatrixSelector matrix => Placed(matrix, matrix with { Vector = matrix.Vector with { Extension = extension } }),
            _ => throw Lexer.Bad("anchored and smoothed follow a selector only", term.Place.Start, Ended),
        };
    }

    /// <summary>What has been read of the term since belongs to it.</summary>
    Expression Placed(Expression before, Expression changed) => changed with { Place = before.Place with { End = Ended } };

    Shift Pinned(Shift shift)
    {
        foreach (var (word, kind) in new[] { ("start", AtKind.Start), ("end", AtKind.End) })
        {
            if (!Now.Is(word)) continue;
            Take();
            Need(TokenKind.OpenParen, "\"(\"");
            Need(TokenKind.CloseParen, "\")\"");
            return shift with { At = kind };
        }

        var sign = Takes(TokenKind.Minus) ? -1 : 1;
        if (sign == 1) Takes(TokenKind.Plus);
        if (Now.Is("inf") || Now.Is("nan")) throw Bad($"timestamp out of bounds for @ modifier: {Now.Word}");
        if (Now.Kind is not (TokenKind.Number or TokenKind.Duration)) throw Unexpected("timestamp");
        var seconds = sign * Now.Number;
        if (Math.Abs(seconds) >= long.MaxValue / 1000.0) throw Bad("timestamp out of bounds for @ modifier");
        Take();
        return shift with { At = AtKind.Time, AtTime = (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero) };
    }
}
