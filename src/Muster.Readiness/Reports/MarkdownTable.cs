using System.Text;

namespace Muster.Readiness;

/// <summary>A table whose cells are Markdown already; see <see cref="MarkdownText"/> for text of others.</summary>
static class MarkdownTable
{
    public static void Write(StringBuilder to, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        Row(to, columns);
        Row(to, [.. columns.Select(_ => "---")]);
        foreach (var row in rows) Row(to, row);
        to.Append('\n');
    }

    static void Row(StringBuilder to, IReadOnlyList<string> cells)
    {
        foreach (var cell in cells) to.Append("| ").Append(cell).Append(cell.Length == 0 ? "" : " ");
        to.Append("|\n");
    }
}
