using Muster.Readiness;

namespace Muster.Probes;

static class PostgresGrantsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.grants",
        Says = "Holds everything that a role may do in its database against what it is allowed, both ways, and really tries what it is not.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("allowed", Shape.Map, "The rights that the target's role is allowed, by object: { orders: [ SELECT, INSERT ], \"reports.*\": [ SELECT ], \"sequence orders_id_seq\": [ USAGE ], database: [ TEMPORARY ], \"role readers\": [ MEMBER ] }. Everything else is not allowed.") { Required = true },
            .. PostgresAddress.Parameters,
        ],
        Fields =
        [
            new("excess", Shape.List, "Rights, memberships and attributes that the role has and is not allowed."),
            new("missing", Shape.List, "Rights that it is allowed and does not have, or that are of nothing there is."),
            new("let_through", Shape.List, "What is not allowed and was tried and not refused."),
            new("kept_out", Shape.List, "What is allowed and was tried and refused."),
            new("refused", Shape.Number, "How many statements that are not allowed were tried and refused."),
            new("role", Shape.Text, "The role."),
            new("superuser", Shape.Truth, "It is a superuser, for whom no right is asked."),
            new("bypass_rls", Shape.Truth, "It passes by row-level security."),
            new("member_of", Shape.List, "Roles that it may become."),
            new("granted_to_public", Shape.List, "Rights that everybody has."),
            new("rights", Shape.Number, "How many rights were looked at: every object times every right that there is for it."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("superuser", false), ("bypass_rls", false), ("excess", Value.Of(("count", 0))), ("missing", Value.Of(("count", 0))), ("let_through", Value.Of(("count", 0))), ("kept_out", Value.Of(("count", 0)))),
        Population = "rights",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "It is a closed world: whatever the map does not name is excess. Everybody may make temporary tables until that is revoked from PUBLIC; say database: [ TEMPORARY ] if it is meant.",
            "The owner of a table may do everything with it. An application should not own its tables; let another role migrate.",
            "A right through PUBLIC or through a role that it is a member of counts; so do rights of some columns, and functions that run with their owner's rights.",
            "Reading, inserting, changing and deleting are tried without touching a row, and making a table; each is taken back. Truncating, sequences and functions are taken from the catalogue alone.",
            "Triggers for each statement do run, within what is taken back.",
            "A statement that fails for another reason than a lacking right (a foreign server that is gone) says nothing; the catalogue's word stands.",
        ],
        Example = "check: { postgres.grants: { target: db, allowed: { orders: [ SELECT, INSERT ], items: [ SELECT ] } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresGrantsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Server("t").Says("delete from \"public\".\"orders\" where false", []);
        await using var well = Server("f").Refuses("delete from \"public\".\"orders\" where false", "42501", "permission denied for table orders");
        Task<Witnessed> Look(LoopbackPostgres server) => Stage.Look(Declaration, Value.Of(("target", server.Address), ("allowed", Value.Of(("orders", Value.Texts(["SELECT"]))))), cancel,
            new FieldMatcher("excess", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number))), new FieldMatcher("let_through", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number))));
        return new("postgres.grants", "a role that may delete orders though it is only allowed to read them, beside one that may not", await Look(sick), await Look(well));
    }

    static LoopbackPostgres Server(string mayDelete) => LoopbackPostgres.Start()
        .Says(PostgresGrantsQueries.Role, ["role", "super:16", "bypass:16", "roles:16", "databases:16", "replication:16", "member"], ["shop", "f", "f", "f", "f", "f", null])
        .Says(PostgresGrantsQueries.Matrix, ["kind", "schema", "name", "right", "held:16", "columns:16", "public:16"],
            ["table", "public", "orders", "DELETE", mayDelete, "f", "f"], ["table", "public", "orders", "SELECT", "t", "t", "f"])
        .Says(PostgresGrantsQueries.Columns, ["schema", "name", "column"], ["public", "orders", "id"])
        .Says("begin", [])
        .Says("rollback", [])
        .Says("select from \"public\".\"orders\" limit 0", []);
}
