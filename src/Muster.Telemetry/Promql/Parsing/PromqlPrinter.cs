using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Queries as text that reads back as the same query.</summary>
public static class PromqlPrinter
{
    /// <summary>Longest line that stays one when a query is laid out (<see href="https://github.com/prometheus/prometheus/blob/main/promql/parser/prettier_rules.md"/>).</summary>
    const int LongestLine = 100;

    /// <summary>On one line, in the form that Prometheus gives its queries back: matchers sorted, one space around operators.</summary>
    public static string Print(Expression query)
    {
        var line = new QueryLine(int.MaxValue);
        line.Write(query);
        return line.ToString();
    }

    /// <summary>As <see cref="Print"/>, and cut where it is longer.</summary>
    internal static string Beginning(Expression query, int longest)
    {
        var line = new QueryLine(longest);
        line.Write(query);
        var text = line.ToString();
        return text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest), "…");
    }

    /// <summary>Broken into lines where it is longer than 100 characters, two spaces for each level; what <c>format_query</c> answers.</summary>
    public static string Pretty(Expression query)
    {
        var layout = new QueryLayout(LongestLine);
        layout.Write(query, 0);
        return layout.ToString();
    }
}
