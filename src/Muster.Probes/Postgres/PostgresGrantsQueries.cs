namespace Muster.Probes;

/// <summary>What a role may do, as the server's own catalogue says: every object of every schema that is not the server's, times every right that there is for it.</summary>
static class PostgresGrantsQueries
{
    internal const string Role = """
        select r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
          (select string_agg(m.rolname, ' ' order by m.rolname) from pg_roles m where m.oid <> r.oid and not r.rolsuper and pg_has_role(r.oid, m.oid, 'MEMBER'))
        from pg_roles r where r.rolname = current_user
        """;

    /// <summary>Kind, schema, name, right, whether the role has it, whether of some columns alone, and whether it comes from PUBLIC. Bounded by $1.</summary>
    internal const string Matrix = """
        with own as (select oid, nspname, nspacl from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
          relations as (select c.oid, own.nspname, c.relname, c.relkind, c.relacl from pg_class c join own on own.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S'))
        select 'table', r.nspname, r.relname, p, has_table_privilege(r.oid, p), case when p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') then has_any_column_privilege(r.oid, p) else false end,
            exists (select from aclexplode(r.relacl) a where a.grantee = 0 and a.privilege_type = p)
          from relations r, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p where r.relkind <> 'S'
        union all select 'sequence', r.nspname, r.relname, p, has_sequence_privilege(r.oid, p), false, exists (select from aclexplode(r.relacl) a where a.grantee = 0 and a.privilege_type = p)
          from relations r, unnest(array['USAGE', 'SELECT', 'UPDATE']) p where r.relkind = 'S'
        union all select 'schema', own.nspname, '', p, has_schema_privilege(own.oid, p), false, exists (select from aclexplode(own.nspacl) a where a.grantee = 0 and a.privilege_type = p)
          from own, unnest(array['USAGE', 'CREATE']) p
        union all select 'database', d.datname, '', p, has_database_privilege(d.oid, p), false, exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where a.grantee = 0 and a.privilege_type = p)
          from pg_database d, unnest(array['CREATE', 'TEMPORARY']) p where d.datname = current_database()
        union all select 'function', own.nspname, format('%s(%s)', f.proname, pg_get_function_identity_arguments(f.oid)), 'EXECUTE', has_function_privilege(f.oid, 'EXECUTE'), false,
            exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a where a.grantee = 0 and a.privilege_type = 'EXECUTE')
          from pg_proc f join own on own.oid = f.pronamespace where f.prosecdef
        order by 1, 2, 3, 4 limit $1::int
        """;

    /// <summary>The first column of each table that a statement may write to.</summary>
    internal const string Columns = """
        select n.nspname, c.relname, (select quote_ident(a.attname) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a' order by a.attnum limit 1)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        """;
}
