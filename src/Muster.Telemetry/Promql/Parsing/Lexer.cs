using System.Globalization;
using System.Text;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Cuts a query into tokens. What stands inside of braces is cut alike: the parser knows where it is.</summary>
static class Lexer
{
    public static List<Token> Cut(string text)
    {
        var tokens = new List<Token>(text.Length / 3);
        var at = 0;
        var braces = 0;
        var brackets = 0;
        while (true)
        {
            at = Blank(text, at);
            if (at >= text.Length) break;
            var token = Next(text, at, braces > 0, brackets > 0);
            braces += token.Kind == TokenKind.OpenBrace ? 1 : token.Kind == TokenKind.CloseBrace ? -1 : 0;
            brackets += token.Kind == TokenKind.OpenBracket ? 1 : token.Kind == TokenKind.CloseBracket ? -1 : 0;
            tokens.Add(token);
            at = token.End;
        }

        tokens.Add(new(TokenKind.End, text.Length, text.Length, "", 0));
        return tokens;
    }

    static int Blank(string text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\r') at++;
            else if (text[at] == '#')
            {
                while (at < text.Length && text[at] != '\n') at++;
            }
            else break;
        }

        return at;
    }

    static Token Next(string text, int at, bool inBraces, bool inBrackets)
    {
        var c = text[at];
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        if (c is '"' or '\'' or '`') return Text(text, at);
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(next))) return Number(text, at);
        // A colon is a part of a metric's name, but stands between the range and the step inside of brackets.
        if (char.IsAsciiLetter(c) || c == '_' || (c == ':' && !inBrackets && !inBraces)) return Word(text, at, !inBrackets && !inBraces);
        var (kind, length) = (c, next) switch
        {
            ('(', _) => (TokenKind.OpenParen, 1),
            (')', _) => (TokenKind.CloseParen, 1),
            ('{', _) => (TokenKind.OpenBrace, 1),
            ('}', _) => (TokenKind.CloseBrace, 1),
            ('[', _) => (TokenKind.OpenBracket, 1),
            (']', _) => (TokenKind.CloseBracket, 1),
            (',', _) => (TokenKind.Comma, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('@', _) => (TokenKind.At, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Star, 1),
            ('/', _) => (TokenKind.Slash, 1),
            ('%', _) => (TokenKind.Percent, 1),
            ('^', _) => (TokenKind.Caret, 1),
            ('=', '=') => (TokenKind.Equal, 2),
            ('=', '~') => (TokenKind.RegexMatch, 2),
            ('=', _) => (TokenKind.Assign, 1),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('!', '~') => (TokenKind.RegexNotMatch, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '/') => (TokenKind.TrimLower, 2),
            ('<', '/') => (TokenKind.TrimUpper, 2),
            ('>', _) => (TokenKind.Greater, 1),
            ('<', _) => (TokenKind.Less, 1),
            _ => (TokenKind.End, 0),
        };
        return length > 0 ? new(kind, at, at + length, text.Substring(at, length), 0) : throw Bad($"unexpected character: '{c}'", at, at + 1);
    }

    static Token Word(string text, int at, bool withColons)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_' || (withColons && text[end] == ':'))) end++;
        return new(TokenKind.Identifier, at, end, text[at..end], 0);
    }

    static Token Number(string text, int at)
    {
        var end = at;
        if (text[at] == '0' && at + 1 < text.Length && text[at + 1] is 'x' or 'X')
        {
            end = at + 2;
            while (end < text.Length && (char.IsAsciiHexDigit(text[end]) || text[end] == '_')) end++;
            if (!UnderscoresPart(text[(at + 1)..end].Replace('x', '0').Replace('X', '0'), isHex: true)) throw Bad("bad number or duration syntax", at, end);
            var hex = text[(at + 2)..end].Replace("_", "", StringComparison.Ordinal);
            if (End(text, end) && ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole)) return new(TokenKind.Number, at, end, text[at..end], whole);
            throw Bad("bad number or duration syntax", at, end);
        }

        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '.' or '_')) end++;
        if (end < text.Length && Durations.IsUnit(text, end)) return Duration(text, at);
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            end++;
            if (end < text.Length && text[end] is '+' or '-') end++;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        }

        var digits = text[at..end];
        if (!End(text, end) || !UnderscoresPart(digits)) throw Bad($"bad number or duration syntax: \"{text[at..Math.Min(text.Length, end + 1)]}\"", at, end);
        // Octal, as in Go: a leading zero and only digits below eight.
        if (digits.Length > 1 && digits[0] == '0' && digits.All(digit => digit is >= '0' and <= '7' or '_')) return new(TokenKind.Number, at, end, digits, Octal(digits));
        if (!double.TryParse(digits.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) throw Bad($"bad number or duration syntax: \"{digits}\"", at, end);
        return double.IsFinite(value) ? new(TokenKind.Number, at, end, digits, value) : throw Bad($"error parsing number: \"{digits}\" is out of range", at, end);
    }

    // 1_000, but neither 1__0 nor 1_.
    static bool UnderscoresPart(string digits, bool isHex = false)
    {
        for (var at = digits.IndexOf('_', StringComparison.Ordinal); at >= 0; at = digits.IndexOf('_', at + 1))
        {
            if (at == 0 || at == digits.Length - 1 || !IsDigit(digits[at - 1]) || !IsDigit(digits[at + 1])) return false;
        }

        return true;

        bool IsDigit(char c) => isHex ? char.IsAsciiHexDigit(c) : char.IsAsciiDigit(c);
    }

    static double Octal(string digits)
    {
        var value = 0.0;
        foreach (var digit in digits)
        {
            if (digit != '_') value = (value * 8) + (digit - '0');
        }

        return value;
    }

    static Token Duration(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end])) end++;
        return Durations.TryRead(text.AsSpan(at, end - at), out var milliseconds)
            ? new(TokenKind.Duration, at, end, text[at..end], milliseconds / 1000.0)
            : throw Bad($"bad number or duration syntax: \"{text[at..end]}\"", at, end);
    }

    static bool End(string text, int at) => at >= text.Length || !(char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_');

    static Token Text(string text, int at)
    {
        var quote = text[at];
        if (Plain(text, at) is { } plain) return plain;
        var bytes = new List<byte>();
        var end = at + 1;
        for (; end < text.Length && text[end] != quote; end++)
        {
            if (quote == '`' || text[end] != '\\')
            {
                if (text[end] == '\n' && quote != '`') throw Bad("unterminated quoted string", at, end);
                var pair = char.IsHighSurrogate(text[end]) && end + 1 < text.Length && char.IsLowSurrogate(text[end + 1]);
                bytes.AddRange(Encoding.UTF8.GetBytes(pair ? text.Substring(end++, 2) : text[end].ToString()));
            }
            else Escapes.Read(text, ref end, quote, bytes);
        }

        return end < text.Length ? new(TokenKind.Text, at, end + 1, Encoding.UTF8.GetString([.. bytes]), 0) : throw Bad(quote == '`' ? "unterminated raw string" : "unterminated quoted string", at, end);
    }

    /// <summary>Most strings have nothing to resolve: they are cut out as they stand.</summary>
    static Token? Plain(string text, int at)
    {
        var rest = text.AsSpan(at + 1);
        var length = rest.IndexOf(text[at]);
        if (length < 0) return null;
        var inside = rest[..length];
        foreach (var c in inside)
        {
            if (c is '\\' or '\n' || char.IsSurrogate(c)) return null;
        }

        return new(TokenKind.Text, at, at + length + 2, inside.ToString(), 0);
    }

    public static QueryProblem Bad(string message, int start, int end) => new(QueryProblemKind.BadData, message, new Place(start, end));
}
