using System.Text;
using Muster.Probes;
using Muster.Servers;
using Npgsql;

namespace Muster.Proofs.Tests;

/// <summary>A real PostgreSQL, and a small service that asks it through a pool for each request; more come at once than the pool has connections.</summary>
sealed class PooledEyes : IEyes
{
    const int Limit = 6;
    PostgresServer _server = null!;
    LoopbackListener? _app;
    NpgsqlDataSource? _pool;

    public string Name => "pooled";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["SU-40"], "the pool was left at a limit that nobody reaches", _ => Pool(100), _ => Pool(Limit)),
        new(["SU-40"], "each request opens a connection of its own", _ => Pool(null), _ => Pool(Limit)),
        new(["SU-40"], "the database refuses the service while users press", stop => _server.Run("alter role service nologin; select pg_terminate_backend(pid) from pg_stat_activity where usename = 'service'", stop), stop => _server.Run("alter role service login", stop)),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _server = await PostgresServer.Start(new() { Settings = ["max_connections=43", "superuser_reserved_connections=3"] }, cancel);
        await _server.Run("create role service login password 'service-password'", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "keeper"), _server.Password, cancel);
        await Pool(Limit);
        _app = LoopbackListener.Start(Serve);
        return new Dictionary<string, int> { ["db"] = _server.Port, ["app"] = _app.Port };
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_pool is not null) await _pool.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>Another pool in place of the one before, whose connections are closed; null pools nothing.</summary>
    async Task Pool(int? most)
    {
        var before = _pool;
        _pool = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={_server.Port};Username=service;Password=service-password;Database=shop;SSL Mode=Disable;{(most is null ? "Pooling=false" : $"Maximum Pool Size={most}")}");
        if (before is not null) await before.DisposeAsync();
    }

    async Task Serve(Stream stream, CancellationToken stop)
    {
        var buffer = new byte[8192];
        var held = 0;
        while (true)
        {
            int end;
            while ((end = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8)) < 0)
            {
                var got = await stream.ReadAsync(buffer.AsMemory(held), stop);
                if (got == 0) return;
                held += got;
            }

            buffer.AsSpan(end + 4, held - end - 4).CopyTo(buffer);
            held -= end + 4;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(await Items(stop) ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]" : "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), stop);
        }
    }

    /// <summary>A query that holds its connection for a moment, as queries do.</summary>
    async Task<bool> Items(CancellationToken stop)
    {
        try
        {
            await using var command = _pool!.CreateCommand("select pg_sleep(0.01)");
            await command.ExecuteNonQueryAsync(stop);
            return true;
        }
        catch (NpgsqlException) { return false; }
    }
}
