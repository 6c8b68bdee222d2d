using Muster.Readiness;

namespace Muster.Probes;

static class PostgresMigrationsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.migrations",
        Says = "Holds a database's own history of migrations against the migrations in a folder, and takes a fingerprint of its schema.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("folder", Shape.Text, "The folder of the release's migrations, relative to the document; with what is beneath it.") { Required = true },
            new("tool", Shape.Text, "Whose migrations they are; told by the names of the files unless said.") { OneOf = MigrationFolder.Tools },
            new("table", Shape.Text, "The history's table, where it is not the tool's usual one."),
            new("schema", Shape.Text, "The schema of that table, where several have one of that name."),
            .. PostgresAddress.Parameters,
        ],
        Fields =
        [
            new("up_to_date", Shape.Truth, "Every migration of the folder is applied, and nothing is unknown, failed, drifted or dirty."),
            new("pending", Shape.List, "Migrations of the folder that are not applied."),
            new("unknown", Shape.List, "Applied migrations that the folder does not have."),
            new("failed", Shape.List, "Migrations that the history calls failed, or dirty."),
            new("drifted", Shape.List, "Flyway alone: applied migrations whose file was changed afterwards, by checksum."),
            new("dirty", Shape.Truth, "A migration did not end (golang-migrate), failed (Flyway), or the lock is held (Liquibase). EF Core keeps no such mark."),
            new("history", Shape.Truth, "The history's table is there; without it nothing was ever applied."),
            new("head", Shape.Text, "The last migration that is applied."),
            new("expected_head", Shape.Text, "The last of the folder."),
            new("applied", Shape.Number, "How many the history holds; golang-migrate keeps the last alone."),
            new("in_folder", Shape.Number, "How many the folder holds."),
            new("tool", Shape.Text, "Whose migrations they are: ef, flyway, golang-migrate or liquibase."),
            new("schema_sha256", Shape.Text, "One digest of all columns, constraints, indexes, views, functions, triggers, policies, sequences and types; the same for databases that were built alike."),
            new("schema_objects", Shape.Number, "Of how many lines that digest is made."),
            new("invalid_indexes", Shape.List, "Indexes that were begun and never finished; the server does not use them."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("up_to_date", true), ("invalid_indexes", Value.Of(("count", 0)))),
        Population = "migrations",
        Pitfalls =
        [
            "A history says what was applied once, not what is there now: an index that was dropped by hand stays applied. Hold schema_sha256 against that of a database that the release built anew: all: { clean: { postgres.migrations: scratch, … }, live: { …, expect: { schema_sha256: $(clean.schema_sha256) } } }.",
            "The folder must be the release's, not whatever the working copy holds; name it in the artifact that is deployed.",
            "Of EF Core, golang-migrate and Liquibase no checksum is compared: the first two keep none, and Liquibase's depends on its version.",
            "golang-migrate keeps one row. What came before it is taken as applied, also what was skipped.",
            "The role must be able to read the history; one that may not is told, and nothing is proven.",
        ],
        Example = "check: { postgres.migrations: { target: db, folder: db/migrations } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresMigrationsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-").FullName;
        try
        {
            foreach (var name in (string[])["1_orders.up.sql", "2_items.up.sql"]) await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "db")).FullName, name), "", cancel);
            await using var sick = Server("1", "f");
            await using var well = Server("2", "f");
            var options = new RunnerOptions { Release = default, Folder = folder };
            Task<Witnessed> Look(LoopbackPostgres server) => Stage.Look(options, Declaration, Value.Of(("target", server.Address), ("folder", "db"), ("tool", "golang-migrate")), [Stage.Is("up_to_date", true, Shape.Truth)], cancel);
            return new("postgres.migrations", "a database at version 1 of a folder that goes to 2, beside one at version 2", await Look(sick), await Look(well));
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static LoopbackPostgres Server(string version, string dirty) => LoopbackPostgres.Start()
        .Says(MigrationTable.Find, ["schema"], ["public"])
        .Says("select version, dirty from", ["version:20", "dirty:16"], [version, dirty])
        .Says(SchemaFingerprint.Path, ["set_config"], ["pg_catalog"])
        .Says(SchemaFingerprint.Digest, ["encode", "count:20", "string_agg"], ["00", "3", null]);
}
