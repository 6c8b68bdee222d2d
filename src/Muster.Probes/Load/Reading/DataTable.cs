using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Columns and rows out of bytes.</summary>
static class DataTable
{
    const int MostRows = 2_000_000;
    const int MostColumns = 200;

    // A file of nothing but commas would else take many times its size.
    const int MostFields = 20_000_000;

    /// <exception cref="FormatException">It is no list of maps with the same keys.</exception>
    public static (string[] Columns, string[][] Rows) Json(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        Value value;
        try { value = Value.Parse(bytes); }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException) { throw new FormatException($"it is not JSON ({unread.Message.TrimEnd('.')})", unread); }
        if (value is not Value.Items { Are: var items }) throw new FormatException("it is no list");
        if (items.IsEmpty) throw new FormatException("it has no rows");
        if (items.Length > MostRows) throw new FormatException($"it has more than {MostRows} rows");
        string[] columns = items[0] is Value.Fields { Count: > 0 } first ? [.. first.Select(field => field.Key)] : throw new FormatException("its first element is no map with keys");
        Columns(columns);
        var rows = new string[items.Length][];
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is not Value.Fields row || row.Count != columns.Length) throw new FormatException($"element {i} has not the keys of the first");
            rows[i] = [.. columns.Select(column => row[column] switch
            {
                Value.Text text => text.Is,
                Value.Nothing => "",
                null => throw new FormatException($"element {i} has no \"{Bounded.Start(column, 80)}\""),
                var other => other.ToString(),
            })];
        }

        return (columns, rows);
    }

    /// <summary>RFC 4180: fields between commas, in quotes where they hold commas, quotes or line ends; a quote within is doubled. The first row names the columns.</summary>
    /// <exception cref="FormatException">It is no such file; the message has the line.</exception>
    public static (string[] Columns, string[][] Rows) Csv(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        string text;
        try { text = new UTF8Encoding(false, true).GetString(bytes); }
        catch (DecoderFallbackException) { throw new FormatException("it is not UTF-8"); }
        var csv = new CsvRows(text);
        if (csv.Next() is not { } columns) throw new FormatException("it is empty");
        Columns(columns);
        var rows = new List<string[]>();
        while (csv.Next() is { } row)
        {
            // An empty line is no row, unless there is but one column, whose value is then empty.
            if (row is [""] && columns.Length > 1) continue;
            if (row.Length != columns.Length) throw new FormatException($"line {csv.Line} has {row.Length} fields, and the header row has {columns.Length}");
            rows.Add(row);
            if (rows.Count > MostRows || (long)rows.Count * columns.Length > MostFields) throw new FormatException($"it has more than {MostRows} rows or {MostFields} fields");
        }

        return rows.Count > 0 ? (columns, [.. rows]) : throw new FormatException("it has no rows below its header");
    }

    static void Columns(string[] names)
    {
        if (names.Length > MostColumns) throw new FormatException($"it has more than {MostColumns} columns");
        if (names.FirstOrDefault(name => name.Length is 0 or > 100 || name.AsSpan().IndexOfAny(")\r\n") >= 0) is { } odd) throw new FormatException($"\"{Bounded.Start(odd, 80)}\" cannot be a column's name");
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new FormatException($"the column \"{twice.Key}\" stands twice");
    }
}

/// <summary>The rows of a CSV text, one after the other.</summary>
sealed class CsvRows(string text)
{
    int _at;
    int _next = 1;

    /// <summary>Where the last row began.</summary>
    public int Line { get; private set; }

    public string[]? Next()
    {
        if (_at >= text.Length) return null;
        Line = _next;
        var fields = new List<string>();
        while (true)
        {
            fields.Add(Field());
            if (_at < text.Length && text[_at] == ',')
            {
                _at++;
                continue;
            }

            if (_at < text.Length) EndOfLine();
            return [.. fields];
        }
    }

    string Field()
    {
        if (_at >= text.Length || text[_at] != '"')
        {
            var end = text.AsSpan(_at).IndexOfAny(",\r\n\"") is var found and >= 0 ? _at + found : text.Length;
            if (end < text.Length && text[end] == '"') throw new FormatException($"line {_next} has a quote within a field that does not begin with one");
            var plain = text[_at..end];
            _at = end;
            return plain;
        }

        var field = new StringBuilder();
        for (_at++; ; _at++)
        {
            var quote = text.IndexOf('"', _at);
            if (quote < 0) throw new FormatException($"the quote that opens in the row at line {Line} never closes");
            _next += text.AsSpan(_at, quote - _at).Count('\n');
            field.Append(text, _at, quote - _at);
            _at = quote + 1;
            if (_at >= text.Length || text[_at] != '"') break;
            field.Append('"');
        }

        if (_at < text.Length && text[_at] is not (',' or '\r' or '\n')) throw new FormatException($"line {_next} goes on behind a closed quote");
        return field.ToString();
    }

    void EndOfLine()
    {
        if (text[_at] == '\r') _at++;
        if (_at < text.Length && text[_at] == '\n') _at++;
        _next++;
    }
}
