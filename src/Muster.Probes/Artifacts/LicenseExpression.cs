using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Muster.Probes;

/// <summary>
/// An SPDX licence expression, asked whether it is denied: where somebody may choose (OR), only if every choice is; where all hold together (AND), if any is.
/// What is no expression, as a licence's long name or one with "or" in small letters, as in "version 2 or later", offers no choice.
/// </summary>
sealed partial class LicenseExpression
{
    const int MostTokens = 500, Deepest = 50;
    readonly string[] _tokens;
    readonly Func<string, bool> _denied;
    int _at, _depth;

    LicenseExpression(string[] tokens, Func<string, bool> denied) => (_tokens, _denied) = (tokens, denied);

    public static bool IsDenied(string expression, IReadOnlyCollection<string> patterns)
    {
        if (patterns.Count == 0) return false;
        // What is no expression holds no choice that anybody could rely on, nor does one that cannot be read: one denied licence in it is enough.
        if (Tokens(expression) is not { } tokens) return Matches(expression) || expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(Matches);
        var read = new LicenseExpression(tokens, Matches);
        return read.Any() is { } denied && read._at == tokens.Length ? denied : Matches(expression) || tokens.Any(Matches);

        bool Matches(string one) => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, one, ignoreCase: true));
    }

    /// <summary>The single licences in it.</summary>
    public static IEnumerable<string> Licenses(string expression)
    {
        if (Tokens(expression) is not { } tokens) return [expression];
        return tokens.Where((token, i) => !IsWord(token) && token is not ("(" or ")") && !(i > 0 && tokens[i - 1] == "WITH"));
    }

    static bool IsWord(string token) => token is "AND" or "OR" or "WITH";

    /// <summary>Null where it is no expression: words that follow each other without AND, OR or WITH.</summary>
    static string[]? Tokens(string expression)
    {
        var tokens = Token().Matches(expression).Take(MostTokens + 1).Select(match => match.Value).ToArray();
        if (tokens.Length is 0 or > MostTokens) return null;
        for (var i = 1; i < tokens.Length; i++)
            if (!IsWord(tokens[i]) && !IsWord(tokens[i - 1]) && tokens[i] is not ("(" or ")") && tokens[i - 1] is not ("(" or ")")) return null;
        return tokens;
    }

    bool? Any()
    {
        if (All() is not { } denied) return null;
        while (Take("OR"))
            if (All() is { } other) denied &= other;
            else return null;
        return denied;
    }

    bool? All()
    {
        if (One() is not { } denied) return null;
        while (Take("AND"))
            if (One() is { } other) denied |= other;
            else return null;
        return denied;
    }

    bool? One()
    {
        if (Take("("))
        {
            if (++_depth > Deepest) return null;
            var inner = Any();
            _depth--;
            return Take(")") ? inner : null;
        }

        if (_at >= _tokens.Length || IsWord(_tokens[_at]) || _tokens[_at] == ")") return null;
        var license = _tokens[_at++];
        if (!Take("WITH")) return _denied(license);
        if (_at >= _tokens.Length) return null;
        // An exception makes a licence milder, and still it is that licence.
        return _denied(license) | _denied($"{license} WITH {_tokens[_at++]}");
    }

    bool Take(string token)
    {
        if (_at >= _tokens.Length || _tokens[_at] != token) return false;
        _at++;
        return true;
    }

    [GeneratedRegex(@"[()]|[^\s()]+", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
