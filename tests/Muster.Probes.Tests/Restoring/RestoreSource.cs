using System.Collections.Immutable;
using Muster.Probes.Tests.Postgres;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Restoring;

/// <summary>A real server with an archive of its log, and dumps and base backups of it with what they must hold, captured as the command line does.</summary>
public sealed class RestoreSource : IAsyncLifetime
{
    const string Programs = "/usr/lib/postgresql/15/bin/";

    public PostgresServer Server { get; private set; } = null!;

    /// <summary>A folder that the server's user owns.</summary>
    public ServerFolder Folder { get; } = new("postgres");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Folder.PathOf("wal"));
        Folder.Own();
        Server = await PostgresServer.Start(new() { Archive = $"cp %p {Folder.PathOf("wal")}/%f", Settings = ["checkpoint_timeout=1h"] }, Cancel);
        await Server.Run("""
            create role clerk nologin; create schema sales authorization clerk;
            create table sales.orders (id int primary key, name text not null, at timestamptz default '2026-03-01 09:00:00+02', price numeric(10,2), data bytea, tags text[]);
            create index on sales.orders (name); create table items (id int primary key, price float8); grant select on items to clerk; create view cheap as select * from items where price < 2;
            insert into sales.orders (id, name, price, data, tags) select i, 'order ' || i, i * 1.1, decode('00ff', 'hex'), array['a', null] from generate_series(1, 2000) i; insert into items values (1, 0.1), (2, 1e300), (3, null)
            """, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>A new folder that the server's user owns.</summary>
    public string NewFolder()
    {
        var name = Guid.NewGuid().ToString("n");
        Directory.CreateDirectory(Folder.PathOf(name));
        Folder.Own();
        return Folder.PathOf(name);
    }

    public Task<string> Tool(string name, params string[] arguments) => ServerProcess.Run(Folder, Programs + name, arguments, Cancel, ("PGPASSWORD", Server.Password));

    /// <summary>pg_dump in the snapshot in which its manifest is captured.</summary>
    public async Task<string> Dump(string folder, string name, params string[] how)
    {
        var path = Path.Combine(folder, name);
        var captured = await PostgresCapture.Capture(Options(folder), new(Server.Connection, null, async snapshot =>
        {
            await Tool("pg_dump", ["--snapshot=" + snapshot, .. how, "-f", path, "-h", "127.0.0.1", "-p", Text(Server.Port), "-U", "postgres", "shop"]);
            return true;
        }, path), Cancel);
        Write(path, captured);
        return path;
    }

    /// <summary>pg_basebackup; what it must hold is captured afterwards, at a place in the log that is archived then.</summary>
    public async Task<string> BaseBackup(string folder, string name, params string[] how)
    {
        var path = Path.Combine(folder, name);
        await Tool("pg_basebackup", ["-D", path, "-h", "127.0.0.1", "-p", Text(Server.Port), "-U", "postgres", "-c", "fast", "--no-sync", .. how]);
        await Server.Run("update items set price = 1.5 where id = 2", Cancel);
        Write(path, await PostgresCapture.Capture(Options(folder), new(Server.Connection, null, null, null), Cancel));
        await Switch();
        return path;
    }

    /// <summary>Ends the log's segment, and waits until it is archived.</summary>
    public async Task Switch()
    {
        await Server.Run("insert into items values (99, 99)", Cancel);
        var segment = await Server.Run("select pg_walfile_name(pg_switch_wal())", Cancel);
        await Server.Run("delete from items where id = 99", Cancel);
        await ServerProcess.Until(() => File.Exists(Folder.PathOf("wal/" + segment)), $"{segment} was not archived", TimeSpan.FromSeconds(20), Cancel);
    }

    public static RunnerOptions Options(string folder) => Probing.Options with { Folder = folder, MayLeaveFolder = true, MayRunCommands = true };

    public static Task<Sight> Drill(string place, params (string, Value)[] more) => Probing.Look(Options(Path.GetDirectoryName(place)!), "postgres.restore_drill", more.Or(("target", place)));

    public static void Is(Sight sight, int rung, string? says = null)
    {
        var seen = sight.Seen();
        Assert.True(((Value.Number)seen["rung"]!).Is == rung, $"L{rung} was expected: {seen}");
        if (says is null) Assert.Equal(Value.True, seen["complete"]);
        else Assert.Contains(says, ((Value.Text)seen["stopped"]!).Is, StringComparison.Ordinal);
    }

    static void Write(string path, Captured captured) => File.WriteAllBytes(path + ".manifest.json", CanonicalJson.Bytes(captured.Manifest ?? throw new InvalidOperationException(captured.Because)));

    static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
