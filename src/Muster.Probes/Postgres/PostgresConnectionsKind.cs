using Muster.Readiness;

namespace Muster.Probes;

static class PostgresConnectionsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.connections",
        Says = "Counts a server's connections against its limits, now or over a time, and shows what is left at the peak.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("window", Shape.Duration, "How long to look, four times a second; once unless said. Say it under \"during\" a load, with a deadline that is longer."),
            new("pools", Shape.Map, "The most connections that each pool may open, all replicas together: { api: 40, worker: 20 }. Their sum is the peak if it is more than what was seen."),
            .. PostgresAddress.Parameters,
        ],
        Fields =
        [
            new("left_at_peak", Shape.Percentage, "The part of the tightest limit that is left at the peak; negative where pools may ask for more than there is."),
            new("least", Shape.Text, "Which limit that is: of the server, the database or the role."),
            new("peak", Shape.Number, "The most that was seen, or the sum of the pools if that is more."),
            new("used", Shape.Number, "Connections at the last look, without the one that looks."),
            new("max", Shape.Number, "max_connections."),
            new("usable", Shape.Number, "What of that is not reserved."),
            new("reserved", Shape.Number, "What is kept for superusers and maintenance."),
            new("limits", Shape.List, "Each limit with its peak.") { Of = [new("of", Shape.Text, "Server, database or role."), new("limit", Shape.Number, "The limit."), new("peak", Shape.Number, "The peak.")] },
            new("active", Shape.Number, "Sessions that ran a statement at the last look."),
            new("idle_in_transaction", Shape.Number, "The most sessions that held a transaction open and did nothing."),
            new("longest_idle_in_transaction", Shape.Duration, "The longest of them."),
            new("same_port", Shape.Truth, "The server says that it listens at the port that was dialled; false behind a pooler, a proxy or a forwarded port."),
            new("samples", Shape.Number, "How often was looked."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("left_at_peak", "over 0")),
        Population = "looks",
        Pitfalls =
        [
            "One look at a quiet hour is no peak: look during a load, or name the pools with all their replicas, also those that autoscaling may add.",
            "A pool's limit is for each process; four replicas of 20 are 80.",
            "Behind a pooler these are the pooler's connections to the server; its own clients it counts itself.",
            "States are seen only by a member of pg_monitor, or of one's own sessions; else idle_in_transaction is not observed.",
        ],
        Example = "check: { postgres.connections: { target: db, pools: { api: 40, worker: 20 } }, expect: { left_at_peak: at least 20% } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresConnectionsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Server("97");
        await using var well = Server("12");
        Task<Witnessed> Look(LoopbackPostgres server) => Stage.Look(Declaration, Value.Of(("target", server.Address)), cancel, Stage.Over("left_at_peak", 0, Shape.Percentage));
        return new("postgres.connections", "a server with all of its 97 connections in use, beside one with 12 of them", await Look(sick), await Look(well));
    }

    static LoopbackPostgres Server(string used) => LoopbackPostgres.Start()
        .Says(PostgresConnectionsProbe.Limits, ["usable:23", "max:23", "database:23", "role:23", "port:23"], ["97", "100", "-1", "-1", "0"])
        .Says(PostgresConnectionsProbe.Anew, ["clear"], [""])
        .Says(PostgresConnectionsProbe.Used, ["all:20", "database:20", "role:20", "active:20", "idle:20", "longest:1700", "unseen:20"], [used, used, used, "1", "0", "0", "0"]);
}
