using System.Collections.Immutable;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Muster.Cli.Checklists;

/// <summary>A table in which some column says what must hold: each row is an item. What a column of states says is somebody's word and never believed.</summary>
static class ChecklistTable
{
    static readonly ImmutableArray<string> Severities = ["critical", "high", "medium", "low"];

    public static void Read(Table table, ChecklistWalk walk, ChecklistWalk.Where where)
    {
        walk.Claim(table, Because.TableRule);
        var rows = table.OfType<TableRow>().ToList();
        var head = rows.FirstOrDefault(row => row.IsHeader);
        if (head is not null) walk.Claim([walk.LineOf(head)], Because.TableHead);
        var names = head is null ? [] : Cells(head).Select(cell => cell.Words).ToImmutableArray();
        var body = rows.Where(row => !row.IsHeader).Select(row => (Row: row, Cells: Cells(row))).ToList();
        var columns = Columns.Of(names, body.Exists(row => row.Cells.Any(cell => cell.Box is not null)));
        var section = where.Section;
        foreach (var (row, cells) in body)
        {
            var line = walk.LineOf(row);
            if (where.LeftOut || cells.Any(cell => cell.LeftOut)) walk.Claim([line], Because.LeftOut);
            else if (columns is null) walk.Claim([line], Because.NoChecklist);
            else section = Row(line, cells, columns, walk, where, section);
        }
    }

    /// <returns>The section from here on: a row that says nothing but a section begins one.</returns>
    static string? Row(int line, ImmutableArray<Spoken> cells, Columns columns, ChecklistWalk walk, ChecklistWalk.Where where, string? section)
    {
        var said = columns.Sentence < cells.Length ? cells[columns.Sentence] : Spoken.Of(null);
        var own = columns.First(Column.Section, cells);
        if (!Spoken.Says(said.Words))
        {
            walk.Claim([line], own is null ? Because.SaysNothing : Because.Introduces);
            return own ?? section;
        }

        var words = new List<string> { said.Words };
        for (var i = 0; i < cells.Length; i++)
            if (i != columns.Sentence && columns.RoleOf(i) == Column.Other && cells[i].Words.Length > 0)
                words.Add(columns.NameOf(i) is { Length: > 0 } name ? $"{name}: {cells[i].Words}" : cells[i].Words);
        var more = words.Count == 1 ? "" : $" ({string.Join("; ", words.Skip(1))})";
        var ticked = cells.FirstOrDefault(cell => cell.Box is not null)?.Box == true ? "ticked" : null;
        var severity = columns.First(Column.Severity, cells)?.ToLowerInvariant();
        walk.Add([line], said, said.Words + more, [.. cells.SelectMany(cell => cell.Code)], where with { Section = own ?? section }, item => item with
        {
            Title = Spoken.Shown(item.Title + more, 200),
            Reference = item.Reference ?? (columns.First(Column.Reference, cells) is { } reference ? References.OfCell(reference) : null),
            Owner = columns.First(Column.Owner, cells),
            Severity = severity is not null && Severities.Contains(severity) ? severity : null,
            SomebodysWord = columns.First(Column.State, cells) ?? ticked,
        });
        return section;
    }

    static ImmutableArray<Spoken> Cells(TableRow row) =>
        [.. row.OfType<TableCell>().Select(cell => Spoken.Of(cell.Descendants<ParagraphBlock>().FirstOrDefault()?.Inline))];
}
