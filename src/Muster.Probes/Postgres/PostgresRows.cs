using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Muster.Readiness;
using Npgsql;

namespace Muster.Probes;

/// <summary>A statement's answer, each value as the server writes it; null for NULL.</summary>
sealed record PostgresRows(ImmutableArray<string> Columns, ImmutableArray<uint> Types, ImmutableArray<string?[]> Rows)
{
    const int MostRows = 10_000;
    const int MostColumns = 100;
    const int MostCharacters = 1024 * 1024;

    /// <summary>The one row that such a statement always gives.</summary>
    public string?[] Only => Rows is [var row] ? row : throw new Unseen(Blind.Unreadable, $"one row was expected, and {Rows.Length} came");

    public static async Task<PostgresRows> Read(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var count = reader.FieldCount;
        if (count > MostColumns) throw new Unseen(Blind.TooLarge, $"the answer has {count} columns, more than the {MostColumns} that are read");
        var names = Enumerable.Range(0, count).Select(reader.GetName).ToImmutableArray();
        var types = Enumerable.Range(0, count).Select(reader.GetDataTypeOID).ToImmutableArray();
        var rows = ImmutableArray.CreateBuilder<string?[]>();
        long characters = 0;
        while (await reader.ReadAsync(cancel))
        {
            if (rows.Count == MostRows) throw new Unseen(Blind.TooLarge, $"the answer has more than the {MostRows} rows that are read; count or group in the statement");
            var row = new string?[count];
            for (var i = 0; i < count; i++)
            {
                row[i] = await reader.IsDBNullAsync(i, cancel) ? null : await reader.GetFieldValueAsync<string>(i, cancel);
                if ((characters += row[i]?.Length ?? 0) > MostCharacters) throw new Unseen(Blind.TooLarge, $"the answer has more than the {MostCharacters} characters that are read; ask for less");
            }

            rows.Add(row);
        }

        return new(names, types, rows.DrainToImmutable());
    }

    /// <summary>Each row as a map. Of two columns with one name the later is numbered, so that none hides the other.</summary>
    public IEnumerable<Value.Fields> Typed()
    {
        var names = Columns.ToArray();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
            for (var number = 2; !taken.Add(names[i]); number++) names[i] = string.Create(CultureInfo.InvariantCulture, $"{Columns[i]} {number}");
        foreach (var row in Rows)
            yield return new(row.Select((text, i) => KeyValuePair.Create(names[i], Type(text, Types[i]))));
    }

    /// <summary>By the numbers that PostgreSQL gives its own types (pg_type.dat). What JSON cannot hold exactly stays text.</summary>
    public static Value Type(string? text, uint type) => text is null ? Value.Null : type switch
    {
        16 => text == "t",
        20 or 21 or 23 or 26 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && Math.Abs((double)whole) < 9007199254740992 ? whole : text,
        700 or 701 => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : text,
        1700 => Exact(text),
        114 or 3802 => Json(text),
        1184 => Instant.TryRead(text.EndsWith("+00", StringComparison.Ordinal) ? text[..^3] + "Z" : text, out var instant) ? instant : text,
        _ => text,
    };

    /// <summary>A double has fifteen digits that it surely keeps.</summary>
    static Value Exact(string text) =>
        text.Count(char.IsAsciiDigit) <= 15 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : text;

    static Value Json(string text)
    {
        try { return Value.Parse(Encoding.UTF8.GetBytes(text)); }
        catch (Exception other) when (other is JsonException or InvalidOperationException) { return text; } // The type json keeps what ours refuses, a name that stands twice.
    }
}
