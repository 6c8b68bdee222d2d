namespace Muster.Telemetry.Promql.Parsing;

enum TokenKind
{
    End, Identifier, Number, Duration, Text,
    OpenParen, CloseParen, OpenBrace, CloseBrace, OpenBracket, CloseBracket, Comma, Colon, Assign, At,
    Plus, Minus, Star, Slash, Percent, Caret, Equal, NotEqual, Greater, Less, GreaterOrEqual, LessOrEqual, RegexMatch, RegexNotMatch, TrimUpper, TrimLower,
}

/// <param name="Word">An identifier as written, or a string with its escapes resolved.</param>
/// <param name="Number">Of a number; seconds of a duration.</param>
readonly record struct Token(TokenKind Kind, int Start, int End, string Word, double Number)
{
    public bool Is(string keyword) => Kind == TokenKind.Identifier && Word.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}
