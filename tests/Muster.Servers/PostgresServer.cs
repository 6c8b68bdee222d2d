using System.Globalization;
using System.Security.Cryptography;

namespace Muster.Servers;

/// <summary>How a <see cref="PostgresServer"/> is set up.</summary>
public sealed record PostgresOptions
{
    /// <summary>Certificate and key in PEM; without them the server speaks no TLS.</summary>
    public (string Certificate, string Key)? Tls { get; init; }

    /// <summary>The authorities of client certificates, in PEM.</summary>
    public string? ClientAuthority { get; init; }

    /// <summary>The lines of pg_hba.conf for whoever comes by network; the server's own user always gets in by its local socket.</summary>
    public string[] Access { get; init; } = PostgresServer.ByPassword;

    /// <summary>The archive_command; without it nothing is archived. It runs in the data folder.</summary>
    public string? Archive { get; init; }

    /// <summary>Further lines of postgresql.conf.</summary>
    public string[] Settings { get; init; } = [];
}

/// <summary>A real PostgreSQL with a database <c>shop</c>, on a port of 127.0.0.1, in a folder of its own.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public static readonly string[] ByPassword = ["host all all 127.0.0.1/32 scram-sha-256", "host replication all 127.0.0.1/32 scram-sha-256"];
    const string Programs = "/usr/lib/postgresql/15/bin/";
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    ServerProcess? _process;

    PostgresServer(int port, string password) => (Port, Password) = (port, password);

    public ServerFolder Folder { get; } = new("postgres");

    public int Port { get; }

    /// <summary>The password of the superuser <c>postgres</c>.</summary>
    public string Password { get; }

    public string Data => Folder.PathOf("data");

    public bool IsRunning => _process?.IsRunning == true;

    /// <summary>The superuser's connection to the database <c>shop</c>.</summary>
    public string Connection => ConnectionAs("postgres", Password);

    public string ConnectionAs(string user, string password, string database = "shop", string host = "127.0.0.1") =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{user}:{password}@{host}:{Port}/{database}");

    public static async Task<PostgresServer> Start(PostgresOptions options, CancellationToken cancel)
    {
        var server = new PostgresServer(Ports.Free(), "pg-" + RandomNumberGenerator.GetHexString(16, lowercase: true));
        try
        {
            var secret = server.Folder.Write("password", server.Password);
            await server.Tool("initdb", ["-D", server.Data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile=" + secret, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], cancel);
            server.Settle(options);
            await server.Restart(cancel);
            await server.Run("create database shop", cancel, "postgres");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A standby that streams from this server through a slot of its own.</summary>
    public async Task<PostgresServer> Standby(string slot, CancellationToken cancel)
    {
        var standby = new PostgresServer(Ports.Free(), Password);
        try
        {
            await standby.Tool("pg_basebackup", ["-D", standby.Data, "-d", $"host={Folder.Path} port={Port} user=postgres application_name={slot}", "-R", "-X", "stream", "-C", "-S", slot, "-c", "fast", "--no-sync"], cancel);
            await standby.Restart(cancel);
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Statements as the superuser, by the server's local socket; what they printed, a row to a line.</summary>
    public async Task<string> Run(string sql, CancellationToken cancel, string database = "shop") =>
        (await Tool("psql", ["-h", Folder.Path, "-p", Text(Port), "-U", "postgres", "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql], cancel)).TrimEnd('\n');

    /// <summary>Other lines of pg_hba.conf, in force when this is done.</summary>
    public async Task Admit(string[] access, CancellationToken cancel)
    {
        WriteAccess(access);
        await Reload(cancel);
    }

    /// <summary>Another value of a setting that needs no restart, in force when this is done.</summary>
    public async Task Set(string name, string value, CancellationToken cancel)
    {
        await Run($"alter system set {name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'", cancel);
        await Reload(cancel);
    }

    /// <summary>Stops it if it runs, and starts it on the same port with the same data.</summary>
    public async Task Restart(CancellationToken cancel)
    {
        await Stop();
        _process = await ServerProcess.Start(Folder, Programs + "postgres", ["-D", Data, "-p", Text(Port), "-k", Folder.Path, "-c", "listen_addresses=127.0.0.1"], IsReady, cancel);
    }

    /// <summary>Ends it as fast as it can be ended cleanly: whoever is connected is sent away.</summary>
    public async Task Stop()
    {
        if (_process is not { } process) return;
        process.Signal("INT");
        await process.DisposeAsync();
        _process = null;
    }

    /// <summary>Ends it as a loss of power would.</summary>
    public async Task Kill()
    {
        if (_process is not { } process) return;
        process.Signal("QUIT");
        await process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Folder.Dispose();
    }

    Task<string> Tool(string name, string[] arguments, CancellationToken cancel) => ServerProcess.Run(Folder, Programs + name, arguments, cancel);

    async Task Reload(CancellationToken cancel)
    {
        var before = await Run("select pg_conf_load_time()", cancel);
        await Run("select pg_reload_conf()", cancel);
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        longest.CancelAfter(Longest);
        // A session that began before the postmaster read the files still has the old ones.
        while (await Run("select pg_conf_load_time()", longest.Token) == before) longest.Token.ThrowIfCancellationRequested();
    }

    void Settle(PostgresOptions options)
    {
        List<string> lines = ["fsync=off", "shared_buffers=16MB", "max_wal_senders=4", "max_replication_slots=4", "wal_level=replica", .. options.Settings];
        if (options.Archive is { } archive) lines.AddRange(["archive_mode=on", $"archive_command='{archive.Replace("'", "''", StringComparison.Ordinal)}'"]);
        if (options.Tls is var (certificate, key))
        {
            Secret("server.pem", certificate);
            Secret("server.key", key);
            lines.AddRange(["ssl=on", "ssl_cert_file='server.pem'", "ssl_key_file='server.key'"]);
        }

        if (options.ClientAuthority is { } authority)
        {
            Secret("clients.pem", authority);
            lines.Add("ssl_ca_file='clients.pem'");
        }

        File.AppendAllLines(Path.Combine(Data, "postgresql.conf"), lines);
        WriteAccess(options.Access);
    }

    void WriteAccess(string[] access) => Folder.Write("data/pg_hba.conf", string.Join('\n', ["local all postgres trust", "local replication postgres trust", .. access, ""]));

    /// <summary>A key that others may read is refused by the server.</summary>
    void Secret(string name, string text)
    {
        var path = Folder.Write("data/" + name, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The port is open before anybody is let in; the last line of its lock file tells when it is.</summary>
    bool IsReady()
    {
        try { return File.ReadLines(Path.Combine(Data, "postmaster.pid")).Skip(7).FirstOrDefault()?.Trim() is "ready" or "standby"; }
        catch (IOException) { return false; } // Not written yet.
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
