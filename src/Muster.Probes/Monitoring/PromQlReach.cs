namespace Muster.Probes;

/// <summary>
/// How far back the samples lie that a PromQL expression looks at, as it is written: the longest range, the subqueries around it, and the furthest offset
/// (https://prometheus.io/docs/prometheus/latest/querying/basics/). The expression need not be right; the server says whether it is.
/// </summary>
/// <param name="Seconds">0 without any of these; null when a duration is not written as one, such as <c>[5m * 2]</c>.</param>
/// <param name="IsFixed">It has an <c>@</c>: an answer of a time that may be long ago.</param>
/// <param name="AsksAbsence">It calls <c>absent()</c> or <c>absent_over_time()</c>.</param>
readonly record struct PromQlReach(double? Seconds, bool IsFixed, bool AsksAbsence)
{
    public static PromQlReach Of(string expression)
    {
        var (range, subqueries, offset) = (0d, 0d, 0d);
        var (isRead, isFixed, absence) = (true, false, false);
        for (var at = 0; at < expression.Length;)
        {
            var letter = expression[at];
            if (letter == '#') at = PromQl.After(expression, at, '\n');
            else if (letter is '"' or '\'' or '`') at = PromQl.AfterText(expression, at);
            else if (letter == '{') at = PromQl.AfterBraces(expression, at);
            else if (letter == '[')
            {
                var end = PromQl.After(expression, at, ']');
                var parts = expression[(at + 1)..end].TrimEnd(']').Split(':');
                var length = Read(parts[0]);
                if (parts.Length > 1) subqueries += length;
                else range = Math.Max(range, length);
                at = end;
            }
            else if (letter == '@')
            {
                isFixed = true;
                at++;
            }
            else if (PromQl.IsName(letter))
            {
                var end = PromQl.AfterWhile(expression, at, static c => PromQl.IsName(c) || char.IsAsciiDigit(c));
                var word = expression[at..end];
                at = PromQl.AfterWhile(expression, end, char.IsWhiteSpace);
                var follows = at < expression.Length ? expression[at] : '\0';
                if (follows == '(' && (word.Equals("absent", StringComparison.OrdinalIgnoreCase) || word.Equals("absent_over_time", StringComparison.OrdinalIgnoreCase))) absence = true;
                if (!word.Equals("offset", StringComparison.OrdinalIgnoreCase)) continue;
                if (follows is '-' or '+') at = PromQl.AfterWhile(expression, at + 1, char.IsWhiteSpace);
                end = PromQl.AfterWhile(expression, at, char.IsAsciiLetterOrDigit);
                offset = Math.Max(offset, Read(expression[at..end]));
                at = end;
            }
            else if (char.IsAsciiDigit(letter)) at = PromQl.AfterWhile(expression, at, static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_');
            else at++;
        }

        return new(isRead ? range + subqueries + offset : null, isFixed, absence);

        double Read(string text)
        {
            if (GoDuration.Seconds(text.Trim()) is { } seconds && double.IsFinite(seconds)) return seconds;
            isRead = false;
            return 0;
        }
    }
}
