using Muster.Readiness;

namespace Muster.Probes;

static class PostgresReplicationLagKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.replication_lag",
        Says = "Writes a row on a primary, waits until the replica shows it, and looks at the link between them.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("replica", Shape.Text, "The replica: another target by its name.") { Required = true, NamesTarget = true },
            new("heartbeat", Shape.Text, "The table that the row is written to; made if it is not there and the role may, emptied again.") { Default = "muster_heartbeat" },
            new("patience", Shape.Duration, "How long the row may take.") { Default = 10 },
            .. PostgresAddress.Parameters,
        ],
        Fields =
        [
            new("arrived", Shape.Truth, "The replica showed the row in time."),
            new("lag", Shape.Duration, "From the row's being written until the replica showed it; observed when it did."),
            new("bytes_behind", Shape.Size, "How much of the log the replica had not replayed when patience ended; 0 when the row arrived."),
            new("in_recovery", Shape.Truth, "The replica is one: it replays, and takes no writes."),
            new("same_system", Shape.Truth, "Both have one system identifier: the replica is of this primary, and not of another cluster."),
            new("same_timeline", Shape.Truth, "Both are on one timeline, as of their last checkpoints."),
            new("timeline", Shape.Number, "The replica's."),
            new("replay_paused", Shape.Truth, "Somebody paused the replay on the replica."),
            new("receiver", Shape.Text, "What the replica's receiver does: streaming, or none where there is no connection."),
            new("slot", Shape.Text, "The slot that it uses; observed when it uses one."),
            new("slot_active", Shape.Truth, "The primary has somebody at that slot."),
            new("slot_holds", Shape.Size, "How much of the log the primary keeps for it."),
            new("idle_slots", Shape.List, "Physical slots at which nobody is; for each the primary keeps its log until the disk is full."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("arrived", true), ("in_recovery", true), ("same_system", true), ("replay_paused", false), ("receiver", "streaming")),
        Population = "heartbeats",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "now() - pg_last_xact_replay_timestamp() grows without bound on a primary that is idle; that is no lag.",
            "Equal positions of receiving and replaying say 0 also while the connection is broken. Only a row that arrives covers both.",
            "A replica that restores from an archive has no receiver, and lags by up to a segment; say receiver: none there.",
            "Lag is of this moment. Under load it is another one: say it under \"during\" a load.",
            "The measure includes the way to both servers, and ends up to a quarter of a second late where the row takes long.",
            "The table is small and is emptied again; a role of its own with rights to nothing else is best.",
        ],
        Example = "check: { postgres.replication_lag: { target: db, replica: standby }, expect: { lag: at most 2s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresReplicationLagProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var primary = LoopbackPostgres.Start()
            .Says(PostgresReplicationLagProbe.Primary, ["system", "timeline:23"], ["7301234567890123456", "1"])
            .Says(PostgresReplicationLagProbe.Slots, ["slot", "active:16", "holds:1700"], ["one", "t", "0"])
            .Says(PostgresReplicationLagProbe.Position, ["lsn"], ["0/3000060"])
            .Says("create table if not exists", [])
            .Says("insert into \"muster_heartbeat\"", [])
            .Says("delete from \"muster_heartbeat\"", []);
        await using var sick = Replica(paused: "t");
        await using var well = Replica(paused: "f").Says("from \"muster_heartbeat\"", ["one:23"], ["1"]);
        Task<Witnessed> Look(LoopbackPostgres replica) => Stage.Look(Declaration, Value.Of(("target", primary.Address), ("replica", replica.Address), ("patience", 0.2)), cancel,
            Stage.Is("arrived", true, Shape.Truth), Stage.Is("replay_paused", false, Shape.Truth));
        return new("postgres.replication_lag", "a replica whose replay is paused, so that a row never arrives, beside one that shows it", await Look(sick), await Look(well));
    }

    static LoopbackPostgres Replica(string paused) => LoopbackPostgres.Start(standby: true)
        .Says(PostgresReplicationLagProbe.Replica, ["system", "timeline:23", "paused:16", "lsn"], ["7301234567890123456", "1", paused, "0/3000000"])
        .Says(PostgresReplicationLagProbe.Receiver, ["status", "slot"], ["streaming", "one"])
        .Says(PostgresReplicationLagProbe.Behind, ["bytes:1700"], ["96"])
        .Says("from \"muster_heartbeat\"", ["one:23"]);
}
