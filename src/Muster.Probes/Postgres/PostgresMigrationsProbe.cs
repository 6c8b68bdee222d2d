using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

static class PostgresMigrationsProbe
{
    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var said = given.Text("tool");
        if (said is not null && !MigrationFolder.Tools.Contains(said)) throw Given.Wrong("tool", $"is none of {string.Join(", ", MigrationFolder.Tools)}");
        var address = PostgresAddress.Read(given, context);
        var (tool, folder) = await MigrationFolder.Read(given.Text("folder") ?? throw Given.Wrong("folder", "is missing"), said, context, cancel);
        await using var session = await PostgresSession.Open(address, context, cancel);
        var table = given.Text("table") ?? MigrationTable.Usual(tool);
        var place = await MigrationTable.Locate(session, table, given.Text("schema"), cancel);
        var history = place is null ? new([], Dirty: false) : await MigrationTable.Read(session, tool, place, cancel);
        var schema = await SchemaFingerprint.Of(session, table, cancel);
        var seen = Compared(tool, folder, history).With(
            ("tool", tool), ("history", place is not null), ("dirty", history.Dirty),
            ("schema_sha256", schema.Digest), ("schema_objects", schema.Objects), ("invalid_indexes", Value.Texts(schema.InvalidIndexes)));
        var looked = folder.Select(one => one.Id).Union(history.Applied.Select(one => one.Id), StringComparer.Ordinal).Count();
        return new() { Observation = seen, Population = looked, Before = session.Identity, After = session.Identity };
    }

    public static Value.Fields Compared(string tool, ImmutableArray<Migration> folder, MigrationHistory history)
    {
        var applied = history.Applied.ToDictionary(one => one.Id, StringComparer.Ordinal);
        var known = folder.ToDictionary(one => one.Id, StringComparer.Ordinal);
        var baseline = history.Applied.Where(one => one.Baseline).Select(one => one.Id).MaxBy(id => id, MigrationOrder.Instance);
        var pending = folder.Where(one => IsPending(one, applied.GetValueOrDefault(one.Id), baseline)).Select(one => one.Id).ToArray();
        var failed = history.Applied.Where(one => one.Failed).Select(one => one.Id).ToArray();
        // A baseline stands for migrations that were before this folder; golang-migrate's one row is no baseline of that kind.
        var unknown = history.Applied.Where(one => (!one.Baseline || tool == "golang-migrate") && !known.ContainsKey(one.Id)).Select(one => one.Id).ToArray();
        var drifted = folder.Where(one => !one.Repeats && one.Checksum is { } made && applied.GetValueOrDefault(one.Id) is { Checksum: { } written, Baseline: false } && written != made).Select(one => one.Id).ToArray();
        var last = history.Applied.Where(one => !one.Failed).Select(one => one.Id).Where(id => known.GetValueOrDefault(id)?.Repeats != true);
        return Value.Of(
            ("pending", Value.Texts(pending)), ("unknown", Value.Texts(unknown)), ("failed", Value.Texts(failed)), ("applied", history.Applied.Length), ("in_folder", folder.Length),
            ("up_to_date", folder.Length > 0 && pending.Length == 0 && failed.Length == 0 && unknown.Length == 0 && drifted.Length == 0 && !history.Dirty)).With(
            ("drifted", tool == "flyway" ? Value.Texts(drifted) : null),
            ("head", (tool == "liquibase" ? last.LastOrDefault() : last.MaxBy(id => id, MigrationOrder.Instance)) is { } head ? head : (Value?)null),
            ("expected_head", folder.LastOrDefault(one => !one.Repeats)?.Id is { } expected ? expected : (Value?)null));
    }

    static bool IsPending(Migration migration, AppliedMigration? applied, string? baseline) =>
        applied is null
            ? migration.Repeats || baseline is null || MigrationOrder.Instance.Compare(migration.Id, baseline) > 0
            : migration.Repeats && !applied.Failed && applied.Checksum != migration.Checksum;
}
