using Muster.Readiness;

namespace Muster.Probes;

static class PostgresQueryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.query",
        Says = "Asks a PostgreSQL database one statement that only reads, and shows its rows.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("sql", Shape.Text, "One statement that begins with select, with, values, table or show. A value stands in it as :name.") { Required = true },
            new("args", Shape.Map, "What stands for each :name. It travels beside the statement and never becomes part of it."),
            .. PostgresAddress.Parameters,
        ],
        Fields =
        [
            new("rows", Shape.List, "Each row as a map by its columns' names; at most 10,000 are read."),
            new("row_count", Shape.Number, "How many rows there are."),
            new("columns", Shape.List, "The names of the columns."),
            new("values", Shape.List, "The first column of every row."),
            new("value", Shape.Any, "The one value, where the answer is one row of one column."),
            new("duration", Shape.Duration, "From the statement until its last row."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("rows", Value.Of(("count", "at least 1")))),
        Population = "statements",
        Pitfalls =
        [
            "It runs in a read-only transaction: a statement that writes is refused and proves nothing. A function may still act on the server itself; ask as a role that may not.",
            "Whole numbers, reals, truths, JSON and instants are typed; numerics too while they have at most 15 digits. All else is text, as PostgreSQL writes it; cast or extract in the statement.",
            "One statement, and no semicolon in it, not even within a text.",
            "A timestamp without a time zone is no instant; compare in the statement: now() - at < interval '1 hour'.",
            "The rows are kept as evidence. Ask for counts and ids, not for what people entrusted to you.",
            "Where sslmode is prefer or require nobody vouches for the server; say verify-full, or trust, in the address.",
        ],
        Example = "check: { postgres.query: { target: db, sql: \"select name from item where name = :n\", args: { n: $(nonce) } }, expect: { rows: { count: 1 } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresQueryProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = LoopbackPostgres.Start().Says("from outbox", ["late:20"], ["7"]);
        await using var well = LoopbackPostgres.Start().Says("from outbox", ["late:20"], ["0"]);
        Task<Witnessed> Look(LoopbackPostgres server) => Stage.Look(Declaration, Value.Of(("target", server.Address), ("sql", "select count(*) as late from outbox")), cancel, Stage.Is("value", 0, Shape.Number));
        return new("postgres.query", "a database in which seven messages were not sent, beside one in which none waits", await Look(sick), await Look(well));
    }
}
