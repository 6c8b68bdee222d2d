using Muster.Readiness;

namespace Muster.Probes;

static class PostgresBackupFreshnessKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.backup_freshness",
        Says = "Reads a backup tool's own list of a database's backups, finds the newest that could be restored, and sees whether the log reaches its archive.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("report", Shape.Text, "A file with the list as JSON: pgbackrest info --output=json, wal-g backup-list --detail --json, barman -f json list-backups. Relative to the document."),
            new("command", Shape.List, "The program that prints it, with its arguments; outside of the outbound guard, so commands must be allowed.") { Hazard = Hazard.Active },
            new("folder", Shape.Text, "A folder of base backups with their manifests, as pg_basebackup writes them, or one of them."),
            new("tool", Shape.Text, "Whose list it is; told by its form unless said.") { OneOf = BackupReport.Tools },
            new("stanza", Shape.Text, "The stanza or server that is meant, where the list has several."),
            new("round_trip", Shape.Truth, "Ends a segment of the log now and waits until it is archived; the role must be allowed pg_switch_wal.") { Default = false, Hazard = Hazard.Active, Harmless = ["FALSE"] },
            new("patience", Shape.Duration, "How long that may take.") { Default = 30 },
            .. PostgresAddress.Parameters,
        ],
        Fields =
        [
            new("age", Shape.Duration, "Since the newest good backup ended."),
            new("full_age", Shape.Duration, "Since the newest good full one did."),
            new("backups", Shape.Number, "Good backups: without error, of this database system, with all that they need."),
            new("listed", Shape.Number, "All that are listed."),
            new("faulty", Shape.List, "Listed with an error, or never ended."),
            new("broken_chains", Shape.List, "Incremental ones that lack what they build on."),
            new("of_another_system", Shape.List, "Backups whose system identifier is not the live server's."),
            new("label", Shape.Text, "The newest good backup."),
            new("type", Shape.Text, "Whether it is full, incremental or differential."),
            new("stop", Shape.Instant, "When it ended, by the tool's own word."),
            new("size", Shape.Size, "The size of what was backed up."),
            new("status_ok", Shape.Truth, "The tool says that all is well with the whole (pgBackRest)."),
            new("status", Shape.Text, "In its words."),
            new("encrypted", Shape.Truth, "Every repository is encrypted (pgBackRest)."),
            new("tool", Shape.Text, "Whose list it is."),
            new("archive_mode", Shape.Text, "The server's archive_mode: off, on, always."),
            new("archiving", Shape.Truth, "Something was archived, and nothing failed since."),
            new("archive_age", Shape.Duration, "Since the last segment was archived."),
            new("archived", Shape.Truth, "Under round_trip: the segment that was ended reached the archive in time."),
            new("archived_in", Shape.Duration, "How long that took; what was written since then is what a loss would cost."),
            new("segment", Shape.Text, "That segment."),
            new("archive_failures", Shape.Number, "How often archiving failed meanwhile."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("backups", "at least 1"), ("age", "at most 26h")),
        Population = "lists",
        Deadline = TimeSpan.FromSeconds(60),
        Pitfalls =
        [
            "A fresh backup is not a restored one; that is postgres.restore_drill.",
            "A job's exit with 0, or a file's time, is no backup: here the tool's own end time of a backup without error counts. An empty list fails.",
            "A list of another cluster looks as fresh as one's own; backups with another system identifier do not count. Barman's list and manifests before PostgreSQL 17 do not say it.",
            "The server's count of failed archivings never goes back; what counts is whether the last attempt succeeded. An idle server archives nothing, so only round_trip tells that the archive takes it now.",
            "A report that was written long ago shows its newest backup as old as it is; let the job that makes the backup write the report.",
            "Of base backups the manifest and the sizes are checked, not the content.",
        ],
        Example = "check: { postgres.backup_freshness: { target: db, report: backups/info.json }, expect: { age: at most 26h, full_age: at most 8d, archiving: true } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresBackupFreshnessProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-").FullName;
        try
        {
            await using var server = LoopbackPostgres.Start()
                .Says(PostgresBackupFreshnessProbe.System, ["system_identifier:20"], ["7301234567890123456"])
                .Says(ArchiveRoundTrip.State, ["mode", "count:20", "last", "age:1700", "failed:20", "fails:16"], ["on", "12", "000000010000000000000004", "60", "0", "f"]);
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            return new("postgres.backup_freshness", "a repository whose only fresh backup has an error, beside one whose fresh backup has none", await Look("sick", error: "true"), await Look("well", error: "false"));

            async Task<Witnessed> Look(string name, string error)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), $$"""
                    [ { "name": "shop", "status": { "code": 0, "message": "ok" }, "db": [ { "id": 1, "system-id": 7301234567890123456 } ],
                        "backup": [ { "label": "20260301-090000F", "type": "full", "error": {{error}}, "database": { "id": 1 }, "timestamp": { "start": {{now - 7200}}, "stop": {{now - 3600}} }, "info": { "size": 1048576 } } ] } ]
                    """, cancel);
                return await Stage.Look(new() { Release = default, Folder = folder }, Declaration, Value.Of(("target", server.Address), ("report", name + ".json")), [Stage.Over("backups", 0, Shape.Number)], cancel);
            }
        }
        finally { Directory.Delete(folder, recursive: true); }
    }
}
