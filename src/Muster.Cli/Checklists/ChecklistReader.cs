using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Markdig;
using Markdig.Syntax;

namespace Muster.Cli.Checklists;

/// <summary>Bytes to a checklist. Bounded, and it never throws: what cannot be read is refused with its place.</summary>
static class ChecklistReader
{
    public const int MostBytes = Readiness.DocumentReader.MostFileBytes;
    public const int MostItems = 5_000;
    public const int MostLines = 50_000;

    static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().UsePreciseSourceLocation().UseYamlFrontMatter().UsePipeTables().UseTaskLists().Build();

    public static ChecklistReading Read(string file, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MostBytes) return new ChecklistReading.Unreadable(file, "it is larger than 2 MiB", "split it");
        var utf8 = bytes.Span;
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8)) return new ChecklistReading.Unreadable($"{file}:{InvalidAt(utf8)}", "it is not UTF-8", "save it as UTF-8");

        var source = new SourceText(Encoding.UTF8.GetString(utf8));
        if (source.Spoken.Length > MostLines) return new ChecklistReading.Unreadable(file, $"it has more than {MostLines} lines", "split it");
        if (source.LineOfEndlessLinks() is { } endless) return new ChecklistReading.Unreadable($"{file}:{endless}", "hundreds of links begin here and none of them ends", "close their brackets");
        if (Parse(source.Text) is not { } parsed) return new ChecklistReading.Unreadable(file, "its quotes, lists or brackets are nested too deeply", "make it flatter");
        var items = ChecklistWalk.Of(parsed, source, headings: false);
        // Without any list, row or marked heading, the headings are the list.
        if (items.Found.Count == 0) items = ChecklistWalk.Of(parsed, source, headings: true);
        if (items.Found.Count > MostItems) return new ChecklistReading.Unreadable(file, $"it has more than {MostItems} items", "split it");
        return new ChecklistReading.Read(new(file, items.Title, source.Spoken.Length, [.. items.Found.OrderBy(item => item.Line)], items.Others()));
    }

    /// <summary>One line of text by the same rules, as for a line that begins with a box.</summary>
    public static MarkdownDocument? Parse(string text)
    {
        try
        {
            return Markdig.Markdown.Parse(text, Markdown);
        }
        catch (ArgumentException)
        {
            return null; // the library's word for "nested too deeply"
        }
    }

    static string InvalidAt(ReadOnlySpan<byte> bytes)
    {
        int line = 1, column = 1;
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            bytes = bytes[length..];
        }

        return $"{line}:{column}";
    }
}

/// <summary>The text with its lines. A line ends as Markdown says: CR LF, LF, or CR alone.</summary>
sealed class SourceText
{
    readonly List<int> _starts = [0];

    public SourceText(string text)
    {
        Text = text;
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\n' || text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')) _starts.Add(i + 1);
        Spoken = [.. Enumerable.Range(1, _starts.Count).Where(line => !Line(line).AsSpan().Trim().IsEmpty)];
    }

    public string Text { get; }

    /// <summary>The numbers of the lines that are not blank, from 1.</summary>
    public ImmutableArray<int> Spoken { get; }

    public string Line(int line) => Text[_starts[line - 1]..(line < _starts.Count ? _starts[line] : Text.Length)].TrimEnd('\r', '\n');

    /// <summary>Each link that does not end is looked for to the end of its paragraph, which takes the parser minutes where there are many: such a text is not given to it.</summary>
    public int? LineOfEndlessLinks()
    {
        const int Most = 500;
        for (int line = 1, open = 0; line <= _starts.Count; line++)
        {
            var text = Line(line);
            if (text.AsSpan().Trim().IsEmpty) open = 0;
            for (var i = 0; i < text.Length; i++)
                if (text[i] == '(' && i > 0 && text[i - 1] == ']') open++;
                else if (text[i] == ')' && open > 0) open--;
            if (open > Most) return line;
        }

        return null;
    }

    public int LineAt(int offset)
    {
        var found = _starts.BinarySearch(Math.Clamp(offset, 0, Text.Length));
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>The lines of a block that are not blank; its end may lie beyond its last word.</summary>
    public IEnumerable<int> LinesOf(SourceSpan span)
    {
        if (span.IsEmpty) yield break;
        var (first, last) = (LineAt(span.Start), LineAt(span.End));
        for (var line = first; line <= last; line++)
            if (!Line(line).AsSpan().Trim().IsEmpty) yield return line;
    }
}
