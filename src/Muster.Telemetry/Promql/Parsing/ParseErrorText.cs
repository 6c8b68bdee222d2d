using System.Globalization;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>A problem with its place told as lines and columns, from 1: <c>1:5: parse error: unexpected end of input</c>.</summary>
public static class ParseErrorText
{
    public static string Of(string query, QueryProblem problem)
    {
        if (problem.Place is not { } place) return problem.Message;
        var before = query.AsSpan(0, Math.Clamp(place.Start, 0, query.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - before.LastIndexOf('\n');
        return string.Create(CultureInfo.InvariantCulture, $"{line}:{column}: parse error: {problem.Message}");
    }
}
