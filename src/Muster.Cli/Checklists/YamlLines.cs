using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>A YAML file that a person wrote, edited so that every byte stays but those that are meant: by places that the document's reader gave.</summary>
sealed class YamlLines
{
    readonly string _mark;
    readonly string _end;
    readonly List<(string Text, string End)> _lines = [];
    readonly List<(int After, string Text)> _insertions = [];
    (int First, int Last, string Text)? _list;

    public YamlLines(string raw)
    {
        _mark = raw.StartsWith('\uFEFF') ? "\uFEFF" : "";
        var start = _mark.Length;
        for (var i = start; i < raw.Length; i++)
        {
            if (raw[i] is not ('\r' or '\n')) continue;
            var end = raw[i] == '\r' && i + 1 < raw.Length && raw[i + 1] == '\n' ? "\r\n" : raw[i].ToString();
            _lines.Add((raw[start..i], end));
            i += end.Length - 1;
            start = i + 1;
        }

        if (start < raw.Length) _lines.Add((raw[start..], ""));
        _end = _lines.Count > 0 && _lines[0].End.Length > 0 ? _lines[0].End : "\n";
    }

    public int Count => _lines.Count;

    /// <summary>From 1.</summary>
    public string this[int line] => _lines[line - 1].Text;

    /// <summary>Puts one text in another's place; false where something else stands there, as after an edit in between.</summary>
    public bool Replace(Place at, string was, string now)
    {
        if (at.Line > _lines.Count) return false;
        var (text, end) = _lines[at.Line - 1];
        var column = at.Column - 1;
        if (column < text.Length && text[column] is '"' or '\'') column++;
        if (column > text.Length || !text.AsSpan(column).StartsWith(was, StringComparison.Ordinal)) return false;
        _lines[at.Line - 1] = (string.Concat(text.AsSpan(0, column), now, text.AsSpan(column + was.Length)), end);
        return true;
    }

    /// <summary>Replaces the whole line if it is this one, indent aside.</summary>
    public bool ReplaceLine(int line, string was, string now)
    {
        var (text, end) = _lines[line - 1];
        if (text.Trim() != was) return false;
        _lines[line - 1] = (text[..(text.Length - text.TrimStart().Length)] + now, end);
        return true;
    }

    /// <summary>Lines of ours below a line; they are put there when the text is asked for, so that places stay what they are. 0 is the beginning.</summary>
    public void InsertAfter(int line, string text) => _insertions.Add((line, text));

    /// <summary>The list of what is no control, anew, where it stands; false if it was taken away.</summary>
    public bool ReplaceList(string list)
    {
        var first = _lines.FindIndex(line => line.Text == ControlText.ListBegins);
        var last = first < 0 ? -1 : _lines.FindIndex(first, line => line.Text == ControlText.ListEnds);
        if (last < 0) return false;
        _list = (first + 1, last + 1, list);
        return true;
    }

    /// <summary>The last line of an entry: blank lines and comments behind it belong to what comes next.</summary>
    public int LastLineOf(Place key)
    {
        var indent = key.Column - 1;
        var last = key.Line;
        for (var line = key.Line + 1; line <= _lines.Count; line++)
        {
            var text = this[line];
            var bare = text.TrimStart(' ');
            if (bare.Trim().Length == 0) continue;
            var deeper = text.Length - bare.Length > indent;
            if (!deeper && bare[0] != '#') break;
            if (deeper) last = line;
        }

        return last;
    }

    /// <summary>The line of a top-level key that has nothing behind it, or 0.</summary>
    public int LineOfOpenKey(string name)
    {
        for (var line = 1; line <= _lines.Count; line++)
            if (this[line].StartsWith(name + ":", StringComparison.Ordinal) && this[line][(name.Length + 1)..].Trim() is "" or ['#', ..]) return line;
        return 0;
    }

    public bool HasKey(string name) => _lines.Exists(line => line.Text.StartsWith(name + ":", StringComparison.Ordinal) || line.Text.StartsWith($"\"{name}\":", StringComparison.Ordinal) || line.Text.StartsWith($"'{name}':", StringComparison.Ordinal));

    /// <summary>The text without a top-level key and all that is below it.</summary>
    public string Without(string name)
    {
        var first = _lines.FindIndex(line => line.Text.StartsWith(name + ":", StringComparison.Ordinal));
        if (first < 0) return ToString();
        var next = _lines.FindIndex(first + 1, line => line.Text.Length > 0 && line.Text[0] is not (' ' or '#' or '}' or ']' or '-'));
        return string.Concat(_lines.Where((_, i) => i < first || next >= 0 && i >= next).Select(line => line.Text + line.End));
    }

    public override string ToString()
    {
        var to = new StringBuilder(_mark);
        var below = _insertions.ToLookup(insertion => insertion.After, insertion => insertion.Text);
        Insert(0);
        for (var line = 1; line <= _lines.Count; line++)
        {
            var (text, end) = _lines[line - 1];
            if (_list is { } list && line >= list.First && line <= list.Last)
            {
                // As it ended before, so that a file without a last line end keeps none.
                if (line == list.Last) Ours(end.Length == 0 && !below[line].Any() ? list.Text.TrimEnd('\n') : list.Text);
            }
            else to.Append(text).Append(end.Length == 0 && below[line].Any() ? _end : end);
            Insert(line);
        }

        return to.ToString();

        void Insert(int line)
        {
            foreach (var text in below[line]) Ours(text);
        }

        void Ours(string text) => to.Append(_end == "\n" ? text : text.Replace("\n", _end, StringComparison.Ordinal));
    }
}
