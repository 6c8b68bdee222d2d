namespace Muster.Probes;

/// <summary>
/// The names of metrics within a PromQL expression: identifiers that are no function, keyword, label or duration. What stands within <c>absent(…)</c> and <c>absent_over_time(…)</c> is left out,
/// since such a rule is meant for series that are not there. Grammar: https://prometheus.io/docs/prometheus/latest/querying/basics/.
/// </summary>
static class PromqlNames
{
    static readonly HashSet<string> Keywords = new(StringComparer.OrdinalIgnoreCase) { "and", "or", "unless", "atan2", "bool", "offset", "inf", "nan", "start", "end" };
    static readonly HashSet<string> LabelLists = new(StringComparer.OrdinalIgnoreCase) { "by", "without", "on", "ignoring", "group_left", "group_right" };
    static readonly HashSet<string> Absences = new(StringComparer.Ordinal) { "absent", "absent_over_time" };

    public static IReadOnlySet<string> Of(string query)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < query.Length;)
        {
            var letter = query[at];
            if (letter is '"' or '\'' or '`') at = AfterString(query, at);
            else if (letter == '{') at = AfterGroup(query, at, '{', '}');
            else if (letter == '[') at = AfterGroup(query, at, '[', ']');
            else if (letter == '#') at = query.IndexOf('\n', at) is >= 0 and var line ? line : query.Length;
            else if (char.IsAsciiDigit(letter)) at = AfterWord(query, at);
            else if (IsWord(letter)) at = Word(query, at, names);
            else at++;
        }

        return names;
    }

    static int Word(string query, int at, HashSet<string> names)
    {
        var end = AfterWord(query, at);
        var word = query[at..end];
        var next = end;
        while (next < query.Length && char.IsWhiteSpace(query[next])) next++;
        var opens = next < query.Length && query[next] == '(';
        if (LabelLists.Contains(word)) return opens ? AfterGroup(query, next, '(', ')') : end;
        if (Absences.Contains(word) && opens) return AfterGroup(query, next, '(', ')');
        // An aggregation may have its labels between name and parentheses: sum by (job) (…).
        if (!opens && !Keywords.Contains(word) && !IsBeforeLabels(query, next)) names.Add(word);
        return end;
    }

    static bool IsBeforeLabels(string query, int at)
    {
        var end = AfterWord(query, at);
        return end > at && query[at..end] is { } word && (word.Equals("by", StringComparison.OrdinalIgnoreCase) || word.Equals("without", StringComparison.OrdinalIgnoreCase));
    }

    static int AfterGroup(string query, int at, char open, char close)
    {
        var depth = 0;
        while (at < query.Length)
        {
            if (query[at] is '"' or '\'' or '`')
            {
                at = AfterString(query, at);
                continue;
            }

            if (query[at] == open) depth++;
            if (query[at] == close && --depth == 0) return at + 1;
            at++;
        }

        return at;
    }

    static int AfterString(string query, int at)
    {
        var quote = query[at++];
        for (; at < query.Length && query[at] != quote; at++)
            if (query[at] == '\\' && quote != '`') at++;
        return Math.Min(at + 1, query.Length);
    }

    static int AfterWord(string query, int at)
    {
        while (at < query.Length && IsWord(query[at])) at++;
        return at;
    }

    static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':';
}
