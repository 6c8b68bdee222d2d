using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The table in which a tool writes what it applied.</summary>
static class MigrationTable
{
    internal const string Find = "select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = $1 and c.relkind in ('r', 'p') and ($2::text is null or n.nspname = $2) order by 1";

    public static string Usual(string tool) => tool switch { "ef" => "__EFMigrationsHistory", "flyway" => "flyway_schema_history", "golang-migrate" => "schema_migrations", _ => "databasechangelog" };

    /// <summary>The table in its schema, quoted; null if there is none, so that nothing was ever applied.</summary>
    public static async Task<string?> Locate(PostgresSession session, string table, string? schema, CancellationToken cancel)
    {
        var found = await session.Query(Find, cancel, table, schema);
        if (found.Rows.Length > 1) throw Given.Wrong("schema", $"must say which one is meant: {table} stands in {string.Join(", ", found.Rows.Select(row => row[0]))}");
        return found.Rows is [[{ } one]] ? $"{one}.{Quoted(table)}" : null;
    }

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static Task<MigrationHistory> Read(PostgresSession session, string tool, string table, CancellationToken cancel) => tool switch
    {
        "ef" => Ef(session, table, cancel),
        "flyway" => Flyway(session, table, cancel),
        "golang-migrate" => GolangMigrate(session, table, cancel),
        _ => Liquibase(session, table, cancel),
    };

    static async Task<MigrationHistory> Ef(PostgresSession session, string table, CancellationToken cancel) =>
        new([.. (await session.Query($"select \"MigrationId\" from {table} order by 1", cancel)).Rows.Select(row => new AppliedMigration(row[0] ?? ""))], Dirty: false);

    /// <summary>Rows without a version are repeatable, or say that a schema was made. Of a migration that was tried again the last row counts.</summary>
    static async Task<MigrationHistory> Flyway(PostgresSession session, string table, CancellationToken cancel)
    {
        var rows = (await session.Query($"select version, description, type, checksum, success from {table} order by installed_rank", cancel)).Rows;
        var last = new Dictionary<string, AppliedMigration>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var type = row[2] ?? "";
            if (type == "SCHEMA") continue;
            var id = row[0] is { } version ? MigrationFolder.Version(version) : row[1] ?? "";
            if (type == "DELETE" || type.StartsWith("UNDO", StringComparison.Ordinal) && row[4] == "t") last.Remove(id);
            else last[id] = new(id, int.TryParse(row[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var checksum) ? checksum : null, row[4] != "t", type == "BASELINE");
        }

        return new([.. last.Values], last.Values.Any(one => one.Failed));
    }

    /// <summary>One row, the last version; everything before it is applied.</summary>
    static async Task<MigrationHistory> GolangMigrate(PostgresSession session, string table, CancellationToken cancel)
    {
        var rows = (await session.Query($"select version, dirty from {table}", cancel)).Rows;
        if (rows.Length > 1) throw new Unseen(Blind.Unreadable, $"{table} holds {rows.Length} rows, and golang-migrate keeps one; is it another tool's?");
        return rows is [[{ } version, var dirty]] ? new([new(version, Failed: dirty == "t", Baseline: true)], dirty == "t") : new([], Dirty: false);
    }

    static async Task<MigrationHistory> Liquibase(PostgresSession session, string table, CancellationToken cancel)
    {
        var rows = (await session.Query($"select author, id, exectype from {table} order by orderexecuted", cancel)).Rows;
        var locked = (await session.Query($"select count(*) from {table.Insert(table.Length - 1, "lock")} where locked", cancel)).Only[0] != "0";
        ImmutableArray<AppliedMigration> applied = [.. rows.Select(row => new AppliedMigration($"{row[0]}:{row[1]}", Failed: row[2] == "FAILED")).DistinctBy(one => one.Id)];
        return new(applied, locked);
    }
}
