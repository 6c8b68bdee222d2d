using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary><c>each: { dep: [ postgres, redis ], fault: [ stop, hang ] }</c>: the cells are fixed when the document is read.</summary>
static class EachReader
{
    public const int MostCells = 1_000;
    public const int MostCellsInAll = 20_000;
    const int MostNodesInAll = 2_000_000;

    /// <summary>The name of each cell with what fills its placeholders. Without <c>each</c> there is one, without a name.</summary>
    public static ImmutableArray<(string Name, ImmutableDictionary<string, YamlNode.Scalar> Filling)> Read(YamlNode? node, string path, int size, Draft draft)
    {
        if (node is null) return [("", ImmutableDictionary<string, YamlNode.Scalar>.Empty)];
        if (Typed.Map(node, path, draft.Problems) is not { } map) return [];
        var cells = new List<(string Name, ImmutableDictionary<string, YamlNode.Scalar> Filling)> { ("", ImmutableDictionary<string, YamlNode.Scalar>.Empty) };
        long count = 1;
        foreach (var (_, value) in map.Entries) count = Math.Min(count * Math.Max(1, Typed.Nodes(value).Length), int.MaxValue);
        draft.Cells = (int)Math.Min(int.MaxValue, draft.Cells + count);
        draft.ExpandedNodes = (int)Math.Min(int.MaxValue, draft.ExpandedNodes + count * size);
        if (count > MostCells || draft.Cells > MostCellsInAll || draft.ExpandedNodes > MostNodesInAll || map.Entries.Length > 8)
        {
            draft.Problems.Error(node.Place, path, $"Too many cells: {count} here, {draft.Cells} so far.", $"A control has at most {MostCells} of at most 8 names, a document {MostCellsInAll}.");
            return [];
        }

        foreach (var (key, value) in map.Entries.OrderBy(entry => entry.Key.Text, StringComparer.Ordinal))
        {
            if (!Typed.IsName(key.Text) || key.Text.Contains('.', StringComparison.Ordinal) || key.Text == "nonce")
                draft.Problems.Error(key.Place, path, $"\"{key.Text}\" cannot be the name of a placeholder.", "Use letters, digits, \"_\" and \"-\"; nonce is taken.");
            var values = Values(value, $"{path}.{key.Text}", draft.Problems);
            if (values.IsEmpty) return [];
            cells = [.. cells.SelectMany(cell => values.Select(scalar => ($"{cell.Name}{(cell.Name.Length == 0 ? "" : ",")}{key.Text}={scalar.Text}", cell.Filling.SetItem(key.Text, scalar))))];
        }

        return [.. cells.Select(cell => (cell.Name.Length == 0 ? "" : $"[{cell.Name}]", cell.Filling))];
    }

    /// <summary>The node with this cell's placeholders filled; one that stands alone takes the scalar as it was written.</summary>
    public static YamlNode Fill(YamlNode node, ImmutableDictionary<string, YamlNode.Scalar> filling) => filling.IsEmpty ? node : node.Replace(scalar =>
    {
        if (!scalar.Text.Contains("$(", StringComparison.Ordinal)) return scalar;
        if (scalar.Text.EndsWith(')') && filling.TryGetValue(scalar.Text[2..^1], out var whole) && scalar.Text.StartsWith("$(", StringComparison.Ordinal)) return new YamlNode.Scalar(scalar.Place, whole.Text, whole.Plain);
        var filled = Placeholder.Fill(scalar.Text, name => filling.TryGetValue(name, out var part) ? new Value.Text(part.Text) : null);
        return new YamlNode.Scalar(scalar.Place, ((Value.Text)filled).Is, scalar.Plain);
    });

    static ImmutableArray<YamlNode.Scalar> Values(YamlNode node, string path, Problems problems)
    {
        var values = new List<YamlNode.Scalar>();
        foreach (var item in Typed.Nodes(node))
        {
            if (item is not YamlNode.Scalar scalar || Typed.Text(item, path, problems) is not { } text)
            {
                if (item is not YamlNode.Scalar) problems.Error(item.Place, path, $"There is {item.Says} where a single value was expected.", "Write [ a, b ].");
                return [];
            }

            if (text.Length > 100 || text.AsSpan().ContainsAny("[],=\n") || text.Contains("$(", StringComparison.Ordinal))
                problems.Error(item.Place, path, $"\"{text}\" cannot name a cell.", "Leave out brackets, commas, \"=\" and placeholders.");
            else if (values.Any(other => other.Text == text)) problems.Error(item.Place, path, $"\"{text}\" stands twice.", "Keep one of the two.");
            else values.Add(scalar);
        }

        if (node is YamlNode.List { Items.IsEmpty: true }) problems.Error(node.Place, path, "There is no value for a cell.", "Write [ a, b ].");
        return [.. values];
    }
}
