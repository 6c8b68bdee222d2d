using Muster.Readiness;

namespace Muster.Probes;

static class PostgresRestoreDrillKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.restore_drill",
        Says = "Restores the newest backup of a PostgreSQL database into a server of its own and climbs: readable, running and checked, schema equal, row counts equal, rows equal, queries answered; and measures how long that takes and how much would be lost.",
        Target = TargetShape.Path,
        Hazard = Hazard.Active,
        Alone = true,
        Parameters =
        [
            new("format", Shape.Text, "What lies at the target: dump (pg_dump: custom, directory, tar or plain, packed with gzip or not) or basebackup (pg_basebackup: plain or tar), told by content unless said; pgbackrest and barman, whose configuration the target is then, must be said.") { OneOf = ["dump", "basebackup", "pgbackrest", "barman"] },
            new("files", Shape.Text, "Which of the names in the folder are meant, as \"shop-*.dump\"."),
            new("level", Shape.Text, "How high to climb: L1 readable, L2 running, L3 schema, L4 counts, L5 rows, L6 queries. L5 unless said, L6 with \"smoke\".") { OneOf = ["L1", "L2", "L3", "L4", "L5", "L6"] },
            new("manifest", Shape.Text, "What the backup must hold, as \"muster manifest postgres\" captured it: a file, or a folder whose newest is meant. NAME.manifest.json beside the backup unless said."),
            new("tables", Shape.List, "The tables whose rows are compared, as [ public.orders ]; all unless said."),
            new("smoke", Shape.List, "Statements that an application would ask first, after the level asked for: each must give a row that is not false, or the value beside it: { sql: select count(*) from items, value: 3 }."),
            new("canary", Shape.Text, "A statement that gives the instant of the newest record that was restored, as select max(at) from heartbeat; what is lost is counted from there."),
            new("fault_at", Shape.Text, "The instant of the fault that the drill plays, after the newest record that is restored; what is lost is counted up to there. The drill's beginning unless said."),
            new("recover_to", Shape.Text, "For backups of files: latest, manifest (the place in the log that it captured), a time or a place in the log. manifest where one names such a place, else latest."),
            new("wal", Shape.Text, "The folder of the archived log, for base backups; relative to the document."),
            new("stanza", Shape.Text, "The stanza of pgbackrest, or the server of barman."),
            new("database", Shape.Text, "The database of a backup of files in which tables are compared and queries asked; the manifest's unless said."),
            new("superuser", Shape.Text, "The superuser of the scratch server; of the cluster, for backups of files.") { Default = "postgres" },
            new("roles", Shape.List, "Roles that a dump names, where no manifest lists them."),
            new("decrypt", Shape.List, "The program, with its arguments, that opens an encrypted dump: it reads the dump and writes it opened. {key} in it is the path of a file with the key. It is outside of the outbound guard, so commands must be allowed.") { Hazard = Hazard.Active },
            new("key", Shape.Text, "That key; write it under the target, as key: $(file:backup.key)."),
            new("programs", Shape.Text, "The folder of PostgreSQL's programs; where packages put them unless said."),
            new("as", Shape.Text, "The account of this machine that the scratch server runs as where Muster is root.") { Default = "postgres" },
        ],
        Fields =
        [
            new("complete", Shape.Truth, "Every rung up to the level asked for holds."),
            new("rung", Shape.Number, "The highest rung that holds with all below it."),
            new("level", Shape.Text, "The same as L0 to L6."),
            new("stopped", Shape.Text, "Where and why it went no further, if it did not."),
            new("rungs", Shape.List, "Each rung: its name, outcome (holds, broke, not tried, not asked), what was seen, and its seconds."),
            new("rto", Shape.Duration, "From the beginning of the drill until the restored server took sessions; the checks and comparisons come after that. Only where every rung that was asked for holds."),
            new("rpo", Shape.Duration, "From the newest record that was restored until the drill began, or until fault_at."),
            new("rpo_by", Shape.Text, "What tells the newest record: canary, manifest, last transaction, or only the backup's own time."),
            new("newest_record", Shape.Instant, "When that was."),
            new("age", Shape.Duration, "How old the newest backup is, by the time of what it holds."),
            new("backup", Shape.Map, "The newest backup.") { Of =
            [
                new("name", Shape.Text, "Its name."), new("format", Shape.Text, "dump, basebackup, pgbackrest or barman."), new("made", Shape.Instant, "When what it holds was so."), new("made_by", Shape.Text, "Who says so: manifest, backup, tool, or only the file's time."),
                new("bytes", Shape.Size, "Its size as it lies there."), new("system_identifier", Shape.Text, "The cluster that it is of."), new("version", Shape.Text, "The version of the server that it is of."),
            ] },
            new("backups", Shape.Number, "How many lie there."),
            new("encrypted", Shape.Truth, "Tried: as it lies there it can not be read, the key opened it, and one that was made up does not (dump; not observed where \"decrypt\" uses no key); every repository is encrypted (pgbackrest)."),
            new("manifest", Shape.Map, "What was captured: when, how many tables and rows, and the place in the log."),
            new("tables", Shape.Number, "How many tables were compared."),
            new("rows", Shape.Number, "How many rows were compared."),
            new("rows_per_second", Shape.Number, "How fast."),
            new("differing", Shape.Number, "How many tables differ."),
            new("differences", Shape.List, "Which and how; the first twenty."),
            new("restored", Shape.Size, "The size of the restored database."),
            new("rate", Shape.Number, "Bytes of it a second, while it was fetched, restored and replayed; to reckon the time of a larger one."),
            new("recovered_to", Shape.Map, "For backups of files: the place in the log where recovery ended, and the time of the last transaction."),
            new("system_identifier", Shape.Text, "For backups of files: the cluster, by the restored server's own word."),
            new("phases", Shape.Map, "How long each took in seconds: provision, fetch, restore, replay, checks."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "drills",
        Deadline = TimeSpan.FromHours(6),
        Pitfalls =
        [
            "The newest backup is drilled, whatever state it is in; one that is broken is not passed over for an older one that is not. Which is newest is told by what it holds: a copy of an old one is old.",
            "Without a manifest nobody knows what a backup must hold: the drill comes to L2, and what is asked beyond is unproven. \"muster manifest postgres\" captures it in the dump's own snapshot (docs/restore.md).",
            "A dump's own time has no zone and is taken as UTC, a plain dump has none; the manifest's time is exact, and counts unless the dump is for certain older.",
            "A backup of files holds a moment of a running cluster: it is compared when it is recovered to the very place in the log that the manifest captured, which needs a moment without writes. Else say level: L2, canary and smoke.",
            "Views, large objects and the values of sequences are not compared. Rows are compared by a 64-bit sum: chance cannot hide a difference, somebody who makes up rows to fit could.",
            "The scratch server listens at no port, archives nothing, follows no primary and starts no subscription; configuration that comes with the backup is not read. Tablespaces are restored by pgbackrest only.",
            "A backup is code: its functions, a plain dump's own commands for psql, and the programs that the configuration of pgbackrest and barman names, run as the account under \"as\". Plain dumps, pgbackrest and barman therefore need commands to be allowed. Let that be one that owns nothing else on this machine, and drill backups of your own only.",
            "rto is this machine's, for this size; rate tells what a larger one would take.",
            "The scratch folder needs as much room as the database; TMPDIR says where it is. A full disk proves nothing of the backup, and is said.",
        ],
        Example = "check: { postgres.restore_drill: backups/, level: L5, expect: { rto: at most 4h, rpo: at most 24h, age: at most 26h } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresRestoreDrillProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-").FullName;
        try
        {
            var now = TimeProvider.System.GetUtcNow();
            return new("postgres.restore_drill", "a dump that lacks one of the three rows that were captured in its snapshot, beside one that has them all", await Look("sick", RestoreFixture.Dump(rows: 2)), await Look("well", RestoreFixture.Dump(rows: 3)));

            async Task<Witnessed> Look(string name, string dump)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, name + ".sql"), dump, cancel);
                await File.WriteAllBytesAsync(Path.Combine(folder, name + ".sql" + RestoreManifest.Ending), CanonicalJson.Bytes(RestoreFixture.Manifest(now).Written), cancel);
                return await Stage.Look(new() { Release = default, Folder = folder, MayRunCommands = true }, Declaration, Value.Of(("target", name + ".sql")), [Stage.Is("complete", true, Shape.Truth)], cancel);
            }
        }
        finally { Directory.Delete(folder, recursive: true); }
    }
}
