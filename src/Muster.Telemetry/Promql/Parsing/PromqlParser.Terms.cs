using System.Collections.Immutable;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>What stands between operators: literals, selectors, calls, aggregations, and what may follow them.</summary>
public sealed partial class PromqlParser
{
    static readonly Dictionary<string, Aggregator> Aggregators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sum"] = Aggregator.Sum, ["avg"] = Aggregator.Avg, ["count"] = Aggregator.Count, ["min"] = Aggregator.Min, ["max"] = Aggregator.Max, ["group"] = Aggregator.Group, ["stddev"] = Aggregator.Stddev,
        ["stdvar"] = Aggregator.Stdvar, ["topk"] = Aggregator.Topk, ["bottomk"] = Aggregator.Bottomk, ["count_values"] = Aggregator.CountValues, ["quantile"] = Aggregator.Quantile,
        ["limitk"] = Aggregator.Limitk, ["limit_ratio"] = Aggregator.LimitRatio,
    };

    Expression Term()
    {
        var token = Now;
        var takesAnyLabels = _takesAnyLabels;
        (_takesAnyLabels, _height) = (false, 1);
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                Take();
                return new NumberLiteral(token.Number) { IsDuration = token.Kind == TokenKind.Duration, Place = new(token.Start, token.End) };
            case TokenKind.Text:
                Take();
                return new StringLiteral(token.Word) { Place = new(token.Start, token.End) };
            case TokenKind.OpenParen:
                Take();
                var inner = Binary(0);
                Need(TokenKind.CloseParen, "\")\"");
                _height = Over(_height);
                return new Parenthesized(inner) { Place = new(token.Start, Ended) };
            case TokenKind.OpenBrace:
                return Selector(takesAnyLabels);
            case TokenKind.Identifier:
                if (Aggregators.TryGetValue(token.Word, out var aggregator) && (After.Kind == TokenKind.OpenParen || After.Is("by") || After.Is("without"))) return Aggregation(aggregator);
                if (After.Kind == TokenKind.OpenParen) return Call();
                if (Quoted.IsNumber(token.Word))
                {
                    Take();
                    return new NumberLiteral(token.Is("inf") ? double.PositiveInfinity : double.NaN) { Place = new(token.Start, token.End) };
                }

                return Quoted.IsTaken(token.Word) ? throw Unexpected() : Selector();
            default:
                throw Unexpected();
        }
    }

    VectorSelector Selector(bool takesAnyLabels = false)
    {
        var start = Now.Start;
        var (name, matchers) = Selection();
        if (!takesAnyLabels && matchers.TrueForAll(matcher => matcher.Matches(""))) throw Lexer.Bad("vector selector must contain at least one non-empty matcher", start, Ended);
        return new(name, [.. matchers], default) { Place = new(start, Ended) };
    }

    (string Name, List<Matcher> Matchers) Selection()
    {
        var name = "";
        var matchers = new List<Matcher>();
        if (Now.Kind == TokenKind.Identifier)
        {
            name = Take().Word;
            matchers.Add(new(Labels.MetricName, MatchKind.Equal, name));
        }

        if (Now.Kind != TokenKind.OpenBrace) return matchers.Count > 0 ? (name, matchers) : throw Unexpected("a selector");
        Take();
        while (Now.Kind != TokenKind.CloseBrace)
        {
            var label = Now;
            if (label.Kind is not (TokenKind.Identifier or TokenKind.Text)) throw Unexpected("identifier or \"}\"");
            Take();
            if (label.Kind == TokenKind.Text && Now.Kind is TokenKind.Comma or TokenKind.CloseBrace)
            {
                // A name in quotes inside of the braces, for names that are no words.
                if (matchers.Find(matcher => matcher.Name == Labels.MetricName) is { } earlier) throw Lexer.Bad($"metric name must not be set twice: \"{earlier.Value}\" or \"{label.Word}\"", label.Start, label.End);
                name = label.Word;
                matchers.Add(new(Labels.MetricName, MatchKind.Equal, name));
            }
            else
            {
                var matcher = Condition(label);
                if (matcher.Name == Labels.MetricName && name.Length > 0) throw Lexer.Bad($"metric name must not be set twice: \"{name}\" or \"{matcher.Value}\"", label.Start, label.End);
                matchers.Add(matcher);
            }

            if (!Takes(TokenKind.Comma)) break;
        }

        Need(TokenKind.CloseBrace, "\",\" or \"}\"");
        return (name, matchers);
    }

    Matcher Condition(Token label)
    {
        if (label.Word.Length == 0) throw Lexer.Bad("a label needs a name", label.Start, label.End);
        MatchKind kind = Now.Kind switch
        {
            TokenKind.Assign => MatchKind.Equal,
            TokenKind.NotEqual => MatchKind.NotEqual,
            TokenKind.RegexMatch => MatchKind.Regex,
            TokenKind.RegexNotMatch => MatchKind.NotRegex,
            _ => throw Unexpected("label matching operator"),
        };
        Take();
        var value = Need(TokenKind.Text, "string");
        if (kind is MatchKind.Regex or MatchKind.NotRegex && ++_patterns > MostPatterns) throw Lexer.Bad($"a query may hold {MostPatterns} regular expressions at most", value.Start, value.End);
        try { return new(label.Word, kind, value.Word); }
        catch (ArgumentException bad) { throw Lexer.Bad(bad.Message, value.Start, value.End); }
    }

    Call Call()
    {
        var word = Take();
        var function = Functions.Find(word.Word) ?? throw Lexer.Bad($"unknown function with name \"{word.Word}\"", word.Start, word.End);
        if (function.IsExperimental && !_features.HasFlag(PromqlFeatures.Functions)) throw Lexer.Bad($"function \"{function.Name}\" is not enabled", word.Start, word.End);
        var arguments = Arguments(takesLabels: function.Name == "info");
        var place = new Place(word.Start, Ended);
        Check(function, arguments, place);
        return new(function, [.. arguments]) { Place = place };
    }

    static void Check(Function function, List<Expression> arguments, Place place)
    {
        var most = function.Arguments.Length;
        var least = function.Optional switch { 0 => most, -1 => most - 1, _ => most - function.Optional };
        var wanted = function.Optional == 0 ? $"expected {most} argument(s)" : arguments.Count < least ? $"expected at least {least} argument(s)" : $"expected at most {most} argument(s)";
        if (arguments.Count < least || (function.Optional >= 0 && arguments.Count > most)) throw new QueryProblem(QueryProblemKind.BadData, $"{wanted} in call to \"{function.Name}\", got {arguments.Count}", place);
        if (function.Name == "info" && arguments.Count == 2) OnlyLabels(arguments[1]);
        for (var at = 0; at < arguments.Count; at++)
        {
            if (arguments[at] is MatrixSelector { Vector.Extension: not Extension.None } extended) Extensible(function, extended);
            var type = function.Arguments[Math.Min(at, most - 1)];
            if (arguments[at].Type != type) throw new QueryProblem(QueryProblemKind.BadData, $"expected type {TypeName(type)} in call to function \"{function.Name}\", got {TypeName(arguments[at].Type)}", arguments[at].Place);
        }
    }

    /// <summary>What <c>info</c> takes second is no vector to evaluate, but a choice of labels.</summary>
    static void OnlyLabels(Expression argument)
    {
        if (argument.Type != ExpressionType.Vector) throw Lexer.Bad($"expected type instant vector in call to function \"info\", got {TypeName(argument.Type)}", argument.Place.Start, argument.Place.End);
        if (argument is not VectorSelector selector) throw Lexer.Bad("expected label selectors only", argument.Place.Start, argument.Place.End);
        if (selector.Name.Length > 0) throw Lexer.Bad("expected label selectors only, got vector selector instead", argument.Place.Start, argument.Place.End);
    }

    /// <summary>Which functions know what to do at the edges of an extended range (<see href="https://prometheus.io/docs/prometheus/latest/feature_flags/#extended-range-selectors"/>).</summary>
    static void Extensible(Function function, MatrixSelector argument)
    {
        var (modifier, known) = argument.Vector.Extension == Extension.Anchored
            ? ("anchored", (string[])["changes", "delta", "increase", "rate", "resets"])
            : ("smoothed", ["delta", "increase", "rate"]);
        if (!known.Contains(function.Name)) throw Lexer.Bad($"{modifier} modifier can only be used with: {string.Join(", ", known)} - not with {function.Name}", argument.Place.Start, argument.Place.End);
    }

    List<Expression> Arguments(bool takesLabels = false)
    {
        Need(TokenKind.OpenParen, "\"(\"");
        var arguments = new List<Expression>();
        var height = 0;
        while (!(arguments.Count == 0 && Now.Kind == TokenKind.CloseParen))
        {
            _takesAnyLabels = takesLabels && arguments.Count == 1;
            arguments.Add(Binary(0));
            height = Math.Max(height, _height);
            if (Now.Kind != TokenKind.Comma) break;
            if (After.Kind == TokenKind.CloseParen) throw Bad("trailing commas not allowed in function call args");
            Take();
        }

        Need(TokenKind.CloseParen, "\",\" or \")\"");
        _height = Over(height);
        return arguments;
    }

    Aggregation Aggregation(Aggregator op)
    {
        var word = Take();
        if (op is Aggregator.Limitk or Aggregator.LimitRatio && !_features.HasFlag(PromqlFeatures.Functions)) throw Lexer.Bad($"{word.Word}() is experimental and is not enabled", word.Start, word.End);
        var grouping = Grouping();
        var arguments = Arguments();
        grouping ??= Grouping();
        var takesParameter = op is Aggregator.Topk or Aggregator.Bottomk or Aggregator.CountValues or Aggregator.Quantile or Aggregator.Limitk or Aggregator.LimitRatio;
        var place = new Place(word.Start, Ended);
        if (arguments.Count == 0) throw new QueryProblem(QueryProblemKind.BadData, "no arguments for aggregate expression provided", place);
        if (arguments.Count != (takesParameter ? 2 : 1)) throw new QueryProblem(QueryProblemKind.BadData, $"wrong number of arguments for aggregate expression provided, expected {(takesParameter ? 2 : 1)}, got {arguments.Count}", place);
        var wanted = op == Aggregator.CountValues ? ExpressionType.String : ExpressionType.Scalar;
        if (takesParameter && arguments[0].Type != wanted) throw new QueryProblem(QueryProblemKind.BadData, $"expected type {TypeName(wanted)} in aggregation parameter, got {TypeName(arguments[0].Type)}", arguments[0].Place);
        if (arguments[^1].Type != ExpressionType.Vector) throw new QueryProblem(QueryProblemKind.BadData, $"expected type instant vector in aggregation expression, got {TypeName(arguments[^1].Type)}", arguments[^1].Place);
        return new(op, arguments[^1], takesParameter ? arguments[0] : null, grouping?.Names ?? [], grouping?.IsWithout ?? false) { Place = place };
    }

    (ImmutableArray<string> Names, bool IsWithout)? Grouping()
    {
        if (Takes("by")) return (Names(), false);
        return Takes("without") ? (Names(), true) : null;
    }
}
