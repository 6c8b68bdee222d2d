using System.Text;

namespace Muster.Telemetry.Series;

/// <summary>
/// Expressions as PromQL's users write them are RE2's (<see href="https://github.com/google/re2/wiki/Syntax"/>); where .NET reads the same text otherwise,
/// it is put in .NET's words: digits, words and blanks are those of ASCII, <c>[[:alpha:]]</c> is a class, <c>(?P&lt;name&gt;…)</c> a name, <c>\Q…\E</c> is literal,
/// <c>\z</c> the end. What RE2 does not know (references back, looking around, atomic groups) is refused there too.
/// </summary>
static class Re2Syntax
{
    static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z", ["alpha"] = "A-Za-z", ["ascii"] = "\\x00-\\x7F", ["blank"] = "\\t ", ["cntrl"] = "\\x00-\\x1F\\x7F", ["digit"] = "0-9", ["graph"] = "!-~", ["lower"] = "a-z", ["print"] = " -~",
        ["punct"] = "!-/:-@\\[-`{-~", ["space"] = "\\t\\n\\v\\f\\r ", ["upper"] = "A-Z", ["word"] = "0-9A-Za-z_", ["xdigit"] = "0-9A-Fa-f",
    };

    /// <exception cref="ArgumentException">A class is named that is none.</exception>
    public static string ToDotNet(string pattern)
    {
        if (pattern.AsSpan().IndexOfAny("\\[(") < 0) return pattern;
        var text = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            if (c == '\\' && at + 1 < pattern.Length)
            {
                at++;
                if (pattern[at] == 'Q') at = Literal(pattern, at + 1, text);
                else if (pattern[at] is 'p' or 'P' && at + 1 < pattern.Length && pattern[at + 1] != '{') text.Append($"\\{pattern[at]}{{{pattern[++at]}}}");
                else text.Append(Escape(pattern[at], inClass));
            }
            else if (inClass && c == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':') at = Named(pattern, at, text);
            else if (inClass && c == '[') text.Append("\\["); // Else .NET may take it for a class to be subtracted.
            else if (c == '[' && !inClass)
            {
                inClass = true;
                text.Append(c);
                if (at + 1 < pattern.Length && pattern[at + 1] == '^') text.Append(pattern[++at]);
                // A bracket that comes first is one of the class.
                if (at + 1 < pattern.Length && pattern[at + 1] == ']')
                {
                    text.Append("\\]");
                    at++;
                }
            }
            else if (c == ']' && inClass)
            {
                inClass = false;
                text.Append(c);
            }
            else if (!inClass && c == '(' && pattern.AsSpan(at).StartsWith("(?P<"))
            {
                text.Append("(?<");
                at += 3;
            }
            else text.Append(c);
        }

        return text.ToString();
    }

    static string Escape(char c, bool inClass) => (c, inClass) switch
    {
        ('d', true) => "0-9",
        ('w', true) => "0-9A-Za-z_",
        ('s', true) => "\\t\\n\\f\\r ",
        ('d', false) => "[0-9]",
        ('D', false) => "[^0-9]",
        ('w', false) => "[0-9A-Za-z_]",
        ('W', false) => "[^0-9A-Za-z_]",
        ('s', false) => "[\\t\\n\\f\\r ]",
        ('S', false) => "[^\\t\\n\\f\\r ]",
        _ => "\\" + c,
    };

    static int Literal(string pattern, int from, StringBuilder text)
    {
        var end = pattern.IndexOf("\\E", from, StringComparison.Ordinal);
        text.Append(System.Text.RegularExpressions.Regex.Escape(end < 0 ? pattern[from..] : pattern[from..end]));
        return end < 0 ? pattern.Length : end + 1;
    }

    static int Named(string pattern, int at, StringBuilder text)
    {
        var end = pattern.IndexOf(":]", at, StringComparison.Ordinal);
        if (end < 0) throw new ArgumentException($"missing closing ]: `{pattern[at..]}`");
        var name = pattern[(at + 2)..end];
        if (!Classes.TryGetValue(name, out var set)) throw new ArgumentException($"invalid character class range: `[:{name}:]`");
        text.Append(set);
        return end + 1;
    }
}
