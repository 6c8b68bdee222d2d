using System.Globalization;

namespace Muster.Probes;

/// <summary>
/// One digest of everything that a database's own schemas hold: columns, constraints, indexes with whether they are valid, views, functions, triggers, policies and sequences. Two databases that were
/// built by the same migrations have the same; one in which an object was dropped or changed by hand has another, whatever its history of migrations says.
/// </summary>
static class SchemaFingerprint
{
    internal const string Path = "select set_config('search_path', 'pg_catalog', true)";

    /// <summary>$1 is the history itself, whose tool's version may differ, and its lock.</summary>
    internal const string Digest = """
        with own as (select n.oid, n.nspname as schema from pg_namespace n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'),
          named as (select c.oid, format('%I.%I', own.schema, c.relname) as name, c.relkind from pg_class c join own on own.oid = c.relnamespace where c.relname <> all (string_to_array($1, ' '))),
          lines as (
            select format('column %s %I %s %s %s %s', t.name, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)) as line
              from named t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum where t.relkind in ('r', 'p', 'v', 'm', 'f')
            union all select format('index %s %s', pg_get_indexdef(i.indexrelid), i.indisvalid) from pg_index i join named t on t.oid = i.indrelid
            union all select format('constraint %s %I %s %s', t.name, k.conname, pg_get_constraintdef(k.oid), k.convalidated) from pg_constraint k join named t on t.oid = k.conrelid
            union all select format('view %s %s', t.name, pg_get_viewdef(t.oid)) from named t where t.relkind in ('v', 'm')
            union all select format('sequence %s', t.name) from named t where t.relkind = 'S'
            union all select format('function %s.%I(%s) %s %s', own.schema, p.proname, pg_get_function_identity_arguments(p.oid), p.prosecdef, p.prosrc) from pg_proc p join own on own.oid = p.pronamespace
            union all select format('trigger %s %s %s', t.name, pg_get_triggerdef(g.oid), g.tgenabled) from pg_trigger g join named t on t.oid = g.tgrelid where not g.tgisinternal
            union all select format('policy %s %I %s %s %s', t.name, y.polname, y.polcmd, pg_get_expr(y.polqual, y.polrelid), pg_get_expr(y.polwithcheck, y.polrelid)) from pg_policy y join named t on t.oid = y.polrelid
            union all select format('type %s.%I %s', own.schema, y.typname, (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = y.oid)) from pg_type y join own on own.oid = y.typnamespace where y.typtype in ('e', 'd'))
        select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex'), count(*),
          (select string_agg(i.indexrelid::regclass::text, ' ' order by 1) from pg_index i join named t on t.oid = i.indrelid where not i.indisvalid) from lines
        """;

    public static async Task<(string Digest, long Objects, string[] InvalidIndexes)> Of(PostgresSession session, string table, CancellationToken cancel)
    {
        // Definitions name what is not on the path with its schema, so that they do not depend on whose path it is.
        await session.Query(Path, cancel);
        var row = (await session.Query(Digest, cancel, $"{table} {table}lock")).Only;
        return ("sha256:" + row[0], long.TryParse(row[1], NumberStyles.None, CultureInfo.InvariantCulture, out var objects) ? objects : 0, row[2]?.Split(' ') ?? []);
    }
}
