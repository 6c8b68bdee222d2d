using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a manifest is to be made of.</summary>
/// <param name="Target">The database: its address, or a map as under a document's targets.</param>
/// <param name="Snapshot">An exported snapshot of somebody else's; null to export one.</param>
/// <param name="Within">What is done while the snapshot lives, which gets its name; true if that went well.</param>
/// <param name="Of">The file that this made.</param>
public sealed record CaptureRequest(Value Target, string? Snapshot, Func<string, Task<bool>>? Within, string? Of)
{
    public ImmutableArray<string> Tables { get; init; } = [];
}

/// <summary>What came of it.</summary>
/// <param name="Manifest">Null where nothing could be captured; then <paramref name="Because"/> says why.</param>
public sealed record Captured(Value.Fields? Manifest, long Rows, int Tables, string? Lsn, string? Because);

/// <summary>Captures what a backup must hold, in the backup's own snapshot: one read-only transaction sees the database exactly as the dump sees it that uses the same snapshot.</summary>
public static class PostgresCapture
{
    const int Attempts = 20;
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static async Task<Captured> Capture(RunnerOptions options, CaptureRequest request, CancellationToken cancel)
    {
        var redactor = new Redactor();
        try
        {
            using var lines = new HttpLines();
            var context = new ProbeContext(options, lines, redactor.Add, new Ask(new Question("here", []), "", [])) { CarriesSecret = redactor.Finds };
            var filled = new Filling(options.Secrets, redactor).Fill(new Asked("", "postgres.query", Value.Of(("target", request.Target))), ImmutableHashSet<string>.Empty);
            var address = PostgresAddress.Read(new(filled), context) with { StatementTimeout = Longest };
            return await Capture(address, request, context, cancel);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested) { return new(null, 0, 0, null, redactor.Clean(Faults.Sight(error).Detail)); }
    }

    static async Task<Captured> Capture(PostgresAddress address, CaptureRequest request, ProbeContext context, CancellationToken cancel)
    {
        await using var session = await PostgresSession.Open(address, context, cancel);
        var (snapshot, lsn) = request.Snapshot is { } given ? (await Join(session, given, cancel), null) : await Export(session, cancel);
        if (request.Within is { } within && !await within(snapshot)) return new(null, 0, 0, null, "the command failed, so that there is no backup to describe");
        var manifest = await Read(session, snapshot, request.Tables.ToHashSet(StringComparer.Ordinal), context, cancel) with { Lsn = lsn };
        if (request.Of is { } file) manifest = manifest with { Of = await Sum(Path.GetFullPath(Path.Combine(context.Folder, file)), cancel) };
        return new(manifest.Written, manifest.Rows, manifest.Tables.Length, lsn, null);
    }

    static async Task<string> Join(PostgresSession session, string snapshot, CancellationToken cancel)
    {
        if (!snapshot.All(letter => char.IsAsciiHexDigit(letter) || letter == '-')) throw Given.Wrong("snapshot", "is no exported snapshot, as 00000003-0000001B-1");
        // Only the first statement of a transaction may take a snapshot that is not its own.
        await session.Query("rollback", cancel);
        await session.Query("begin transaction isolation level repeatable read read only", cancel);
        await session.Query($"set transaction snapshot '{snapshot}'", cancel);
        await session.Query("select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)", cancel);
        return snapshot;
    }

    /// <summary>
    /// A place in the log belongs to the snapshot only if nothing was written around it, and nobody was about to commit: a transaction in the middle of that may be in the log already and in no snapshot yet.
    /// Where the database is never that quiet, the manifest does without.
    /// </summary>
    static async Task<(string Snapshot, string? Lsn)> Export(PostgresSession session, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            await session.Query("rollback", cancel);
            var before = await Place(session, cancel);
            // Before the snapshot: who was about to commit and has done so after it, of which nothing is left then, is in the log up to here already.
            var writers = (await session.Query("select count(*) from pg_locks where locktype = 'transactionid' and mode = 'ExclusiveLock'", cancel)).Only[0];
            await session.Query("begin transaction isolation level repeatable read read only", cancel);
            var row = (await session.Query("select pg_export_snapshot(), set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)", cancel)).Only;
            var isQuiet = before is not null && before == await Place(session, cancel) && writers == "0";
            if (isQuiet || before is null || attempt == Attempts) return (row[0] ?? throw new Unseen(Blind.Unreadable, "the server exports no snapshot"), isQuiet ? before : null);
        }
    }

    /// <summary>Null on a standby, which writes no log of its own.</summary>
    static async Task<string?> Place(PostgresSession session, CancellationToken cancel) => session.InRecovery ? null : (await session.Query("select pg_current_wal_insert_lsn()::text", cancel)).Only[0];

    internal static async Task<(string Digest, long Objects)> Schema(PostgresSession session, CancellationToken cancel)
    {
        await session.Query(SchemaFingerprint.Path, cancel);
        var row = (await session.Query(SchemaFingerprint.Digest, cancel, "")).Only;
        return ("sha256:" + row[0], long.TryParse(row[1], NumberStyles.None, CultureInfo.InvariantCulture, out var objects) ? objects : 0);
    }

    static async Task<RestoreManifest> Read(PostgresSession session, string snapshot, IReadOnlySet<string> only, ProbeContext context, CancellationToken cancel)
    {
        var row = (await session.Query("select extract(epoch from now())::text, current_database()::text, pg_encoding_to_char(encoding), current_setting('server_version'), pg_database_size(oid) from pg_database where datname = current_database()", cancel)).Only;
        var roles = (await session.Query("select rolname from pg_roles where rolname !~ '^pg_' order by 1", cancel)).Rows;
        // Reading it needs a right that a role for backups may lack, and that would end the transaction.
        var system = (await session.Query("select case when has_function_privilege('pg_control_system()', 'execute') then (select system_identifier::text from pg_control_system()) end", cancel)).Only[0];
        var (schema, objects) = await Schema(session, cancel);
        var tables = await TableDigests.Read(session, only, (table, rows, done, all) => context.Tell(string.Create(CultureInfo.InvariantCulture, $"capturing {table}, {(all > 0 ? 100.0 * done / all : 0):F0} % done, {rows} rows so far")), cancel);
        if (only.FirstOrDefault(name => tables.All(table => table.Name != name)) is { } unknown) throw Given.Wrong("tables", $"names {unknown}, which is no table of the database; write it with its schema, as public.orders");
        return new(DateTimeOffset.FromUnixTimeMilliseconds((long)(double.Parse(row[0]!, NumberStyles.Float, CultureInfo.InvariantCulture) * 1000)), row[1]!, schema, objects, tables)
        {
            Encoding = row[2] ?? "UTF8", ServerVersion = row[3], Bytes = long.Parse(row[4]!, NumberStyles.None, CultureInfo.InvariantCulture), Roles = [.. roles.Select(role => role[0]!)], SystemIdentifier = system, Snapshot = snapshot,
        };
    }

    static async Task<(string File, long Bytes, string Sha256)?> Sum(string file, CancellationToken cancel)
    {
        if (Directory.Exists(file)) return null;
        await using var stream = File.OpenRead(file);
        var sum = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel));
        return (Path.GetFileName(file), stream.Length, sum);
    }
}
