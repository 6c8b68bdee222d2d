using System.Text;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Groups of a regular expression by the order in which they open, which is how RE2 numbers them whether they have names or not.</summary>
static class CaptureGroups
{
    /// <param name="pattern">In .NET's words, and known to be good.</param>
    /// <returns>The same without names; and of each group, the whole match first, the name that it had.</returns>
    public static (string Pattern, string?[] Names) Unnamed(string pattern)
    {
        var (text, names) = (new StringBuilder(pattern.Length), new List<string?> { null });
        var inClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            text.Append(c);
            if (c == '\\' && at + 1 < pattern.Length) text.Append(pattern[++at]);
            else if (c is '[' or ']') inClass = c == '[';
            else if (c == '(' && !inClass && (at + 1 == pattern.Length || pattern[at + 1] != '?')) names.Add(null);
            else if (c == '(' && !inClass && pattern.AsSpan(at).StartsWith("(?<"))
            {
                var end = pattern.IndexOf('>', at);
                names.Add(pattern[(at + 3)..end]);
                at = end;
            }
        }

        return (text.ToString(), [.. names]);
    }
}
