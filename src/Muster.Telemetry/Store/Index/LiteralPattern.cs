using System.Text;

namespace Muster.Telemetry.Store.Index;

/// <summary>
/// What can be told of a regular expression without running it: that it is one of a few texts (<c>a|b|c</c>), or that every text it holds for begins
/// with some letters. Only what is certain; anything unusual is told as nothing.
/// </summary>
/// <param name="Alternatives">It holds for these and no others; null: unknown.</param>
/// <param name="Prefix">It holds only for texts that begin so; may be empty.</param>
/// <param name="Rest">What must follow the prefix: null: the expression has to be run; 0: anything; 1: anything but nothing.</param>
readonly record struct LiteralPattern(string[]? Alternatives, string Prefix, int? Rest)
{
    static readonly LiteralPattern Unknown = new(null, "", null);

    public static LiteralPattern Of(string pattern)
    {
        var text = pattern;
        if (text is ['(', '?', ':', .., ')'] && text.IndexOf('(', 1) < 0 && text.IndexOf(')', StringComparison.Ordinal) == text.Length - 1) text = text[3..^1];
        else if (text is ['(', not '?', .., ')'] && text.IndexOf('(', 1) < 0 && text.IndexOf(')', StringComparison.Ordinal) == text.Length - 1) text = text[1..^1];
        var alternatives = new List<string>();
        var literal = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            switch (letter)
            {
                case '|':
                    alternatives.Add(literal.ToString());
                    literal.Clear();
                    break;
                case '\\' when at + 1 < text.Length && char.IsAscii(text[at + 1]) && char.IsPunctuation(text[at + 1]):
                    literal.Append(text[++at]);
                    break;
                case '\\' or '.' or '*' or '+' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or '^' or '$':
                    return alternatives.Count > 0 || text.Contains('|', StringComparison.Ordinal) || text.Length != pattern.Length ? Unknown : Begins(literal, text[at..]);
                default:
                    literal.Append(letter);
                    break;
            }
        }

        alternatives.Add(literal.ToString());
        return new([.. alternatives.Distinct(StringComparer.Ordinal)], "", null);
    }

    static LiteralPattern Begins(StringBuilder literal, string rest)
    {
        if (rest[0] is '*' or '?' or '{' && literal.Length > 0) literal.Length--;
        else if (rest == ".*") return new(null, literal.ToString(), 0);
        else if (rest == ".+") return new(null, literal.ToString(), 1);
        // Half of a pair may be what is repeated.
        if (literal.Length > 0 && char.IsHighSurrogate(literal[^1])) literal.Length--;
        return new(null, literal.ToString(), null);
    }
}
