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
                term = Shifted(term, "offset", shift => shift with { Offset = SignedDuration() });
            }
            else if (Now.Kind == TokenKind.At)
            {
                if (hasAt) throw Bad("@ <timestamp> may not be set multiple times");
                Take();
                hasAt = true;
                term = Shifted(term, "@", Pinned);
            }
            else if (_features.HasFlag(PromqlFeatures.ExtendedSelectors) && (Now.Is("anchored") || Now.Is("smoothed"))) term = Extended(term);
            else return term;
        }
    }

    Expression Ranged(Expression term)
    {
        Take();
        var range = PositiveDuration();
        if (Takes(TokenKind.Colon))
        {
            var step = Now.Kind == TokenKind.CloseBracket ? 0 : PositiveDuration();
            Need(TokenKind.CloseBracket, "\"]\"");
            if (term.Type != ExpressionType.Vector) throw Lexer.Bad($"subquery is only allowed on instant vector, got {TypeName(term.Type)} instead", term.Place.Start, Ended);
            return new Subquery(term, range, step, default) { Place = new(term.Place.Start, Ended) };
        }

        Need(TokenKind.CloseBracket, "\":\" or \"]\"");
        if (term is not VectorSelector selector) throw Lexer.Bad("ranges only allowed for vector selectors", term.Place.Start, Ended);
        if (selector.Shift.Offset != 0) throw Lexer.Bad("no offset modifiers allowed before range", term.Place.Start, Ended);
        if (selector.Shift.At != AtKind.None) throw Lexer.Bad("no @ modifiers allowed before range", term.Place.Start, Ended);
        return new MatrixSelector(selector, range) { Place = new(term.Place.Start, Ended) };
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
        var extension = Take().Is("anchored") ? Extension.Anchored : Extension.Smoothed;
        return term switch
        {
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

    long SignedDuration()
    {
        var negative = Takes(TokenKind.Minus);
        if (!negative) Takes(TokenKind.Plus);
        var milliseconds = Duration();
        return negative ? -milliseconds : milliseconds;
    }

    long PositiveDuration()
    {
        var token = Now;
        var milliseconds = Duration();
        return milliseconds > 0 ? milliseconds : throw Lexer.Bad("duration must be greater than 0", token.Start, token.End);
    }

    long Duration()
    {
        if (Now.Kind is not (TokenKind.Number or TokenKind.Duration)) throw Unexpected("number or duration");
        var seconds = Now.Number;
        if (seconds >= long.MaxValue / 1_000_000.0 || double.IsNaN(seconds)) throw Bad("duration out of range");
        Take();
        return (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
    }
}
