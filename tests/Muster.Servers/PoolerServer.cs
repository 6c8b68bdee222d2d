using System.Globalization;

namespace Muster.Servers;

/// <summary>A real PgBouncer before a PostgreSQL on 127.0.0.1, with a list of users of its own.</summary>
public sealed class PoolerServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new("postgres");
    ServerProcess? _process;

    PoolerServer() { }

    public int Port { get; } = Ports.Free();

    public static async Task<PoolerServer> Start(int database, string user, string password, CancellationToken cancel)
    {
        var server = new PoolerServer();
        try
        {
            server._folder.Write("users.txt", $"\"{user}\" \"{password}\"\n");
            server._folder.Write("pgbouncer.ini", string.Create(CultureInfo.InvariantCulture, $"""
                [databases]
                * = host=127.0.0.1 port={database}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {server.Port}
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = {server._folder.PathOf("users.txt")}
                pool_mode = session

                """));
            server._process = await ServerProcess.Start(server._folder, "pgbouncer", [server._folder.PathOf("pgbouncer.ini")], () => Ports.IsOpen(server.Port), cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Another password in its list, in force when the next client comes.</summary>
    public void Set(string user, string password)
    {
        _folder.Write("users.txt", $"\"{user}\" \"{password}\"\n");
        _process!.Signal("HUP");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
