using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Cli.Telemetry;

/// <summary>The line of a query that a server cannot read, with a mark below the place that it tells: <c>1:5: parse error: …</c>.</summary>
static partial class QueryMark
{
    const int Before = 50;
    const int After = 20;

    /// <returns>Lines to stand below the message; empty when it tells no place of this query.</returns>
    public static string Of(string error, string query)
    {
        var place = Place().Match(error);
        if (!place.Success) return "";
        var lines = query.Split('\n');
        var (line, column) = (Number(place.Groups[1]) - 1, Number(place.Groups[2]) - 1);
        if (line < 0 || line >= lines.Length || column < 0 || column > lines[line].Length) return "";
        var text = string.Concat(lines[line].Select(letter => char.IsControl(letter) ? ' ' : letter));
        var (from, to) = (Math.Max(0, column - Before), Math.Min(text.Length, column + After));
        var (left, right) = (from > 0 ? "…" : "", to < text.Length ? "…" : "");
        return $"\n    {left}{text[from..to]}{right}\n    {new string(' ', left.Length + column - from)}^";
    }

    static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<![0-9])([0-9]{1,7}):([0-9]{1,7}): parse error: ")]
    private static partial Regex Place();
}
