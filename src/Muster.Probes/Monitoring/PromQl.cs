using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>
/// Which series a PromQL expression rests on: its vector selectors as they are written, without range, offset and <c>@</c>. The expression need not be right; the server says whether it is.
/// What stands within <c>absent(…)</c> and <c>absent_over_time(…)</c> is left out, since there missing is what is asked for.
/// </summary>
static class PromQl
{
    const int MostSelectors = 1000;
    static readonly FrozenSet<string> LabelLists = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "by", "without", "on", "ignoring", "group_left", "group_right");
    static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "and", "or", "unless", "offset", "bool", "atan2", "inf", "nan");
    static readonly FrozenSet<string> Aggregations = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile", "limitk", "limit_ratio");

    public static ImmutableArray<string> Selectors(string expression)
    {
        var found = new List<string>();
        var absent = new Stack<bool>();
        var opensAbsent = false;
        for (var at = 0; at < expression.Length && found.Count < MostSelectors;)
        {
            var letter = expression[at];
            if (letter == '#') at = After(expression, at, '\n');
            else if (letter is '"' or '\'' or '`') at = AfterText(expression, at);
            else if (letter == '[') at = After(expression, at, ']');
            else if (letter == '(')
            {
                absent.Push(opensAbsent || absent.TryPeek(out var within) && within);
                opensAbsent = false;
                at++;
            }
            else if (letter == ')')
            {
                absent.TryPop(out _);
                at++;
            }
            else if (letter == '{') at = Take(at, at);
            else if (char.IsAsciiDigit(letter) || letter == '.') at = AfterWhile(expression, at, static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_');
            else if (IsName(letter)) at = Name(at);
            else at++;
        }

        return [.. found.Distinct(StringComparer.Ordinal)];

        int Name(int from)
        {
            var end = AfterWhile(expression, from, static c => IsName(c) || char.IsAsciiDigit(c));
            var name = expression[from..end];
            var next = AfterWhile(expression, end, char.IsWhiteSpace);
            var follows = next < expression.Length ? expression[next] : '\0';
            if (LabelLists.Contains(name)) return follows == '(' ? After(expression, next, ')') : end;
            if (Words.Contains(name)) return end;
            if (follows == '(')
            {
                opensAbsent = name.Equals("absent", StringComparison.OrdinalIgnoreCase) || name.Equals("absent_over_time", StringComparison.OrdinalIgnoreCase);
                return next;
            }

            if (Aggregations.Contains(name) && LabelLists.Contains(expression[next..AfterWhile(expression, next, char.IsAsciiLetter)])) return end;
            return Take(from, follows == '{' ? next : end);
        }

        // A selector from its beginning, with the braces that begin at the other place, if any do.
        int Take(int from, int braces)
        {
            var end = braces < expression.Length && expression[braces] == '{' ? AfterBraces(expression, braces) : braces;
            if (!(absent.TryPeek(out var within) && within)) found.Add(expression[from..end]);
            return end;
        }
    }

    /// <summary>The metric's name that a selector begins with; "" when it stands within the braces.</summary>
    public static string NameOf(string selector) => selector[..AfterWhile(selector, 0, static c => IsName(c) || char.IsAsciiDigit(c))];

    internal static bool IsName(char c) => char.IsAsciiLetter(c) || c is '_' or ':';

    internal static int AfterWhile(string text, int at, Func<char, bool> so)
    {
        while (at < text.Length && so(text[at])) at++;
        return at;
    }

    internal static int After(string text, int at, char end) => text.IndexOf(end, at) is var found and >= 0 ? found + 1 : text.Length;

    internal static int AfterText(string text, int at)
    {
        var quote = text[at];
        for (at++; at < text.Length; at++)
            if (text[at] == '\\' && quote != '`') at++;
            else if (text[at] == quote) return at + 1;
        return text.Length;
    }

    internal static int AfterBraces(string text, int at)
    {
        while (at < text.Length)
            if (text[at] is '"' or '\'' or '`') at = AfterText(text, at);
            else if (text[at++] == '}') return at;
        return text.Length;
    }
}
