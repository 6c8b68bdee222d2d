using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class PostgresGrantsProbe
{
    const int MostRights = 5000;
    const int MostTries = 400;

    sealed record Right(string Kind, string Schema, string Name, string Privilege, bool Held, bool OfColumns, bool Public, bool Allowed)
    {
        public string Shown => GrantsAllowed.Shown(Kind, Schema, Name, Privilege);
    }

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var allowed = GrantsAllowed.Read(given["allowed"]);
        var address = PostgresAddress.Read(given, context);
        await using var session = await PostgresSession.Open(address, context, cancel, write: true);
        if (session.InRecovery) throw new Unseen(Blind.NotCapable, "this server is a standby, where every statement that writes is refused; ask the primary");
        var role = (await session.Query(PostgresGrantsQueries.Role, cancel)).Only;
        var rights = await Rights(session, allowed, cancel);
        var extra = Attributes(role, allowed);
        var tried = await Try(session, rights, cancel);
        var missing = rights.Where(right => right.Allowed && !right.Held).Select(right => right.Shown).Concat(allowed.Unused()).Distinct(StringComparer.Ordinal).ToArray();
        var excess = rights.Where(right => !right.Allowed && (right.Held || right.OfColumns)).Select(right => right.Held ? right.Shown : right.Shown + " (some columns)").Concat(extra).ToArray();
        var seen = Value.Of(
            ("role", role[0] ?? ""), ("superuser", role[1] == "t"), ("bypass_rls", role[2] == "t"), ("member_of", Value.Texts(role[6]?.Split(' ') ?? [])),
            ("missing", Value.Texts(missing)), ("excess", Value.Texts(excess)), ("granted_to_public", Value.Texts(rights.Where(right => right.Public).Select(right => right.Shown))),
            ("refused", tried.Refused), ("let_through", Value.Texts(tried.LetThrough)), ("kept_out", Value.Texts(tried.KeptOut)), ("rights", rights.Count));
        return new() { Observation = seen, Population = rights.Count, Before = session.Identity, After = session.Identity };
    }

    static async Task<List<Right>> Rights(PostgresSession session, GrantsAllowed allowed, CancellationToken cancel)
    {
        var rows = new List<Right>();
        var answer = await session.Query(PostgresGrantsQueries.Matrix, cancel, (MostRights + 1).ToString(CultureInfo.InvariantCulture));
        if (answer.Rows.Length > MostRights) throw new Unseen(Blind.TooLarge, $"the database has more than {MostRights} rights to look at");
        foreach (var row in answer.Rows)
        {
            if (row is not [{ } kind, { } schema, { } name, { } privilege, var held, var columns, var everybody]) throw new Unseen(Blind.Unreadable, "the server's catalogue answers with less than was asked");
            var may = allowed.Has(kind, schema, name, privilege) || kind == "schema" && privilege == "USAGE" && allowed.NeedsSchema(schema);
            rows.Add(new(kind, schema, name, privilege, held == "t", columns == "t", everybody == "t", may));
        }

        return rows;
    }

    static List<string> Attributes(string?[] role, GrantsAllowed allowed)
    {
        var extra = new List<string>();
        foreach (var (at, name) in (ReadOnlySpan<(int, string)>)[(1, "SUPERUSER"), (2, "BYPASSRLS"), (3, "CREATEROLE"), (4, "CREATEDB"), (5, "REPLICATION")])
            if (role[at] == "t" && !allowed.Has("attributes", "", "", name)) extra.Add(GrantsAllowed.Shown("attributes", "", "", name));
        foreach (var member in role[6]?.Split(' ') ?? [])
            if (!allowed.Has("role", member, "", "MEMBER")) extra.Add(GrantsAllowed.Shown("role", member, "", "MEMBER"));
        return extra;
    }

    /// <summary>Really tries what touches no row: reading none, inserting none, changing none, deleting none. Each in a transaction that is taken back.</summary>
    static async Task<(int Refused, List<string> LetThrough, List<string> KeptOut)> Try(PostgresSession session, List<Right> rights, CancellationToken cancel)
    {
        var columns = (await session.Query(PostgresGrantsQueries.Columns, cancel)).Rows.Where(row => row[2] is not null).ToDictionary(row => (row[0]!, row[1]!), row => row[2]!);
        var (refused, letThrough, keptOut, tries) = (0, new List<string>(), new List<string>(), 0);
        // What is forbidden comes first: it is what a bound may not cut off.
        foreach (var right in rights.OrderBy(right => right.Allowed))
        {
            if (Statement(right, columns) is not { } statement) continue;
            if (++tries > MostTries) break;
            await session.Query("begin", cancel);
            var (_, state, said) = await session.Try(statement, cancel);
            await session.Query("rollback", cancel);
            if (state == "42501" && right.Allowed) keptOut.Add(right.Shown);
            else if (state == "42501") refused++;
            else if (state is null && !right.Allowed) letThrough.Add(right.Shown);
            else if (state is "57014" or "55P03") throw new Unseen(Blind.Deadline, $"{right.Shown} could not be tried in time: {said}");
        }

        return (refused, letThrough, keptOut);
    }

    static string? Statement(Right right, Dictionary<(string, string), string> columns)
    {
        var name = $"{MigrationTable.Quoted(right.Schema)}.{MigrationTable.Quoted(right.Name)}";
        var column = columns.GetValueOrDefault((right.Schema, right.Name));
        return (right.Kind, right.Privilege) switch
        {
            ("table", "SELECT") => $"select from {name} limit 0",
            ("table", "INSERT") when column is not null => $"insert into {name} ({column}) select null where false",
            ("table", "UPDATE") when column is not null => $"update {name} set {column} = null where false",
            ("table", "DELETE") when column is not null => $"delete from {name} where false",
            ("schema", "CREATE") => $"create table {MigrationTable.Quoted(right.Schema)}.muster_tries_whether_it_may ()",
            _ => null,
        };
    }
}
