using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The rows of one table as a set: how many, and a sum over them that does not depend on their order.</summary>
sealed record TableRows(string Name, long Rows, string Digest)
{
    /// <summary>Its rows are not in the log, so that a physical backup does not bring them.</summary>
    public bool Unlogged { get; init; }
}

/// <summary>
/// The rows of a database's own tables, computed by the server in one pass over each. The digest of a table is the exact sum of a 64-bit hash of each row as text: the same rows in any order have the same,
/// and another set of as many rows has the same by chance once in 2^64. It is no seal against somebody who makes up rows to fit.
/// </summary>
static class TableDigests
{
    /// <summary>Named in each manifest, so that no sum is ever compared with one that was computed otherwise.</summary>
    public const string Formula = "sum(hashtextextended(row::text collate \"C\", 0))";

    // A row's text must not depend on who asks: zones, styles, precision, the path by which names are shortened; and rows that a policy hides would be missing in silence.
    const string Settings = """
        select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'iso_8601', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
          set_config('lc_monetary', 'C', true), set_config('xmlbinary', 'base64', true), set_config('search_path', 'pg_catalog', true), set_config('row_security', 'off', true)
        """;

    // Whole tables only: what an extension brings comes with it, partitioned parents hold no rows, views hold none of their own.
    const string Tables = """
        select format('%I.%I', n.nspname, c.relname), c.relpersistence = 'u', pg_table_size(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') order by format('%I.%I', n.nspname, c.relname) collate "C"
        """;

    /// <param name="only">Names of tables as they are shown here; empty for all.</param>
    /// <param name="told">Rows so far, of which table, and bytes done of all bytes.</param>
    public static async Task<ImmutableArray<TableRows>> Read(PostgresSession session, IReadOnlySet<string> only, Action<string, long, long, long> told, CancellationToken cancel)
    {
        await session.Query(Settings, cancel);
        var tables = (await session.Query(Tables, cancel)).Rows.Where(row => only.Count == 0 || only.Contains(row[0]!)).Select(row => (Name: row[0]!, Unlogged: row[1] == "t", Bytes: Number(row[2]))).ToArray();
        var (all, done, rows) = (tables.Sum(table => table.Bytes), 0L, 0L);
        var read = ImmutableArray.CreateBuilder<TableRows>(tables.Length);
        foreach (var table in tables)
        {
            told(table.Name, rows, done, all);
            var row = (await session.Query(Statement(table.Name), cancel)).Only;
            read.Add(new(table.Name, Number(row[0]), row[1] ?? "0") { Unlogged = table.Unlogged });
            (done, rows) = (done + table.Bytes, rows + Number(row[0]));
        }

        return read.DrainToImmutable();
    }

    /// <param name="table">Quoted by the server itself.</param>
    public static string Statement(string table) => $"select count(*), coalesce(sum(hashtextextended(\"muster row\"::text collate \"C\", 0)), 0) from only {table} as \"muster row\"";

    static long Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new Unseen(Blind.Unreadable, "the server counts rows in words that are no number");
}
