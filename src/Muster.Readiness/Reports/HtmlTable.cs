namespace Muster.Readiness;

/// <summary>
/// A table with a caption, whose first cell in each row heads it. On a narrow page each row becomes a card (see <see cref="HtmlStyle"/>); the roles keep it a table
/// for a screen reader then, since <c>display</c> takes that away.
/// </summary>
public static class HtmlTable
{
    public static Html Of(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Html>> rows, bool showCaption = false)
    {
        var heads = Html.Join(columns.Select(column => Html.Of($"""<th role="columnheader" scope="col">{column}</th>""")));
        var body = Html.Join(rows.Select(row => Html.Of($"""<tr role="row">{Html.Join(row.Select((cell, at) => Cell(cell, columns[at], at)))}</tr>{Line}""")));
        var hidden = showCaption ? Html.None : Html.Of($" class=\"unseen\"");
        return Html.Of($"""
            <table role="table">
            <caption{hidden}>{caption}</caption>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">
            {body}</tbody>
            </table>

            """);
    }

    static readonly Html Line = Html.Of($"\n");

    static Html Cell(Html cell, string column, int at) => at == 0
        ? Html.Of($"""<th role="rowheader" scope="row">{cell}</th>""")
        : Html.Of($"""<td role="cell" data-label="{column}"><div>{(cell.IsEmpty ? Html.Of($"–") : cell)}</div></td>""");
}
