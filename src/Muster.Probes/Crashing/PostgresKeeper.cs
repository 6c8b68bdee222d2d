using System.Globalization;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A table of the exercise's own, and each write a transaction of its own.</summary>
sealed class PostgresKeeper(Given given, ProbeContext context, string? table = null) : Keeper
{
    const int Page = 5000;
    readonly PostgresAddress _address = PostgresAddress.Read(given, context);
    readonly string _table = table ?? "muster_crash_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    public override string Name => "postgres";

    /// <summary>The place, which is the same on every server of a pair.</summary>
    public string Table => _table;

    public PostgresAddress Address => _address;

    Task<PostgresSession> Session(CancellationToken cancel) => PostgresSession.Open(_address, context, cancel, write: true);

    // No key: a row that is there twice must be seen.
    public override Task Begin(CancellationToken cancel) => Do($"create table {_table} (n bigserial, id text, digest text)", cancel);

    public override Task End(CancellationToken cancel) => Do($"drop table if exists {_table}", cancel);

    async Task Do(string sql, CancellationToken cancel)
    {
        await using var session = await Session(cancel);
        if (await session.Try(sql, cancel) is (_, { } state, var said)) throw new Unseen(state == "42501" ? Blind.NotAdmitted : Blind.Unreadable, $"{sql.Split('(')[0].Trim()}: {said}");
    }

    public override async Task<Writer> Open(CancellationToken cancel) => new Rows(await Session(cancel), _table);

    public override async Task<IReadOnlyList<Kept>> Read(CancellationToken cancel)
    {
        await using var session = await Session(cancel);
        var all = new List<Kept>();
        var after = "0";
        while (true)
        {
            var rows = (await session.Query(string.Create(CultureInfo.InvariantCulture, $"select n, id, digest from {_table} where n > $1::bigint order by n limit {Page}"), cancel, after)).Rows;
            foreach (var row in rows) all.Add(new(row[1] ?? "", row[2]));
            if (rows.Length < Page) return all;
            after = rows[^1][0]!;
        }
    }

    public override async Task<bool> IsReady(CancellationToken cancel)
    {
        await using var session = await Session(cancel);
        return !session.InRecovery;
    }

    /// <summary>The cluster's own number, made by initdb.</summary>
    public override async Task<Value> Identity(CancellationToken cancel)
    {
        await using var session = await Session(cancel);
        var (rows, _, _) = await session.Try("select system_identifier::text from pg_control_system()", cancel);
        return session.Identity.With("started", null).With("database", session.Database).With("system", rows is { Rows: [[{ } system]] } ? system : (Value?)null);
    }

    public override async Task<string?> Profile(CancellationToken cancel)
    {
        await using var session = await Session(cancel);
        var row = (await session.Query("select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes')", cancel)).Only;
        return $"fsync {row[0]}, synchronous_commit {row[1]}, full_page_writes {row[2]}";
    }

    public override async Task<Value?> Answer(Value query, string parameter, CancellationToken cancel)
    {
        var sql = Field(query, "sql", parameter);
        await using var session = await PostgresSession.Open(_address, context, cancel);
        var answer = await session.Query(SqlArguments.OneQuestion(sql), cancel);
        return answer is { Rows: [var only], Columns: [_] } ? PostgresRows.Type(only[0], answer.Types[0]) : Value.List(answer.Typed());
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    sealed class Rows(PostgresSession session, string table) : Writer
    {
        public override async Task<bool> Write(string id, string digest, CancellationToken cancel) => await session.Try($"insert into {table} (id, digest) values ($1, $2)", cancel, id, digest) switch
        {
            (_, null, _) => true,
            // What ends a session says nothing of the statement that was under way.
            (_, ['5', '7' or '8', ..] or ['0', '8', ..], var said) => throw new Unseen(Blind.Unreachable, $"the server ended the session: {said}"),
            _ => false,
        };

        public override ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
