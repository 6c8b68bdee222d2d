using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>
/// Reads PromQL by precedence climbing (<see href="https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence"/>), and
/// gives out nodes whose types fit. Bounded: a query of more than a mebibyte, one nested deeper than 500, or one whose tree is higher than 1,000, is refused.
/// </summary>
public sealed partial class PromqlParser
{
    public const int LongestQuery = 1 << 20;

    /// <summary>How deep what is written may nest, so that reading it takes a bounded stack.</summary>
    public const int DeepestQuery = 500;

    /// <summary>How high the tree of a query may be, so that answering it takes a bounded stack: 1+1+1+… is a high tree without being nested.</summary>
    public const int HighestTree = 1000;

    /// <summary>How many regular expressions a query may hold: each is made ready at once, and takes tens of kilobytes.</summary>
    public const int MostPatterns = 1000;

    readonly List<Token> _tokens;
    readonly PromqlFeatures _features;
    int _at;
    int _depth;

    // Of the tree that was read last.
    int _height;
    bool _takesAnyLabels;
    int _patterns;

    PromqlParser(string query, PromqlFeatures features)
    {
        if (query.Length > LongestQuery) throw Lexer.Bad($"a query is {LongestQuery} characters long at most", 0, 0);
        (_tokens, _features) = (Lexer.Cut(query), features);
    }

    /// <exception cref="QueryProblem">It cannot be read: where, and why.</exception>
    public static Expression Parse(string query, PromqlFeatures features = PromqlFeatures.None)
    {
        var parser = new PromqlParser(query, features);
        if (parser.Now.Kind == TokenKind.End) throw parser.Bad("no expression found in input");
        var expression = parser.Binary(0);
        return parser.Now.Kind == TokenKind.End ? expression : throw parser.Unexpected();
    }

    /// <summary>The matchers of one instant selector alone, as the API takes them in <c>match[]</c>.</summary>
    /// <exception cref="QueryProblem">It is none.</exception>
    public static ImmutableArray<Matcher> ParseSelector(string text)
    {
        var parsed = Parse(text);
        return parsed is VectorSelector { Shift: { Offset: 0, At: AtKind.None } } selector ? selector.Matchers : throw new QueryProblem(QueryProblemKind.BadData, "a selector of series is needed here", parsed.Place);
    }

    /// <summary>A series as it is written: <c>name{label="value"}</c>.</summary>
    /// <exception cref="QueryProblem">It is none.</exception>
    public static Labels ParseMetric(string text)
    {
        var parser = new PromqlParser(text, PromqlFeatures.None);
        var (name, matchers) = parser.Selection();
        if (parser.Now.Kind != TokenKind.End) throw parser.Unexpected();
        if (matchers.Exists(matcher => matcher.Kind != MatchKind.Equal)) throw parser.Bad("a series has no conditions, only labels");
        var twice = matchers.GroupBy(matcher => matcher.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
        if (twice is not null) throw Lexer.Bad($"the label \"{twice.Key}\" stands twice", 0, text.Length);
        return Labels.Of(matchers.Select(matcher => new Label(matcher.Name, matcher.Value)));
    }

    Token Now => _tokens[_at];

    Token After => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    Token Take() => _tokens[_at++];

    bool Takes(TokenKind kind)
    {
        if (Now.Kind != kind) return false;
        _at++;
        return true;
    }

    bool Takes(string keyword)
    {
        if (!Now.Is(keyword)) return false;
        _at++;
        return true;
    }

    Token Need(TokenKind kind, string what) => Now.Kind == kind ? Take() : throw Unexpected(what);

    QueryProblem Bad(string message) => Lexer.Bad(message, Now.Start, Now.End);

    QueryProblem Unexpected(string? what = null) => Bad($"unexpected {(Now.Kind == TokenKind.End ? "end of input" : $"\"{Now.Word}\"")}{(what is null ? "" : $", expected {what}")}");

    int Ended => _at == 0 ? 0 : _tokens[_at - 1].End;

    void Deeper()
    {
        if (++_depth > DeepestQuery) throw Bad($"an expression may nest {DeepestQuery} deep at most");
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Bad("an expression nests deeper than there is stack to read it");
    }

    /// <summary>The height of a tree over one of the height given.</summary>
    int Over(int height) => height < HighestTree ? height + 1 : throw Bad($"an expression may consist of {HighestTree} levels at most; what is repeated may be put in parentheses by halves");
}
