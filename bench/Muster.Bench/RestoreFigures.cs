using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>A whole restore drill, up to equal rows, beside the restore alone that it proves.</summary>
static class RestoreFigures
{
    const string Database = "bench";

    /// <summary>pgbench's scale: 100,000 rows and about 15 MB each. MUSTER_BENCH_SCALE names another; 330 is about 5 GB, and wants MUSTER_BENCH_MINUTES=30.</summary>
    static readonly int Scale = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_BENCH_SCALE"), CultureInfo.InvariantCulture, out var scale) ? scale : 60;

    /// <summary>Proof may cost a quarter of what the restore costs.</summary>
    const double Share = 0.8;

    static readonly RunnerOptions Options = new() { Release = Digest.Of("bench"u8), Consent = _ => [Hazard.Active], MayLeaveFolder = true };

    public static readonly IReadOnlyList<Contest> All =
    [
        new("postgres.restore_drill, up to equal rows", new Goal.Times(Share), "MB", Drilled) { Rounds = 3, Warm = false, Needs = Missing },
    ];

    static string? Missing() => Directory.Exists("/usr/lib/postgresql") ? null : "PostgreSQL's server is not here";

    static Arena Drilled()
    {
        var folder = Probes.Scratches.Usual;
        var dump = Path.Combine(Scratch.Fresh("restore"), "shop.dump");
        var bytes = Wait(Make(dump));
        var runner = new ProbeRunner(Options);
        var ask = new Ask(new("here", [new("", "postgres.restore_drill", Value.Of(("target", dump)), false, TimeSpan.FromHours(1))]), "bench", ["bench.restore"]);
        var seen = Value.Fields.Empty;
        return new(new("Muster", () =>
        {
            var watch = Stopwatch.StartNew();
            seen = Wait(runner.Look(ask, CancellationToken.None)).Sights[0] is { Observation: { } saw } && saw["complete"]!.Equals(Value.True) ? saw : throw new InvalidOperationException("the drill did not come to its top");
            return new(bytes / 1e6, watch.Elapsed.TotalSeconds);
        }, Memory.Own)
        { Elsewhere = true }, new("pg_restore -j 2", () => Wait(Alone(dump, bytes)), static () => null) { Elsewhere = true }, runner.Dispose)
        {
            Note = () => string.Create(CultureInfo.InvariantCulture, $"a database of {bytes / 1e9:0.0} GB (pgbench, scale {Scale}) in a custom dump of {new FileInfo(dump).Length / 1e6:0} MB, under {folder}; the drill counts from nothing (an empty cluster is made, the dump's SHA-256 read, pg_amcheck run), the peer only the restore into a server that runs already with the same settings. Rows compared: {((Value.Number)seen["rows_per_second"]!).Is:0} a second; seconds of the last drill: {seen["phases"]}."),
        };
    }

    static async Task<long> Make(string dump)
    {
        await using var server = await Server();
        var tools = server.Postgres;
        await Run(server.Scratch, tools.Programs["pgbench"], ["-i", "-q", "-s", Scale.ToString(CultureInfo.InvariantCulture), .. tools.Where(Database)[..^2], Database]);
        var made = Path.Combine(server.Scratch.Make("made"), "dump");
        await Run(server.Scratch, tools.Programs["pg_dump"], [.. tools.Where(Database), "-Fc", "-Z1", "-f", made]);
        await using var session = await tools.Open(Database, CancellationToken.None);
        var (schema, objects) = await PostgresCapture.Schema(session, CancellationToken.None);
        var tables = await TableDigests.Read(session, ImmutableHashSet<string>.Empty, static (_, _, _, _) => { }, CancellationToken.None);
        var bytes = long.Parse((await session.Query("select pg_database_size(current_database())", CancellationToken.None)).Only[0]!, CultureInfo.InvariantCulture);
        File.Move(made, dump);
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.OpenRead(dump)));
        var manifest = new RestoreManifest(TimeProvider.System.GetUtcNow(), Database, schema, objects, tables) { Bytes = bytes, Roles = ["postgres"], Of = (Path.GetFileName(dump), new FileInfo(dump).Length, sum) };
        await File.WriteAllBytesAsync(dump + RestoreManifest.Ending, CanonicalJson.Bytes(manifest.Written));
        return bytes;
    }

    static async Task<Sample> Alone(string dump, long bytes)
    {
        await using var server = await Server();
        var copy = Path.Combine(server.Scratch.Make("copy"), "dump");
        File.Copy(dump, copy);
        server.Scratch.Own(copy);
        var watch = Stopwatch.StartNew();
        await Run(server.Scratch, server.Postgres.Programs["pg_restore"], [.. server.Postgres.Where(Database), "--exit-on-error", "--jobs=2", copy]);
        return new(bytes / 1e6, watch.Elapsed.TotalSeconds);
    }

    sealed record Running(Probes.Scratch Scratch, ScratchPostgres Postgres, HttpLines Lines) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Postgres.DisposeAsync();
            await Scratch.DisposeAsync();
            Lines.Dispose();
        }
    }

    static async Task<Running> Server()
    {
        var lines = new HttpLines();
        var context = new ProbeContext(Options, lines, static _ => { }, new Ask(new("here", []), "", []));
        var scratch = Probes.Scratch.Begin(context, "bench", user: "postgres");
        var server = new ScratchPostgres(scratch, await PostgresPrograms.Find(null, null, exactly: false, scratch, CancellationToken.None), "postgres", context);
        await server.Initialize(CancellationToken.None);
        await server.Start(["wal_level=minimal"], static _ => { }, CancellationToken.None);
        await using var session = await server.Open("postgres", CancellationToken.None, write: true);
        await session.Query($"create database {Database}", CancellationToken.None);
        return new(scratch, server, lines);
    }

    static async Task Run(Probes.Scratch scratch, string program, string[] arguments)
    {
        var (exit, words) = await scratch.Run(program, arguments, CancellationToken.None);
        if (exit != 0) throw new InvalidOperationException($"{program} came to {exit}: {words}");
    }

    static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
