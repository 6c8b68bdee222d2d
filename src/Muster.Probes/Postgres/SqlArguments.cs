using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Turns <c>:name</c> into <c>$1</c>, outside of texts, quoted names and comments. It is told to the server as a parameter and never becomes part of the statement.
/// </summary>
static class SqlArguments
{
    public static (string Sql, string[] Names) Read(string sql)
    {
        var written = new StringBuilder(sql.Length);
        var names = new List<string>();
        for (var i = 0; i < sql.Length;)
        {
            var skipped = Skip(sql, i);
            if (skipped > i)
            {
                written.Append(sql, i, skipped - i);
                i = skipped;
                continue;
            }

            var end = i + 1;
            if (sql[i] == ':' && end < sql.Length && IsFirst(sql[end]) && (i == 0 || sql[i - 1] != ':'))
            {
                while (end < sql.Length && (IsFirst(sql[end]) || char.IsAsciiDigit(sql[end]))) end++;
                var name = sql[(i + 1)..end];
                if (!names.Contains(name)) names.Add(name);
                written.Append('$').Append(names.IndexOf(name) + 1);
            }
            else
            {
                // The cast of "::" stays whole, so that its type is not taken for a name.
                if (sql[i] == ':' && end < sql.Length && sql[end] == ':') end++;
                written.Append(sql, i, end - i);
            }

            i = end;
        }

        return (written.ToString(), [.. names]);
    }

    static bool IsFirst(char letter) => char.IsAsciiLetter(letter) || letter == '_';

    /// <summary>The end of the text, quoted name or comment that begins here, or where it is if none does.</summary>
    static int Skip(string sql, int at) => sql[at] switch
    {
        '\'' => Quoted(sql, at, '\'', at > 0 && sql[at - 1] is 'e' or 'E' && (at == 1 || !IsFirst(sql[at - 2]) && !char.IsAsciiDigit(sql[at - 2]))),
        '"' => Quoted(sql, at, '"', escapes: false),
        '-' when Is(sql, at + 1, '-') => sql.IndexOf('\n', at) is >= 0 and var end ? end + 1 : sql.Length,
        '/' when Is(sql, at + 1, '*') => Comment(sql, at),
        '$' => Dollars(sql, at),
        _ => at,
    };

    static int Quoted(string sql, int at, char quote, bool escapes)
    {
        for (var i = at + 1; i < sql.Length; i++)
            if (escapes && sql[i] == '\\') i++;
            else if (sql[i] == quote && Is(sql, i + 1, quote)) i++;
            else if (sql[i] == quote) return i + 1;
        return sql.Length;
    }

    static int Comment(string sql, int at)
    {
        var depth = 0;
        for (var i = at; i < sql.Length; i++)
            if (sql[i] == '/' && Is(sql, i + 1, '*')) (depth, i) = (depth + 1, i + 1);
            else if (sql[i] == '*' && Is(sql, i + 1, '/') && (i = i + 1) > 0 && --depth == 0) return i + 1;
        return sql.Length;
    }

    static int Dollars(string sql, int at)
    {
        var end = at + 1;
        while (end < sql.Length && (IsFirst(sql[end]) || end > at + 1 && char.IsAsciiDigit(sql[end]))) end++;
        if (!Is(sql, end, '$') || at > 0 && (IsFirst(sql[at - 1]) || char.IsAsciiDigit(sql[at - 1]))) return at;
        var tag = sql[at..(end + 1)];
        return sql.IndexOf(tag, end + 1, StringComparison.Ordinal) is >= 0 and var close ? close + tag.Length : sql.Length;
    }

    static bool Is(string sql, int at, char letter) => at < sql.Length && sql[at] == letter;

    /// <summary>One statement that can only ask: whatever else a role may do, such as having the server write a file, no read-only transaction hinders.</summary>
    public static string OneQuestion(string sql)
    {
        var one = sql.Trim().TrimEnd(';').Trim();
        if (one.Contains(';', StringComparison.Ordinal)) throw Given.Wrong("sql", "is one statement, without a semicolon in it; write chr(59) for one within a text");
        var word = new string([.. one.TakeWhile(char.IsAsciiLetter)]).ToLowerInvariant();
        if (word is not ("select" or "with" or "values" or "table" or "show")) throw Given.Wrong("sql", "asks nothing: it begins with select, with, values, table or show");
        return one;
    }
}
