using System.Globalization;
using System.Text;

namespace Muster.Readiness;

/// <summary>Problems as people read them: the place, the line with a caret under it, and the fix.</summary>
public static class ProblemText
{
    const int Widest = 120;

    public static string Render(IEnumerable<Problem> problems)
    {
        var to = new StringBuilder();
        foreach (var problem in problems)
        {
            if (to.Length > 0) to.Append('\n');
            to.Append(problem.Place).Append(": ").Append(problem.Gravity == Gravity.Error ? "error: " : "warning: ").Append(problem.Says).Append('\n');
            if (problem.Line.Length > 0) Source(problem, to);
            to.Append("  fix: ").Append(problem.Fix).Append('\n');
        }

        return to.ToString();
    }

    /// <summary>A long line is cut around the caret; tabs become single spaces, so that the caret stands where it should.</summary>
    static void Source(Problem problem, StringBuilder to)
    {
        var number = problem.Place.Line.ToString(CultureInfo.InvariantCulture);
        var line = problem.Line.Replace('\t', ' ');
        var at = Math.Clamp(problem.Place.Column - 1, 0, line.Length);
        var from = at > Widest * 3 / 4 ? Math.Min(at - Widest / 2, Math.Max(0, line.Length - Widest)) : 0;
        var shown = line.Length - from > Widest ? string.Concat(line.AsSpan(from, Widest), "…") : line[from..];
        var lead = from > 0 ? "…" : "";
        to.Append("  ").Append(number).Append(" | ").Append(lead).Append(shown).Append('\n');
        to.Append(' ', number.Length + 2).Append(" | ").Append(' ', at - from + lead.Length).Append("^\n");
    }
}
