using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// A file to its tree. After a mistake in the syntax it goes on at the next top-level item, and within one at the next item of it, so that every mistake is told
/// at once. What could not be read stays in the tree as <see cref="YamlNode.Broken"/> under its key.
/// </summary>
static class YamlFile
{
    public static YamlNode.Map? Read(string file, ReadOnlySpan<byte> bytes, Problems problems)
    {
        var start = new Place(file, 1, 1);
        if (YamlText.Decode(file, bytes, problems) is not { } text) return null;
        var reader = new YamlReader(file, problems);
        var root = reader.Read(text, 0, out var broken);
        if (broken is not null)
        {
            var before = problems.Count;
            var entries = Piecewise(reader, file, text.Split('\n'), 0, 0, problems);
            if (problems.Count == before) Report(broken, text.Split('\n'), 0, problems);
            return new(start, entries);
        }

        if (root is YamlNode.Map map) return map;
        if (root is null or YamlNode.Scalar { IsEmpty: true })
        {
            if (!problems.HasErrors) problems.Error(start, "", "The file is empty.", "Begin with \"muster: 1\" and \"system: name\".");
        }
        else problems.Error(root.Place, "", $"The file holds {root.Says} where keys were expected.", "Begin with \"muster: 1\" and \"system: name\".");

        return null;
    }

    /// <summary>Reads each item that begins at this indent by itself.</summary>
    static ImmutableArray<YamlEntry> Piecewise(YamlReader reader, string file, string[] lines, int above, int indent, Problems problems)
    {
        var entries = new List<YamlEntry>();
        var seen = new Dictionary<string, Place>();
        var starts = Enumerable.Range(0, lines.Length).Where(i => Begins(lines[i], indent)).ToList();
        for (var i = 0; i < starts.Count; i++)
        {
            var piece = lines[starts[i]..(i + 1 < starts.Count ? starts[i + 1] : lines.Length)];
            foreach (var entry in One(reader, file, piece, above + starts[i], indent, problems))
                if (seen.TryAdd(entry.Key.Text, entry.Key.Place)) entries.Add(entry);
                else problems.Error(entry.Key.Place, entry.Key.Text, $"The key \"{entry.Key.Text}\" stands twice; first on line {seen[entry.Key.Text].Line}.", "Keep one of the two.");
        }

        return [.. entries];
    }

    static ImmutableArray<YamlEntry> One(YamlReader reader, string file, string[] piece, int above, int indent, Problems problems)
    {
        var root = reader.Read(string.Join('\n', piece), above, out var broken);
        if (broken is null && root is YamlNode.Map map) return map.Entries;
        var name = KeyOf(piece[0]);
        var place = new Place(file, above + 1, indent + 1);
        if (broken is null)
        {
            if (root is not null) problems.Error(root.Place, "", $"There is {root.Says} where a key was expected.", "Write \"key: value\".");
            return [];
        }

        if (name is null)
        {
            Report(broken, piece, above, problems);
            return [];
        }

        var key = new YamlNode.Scalar(place, name, true);
        var inner = Array.FindIndex(piece, 1, line => line.Trim() is { Length: > 0 } text && text[0] != '#');
        var deeper = inner < 0 ? 0 : piece[inner].Length - piece[inner].TrimStart(' ').Length;
        var opens = piece[0].TrimEnd() is var head && (head.EndsWith(':') || head.Contains(": #", StringComparison.Ordinal) || head.Contains(":  ", StringComparison.Ordinal));
        if (indent == 0 && deeper > 0 && opens && KeyOf(piece[inner]) is not null)
        {
            var before = problems.Count;
            var entries = Piecewise(reader, file, piece[1..], above + 1, deeper, problems);
            if (problems.Count == before) Report(broken, piece, above, problems);
            return [new(key, new YamlNode.Map(new(file, above + inner + 1, deeper + 1), entries))];
        }

        Report(broken, piece, above, problems);
        return [new(key, new YamlNode.Broken(place))];
    }

    static bool Begins(string line, int indent) =>
        line.Length > indent && line.AsSpan(0, indent).TrimStart(' ').IsEmpty && line[indent] is not (' ' or '\t' or '#' or '}' or ']')
        && !line.StartsWith("---", StringComparison.Ordinal) && !line.StartsWith("...", StringComparison.Ordinal);

    /// <summary>The name before the colon, or null if the line does not begin with one.</summary>
    static string? KeyOf(string line)
    {
        var text = line.Trim();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        while (colon > 0 && colon + 1 < text.Length && text[colon + 1] is not (' ' or '\t')) colon = text.IndexOf(':', colon + 1);
        if (colon <= 0 || text[0] is '-' or '{' or '[' or '&' or '*' or '!' or '|' or '>' or '%' or '@' or '`') return null;
        return text[..colon].Trim().Trim('"', '\'');
    }

    static void Report(Syntax broken, string[] lines, int above, Problems problems)
    {
        var place = broken.Place;
        for (var line = Math.Max(1, place.Line - above - 1); line <= Math.Min(lines.Length, place.Line - above + 1); line++)
        {
            var indent = lines[line - 1].AsSpan(0, lines[line - 1].Length - lines[line - 1].TrimStart().Length);
            if (indent.IndexOf('\t') is not (>= 0 and var tab)) continue;
            problems.Error(place with { Line = line + above, Column = tab + 1 }, "", "A tab stands where the line is indented.", "Indent with spaces only.");
            return;
        }

        // What ends too early is told at the last line that says something.
        var at = Math.Min(place.Line - above, lines.Length);
        while (at > 1 && lines[at - 1].AsSpan().Trim().IsEmpty) at--;
        if (at + above != place.Line) place = place with { Line = at + above, Column = lines[at - 1].TrimEnd().Length + 1 };
        var says = broken.Says.TrimEnd('.');
        problems.Error(place, "", $"This is not YAML: {char.ToLowerInvariant(says[0])}{says[1..]}.", FixOf(says));
    }

    static string FixOf(string says) =>
        says.Contains("invalid mapping", StringComparison.Ordinal) ? "Put a value that holds \": \" in quotes, and check the indent of this line."
        : says.Contains("cannot start any token", StringComparison.Ordinal) ? "Put a value that begins with @, ` or % in quotes."
        : says.Contains("quoted scalar", StringComparison.Ordinal) ? "Close the quote."
        : says.Contains("not closed", StringComparison.Ordinal) ? "Close it."
        : "Check the indent, brackets and quotes here and on the line before.";
}
