using System.Globalization;

namespace Muster.Servers;

/// <summary>A real Redis on a port of 127.0.0.1, in a folder of its own.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    readonly List<string> _lines;
    ServerProcess? _process;

    RedisServer(string[] lines) => _lines = [.. lines];

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}");

    /// <param name="lines">Lines of redis.conf: <c>requirepass …</c>, <c>user relay on &gt;… &amp;notify.* +publish</c>.</param>
    public static async Task<RedisServer> Start(string[] lines, CancellationToken cancel)
    {
        var server = new RedisServer(lines);
        try { await server.Begin(cancel); }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    public string PathOf(string name) => _folder.PathOf(name);

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>A command by the server's own client; what it printed.</summary>
    /// <param name="password">The default user's, where it has one.</param>
    public Task<string> Run(string? password, string[] command, CancellationToken cancel) =>
        ServerProcess.Run(_folder, "redis-cli", ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), .. password is null ? Array.Empty<string>() : ["--no-auth-warning", "-a", password], .. command], cancel);

    /// <summary>Starts it anew with other lines.</summary>
    public async Task Restart(string[] lines, CancellationToken cancel)
    {
        _lines.Clear();
        _lines.AddRange(lines);
        await Stop();
        await Begin(cancel);
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    public async Task Begin(CancellationToken cancel)
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Write("redis.conf", string.Join('\n', (string[])["bind 127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"port {Port}"), $"dir {_folder.Path}", "daemonize no", .. _lines]) + "\n");
        _process = await ServerProcess.Start(_folder, "redis-server", [_folder.PathOf("redis.conf")], () => Ports.IsOpen(Port), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
